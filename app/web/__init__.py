"""Flask's edge: what every request meets on its way in and out.

``application`` is Flask with the shorter way to the protocol's endpoints and static files that may
be kept (``static_files`` compresses them); ``url_parts`` say what an address may hold, and
``addresses`` writes those of long lists. What stands behind ``late_views`` is loaded when it is
asked for. On the way in, sign-ins take turns (``slots``), the
address is read once (``client_address``), limits are counted (``rate_limits``, ``tries``,
``client_auth_throttle``; in ``limit_storage``, by a ``redis_circuit`` where a Redis may hang) and a
language is chosen (``i18n``). Long polls are ``waiting``, ``times`` are the viewer's. On the way
out every response gets its ``headers``; programs read errors in one shape (``json_errors``).
``logs`` are lines without secrets (``json_logs`` for programs), ``redis_replay`` what was presented
once, shared by nodes.
"""
