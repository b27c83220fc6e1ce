"""A transmitter of security events (Shared Signals Framework 1.0, with CAEP 1.0 and RISC 1.0).

A receiver is an application with the scope ``ssf.manage``. It makes a stream (``stream`` is the
value and what may be said of one, ``streams`` keeps them) and may take people out of it
(``exclusions``). What happens to somebody becomes a row for each stream that is to hear of it
(``emission``), in the transaction in which it happens: only of applications that the person has
signed in to (``acquaintances``). A row waits in the ``outbox``. For a stream by push a worker of
the host claims it, makes the token (``event_token``) and sends it (``delivery``, RFC 8935), for a
day if need be; a stream by poll fetches its rows and acknowledges them (RFC 8936). What was
delivered is gone.
"""
