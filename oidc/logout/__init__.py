"""What follows when a session ends, and who is told (RP-Initiated, Back- and Front-Channel Logout).

An application's wish is judged in ``request``. Whoever ends a session, and why, calls
``session_end``: grants that rest on it are revoked, the pages that the browser must load are
collected (``frontchannel``), and a row for each application that wants a logout token is put into
the ``outbox`` in the same transaction. A worker of the host claims rows, makes the token
(``logout_token``) and sends it (``delivery``), for hours if need be. ``withdrawal`` is the person's
own list: what applications hold, and taking it back.
"""
