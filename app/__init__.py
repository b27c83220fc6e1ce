"""Qiao, put together: the provider, the sources, accounts and pages.

``factory`` reads the ``settings`` (``settings_reading``) and builds everything once: the database
(``database``, ``database_patience`` for how long it is waited for, ``database_budget`` for how long
by one request, ``database_pool`` for what is kept at hand, ``database_mariadb`` and
``database_sqlite`` for connections that keep to it), the elements that a deployment is made of
(``elements``), the provider with ``host``, which answers its questions, and then ``pages``,
``mini_program`` and ``management`` around it.
``logout_worker`` tells applications of sessions that ended and ``notifications`` whoever wants to
know what happened, in threads of ``background``; what fails there, ``failures`` tell; ``serving``
is the server in front of all. The folders are floors: ``management`` and ``pages`` at the top, then
what a sign-in shares (``sign_in``), accounts, sessions, enablement and audit, and at the bottom
``tables`` and ``web``. ``rounds`` are what deliveries are made in, ``shared_signals`` tells
receivers what happens to people. ``administrators`` run a deployment, ``branding`` is what its
applications look like, ``domain_files`` prove a domain, ``groups`` say who may come in to an
application, ``demo`` shows all of it on one laptop, and ``qiao`` is the command. ``setting_words``,
``setting_numbers`` and ``setting_mail`` read settings that are one of a few words, numbers, or a
mail server. ``web_authentication`` asks browsers for passkeys. ``health`` tells probes whether this
node works, ``metrics`` what it did, ``tracing`` where the time of one request went; ``statistics``
are sign-ins counted by the hour, and ``zones`` are time zones and their days.
"""
