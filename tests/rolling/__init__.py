"""Two nodes of an older version on one PostgreSQL become two of this one, while people sign in.

    python -m tests.rolling          make test-rolling

Behind nginx, set as `deploy/proxies/nginx.conf` is. First two nodes of 0.1.0 answer; the database
is migrated beside them; the first is stopped and started in this version; both versions answer by
turns; then the second. Meanwhile people with sessions authorize, redeem, refresh, read userinfo,
introspect and read the keys, and others sign in by scanning, so that each version reads what the
other has just written. Nobody asks twice: one answer that a client could not use is a failure.

``nodes`` are the servers and nginx, ``people`` what is asked, ``scanning`` the sign-ins. It needs
nginx, a PostgreSQL and some minutes, and is no part of the suite.
"""
