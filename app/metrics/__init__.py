"""What Prometheus reads: counted in every worker, added up by the process that started them.

``folder`` is where the workers' numbers lie and must be opened before anything else here is
imported: prometheus-client decides by it how numbers are kept. ``measures`` are the numbers that
workers count, ``requests`` and ``happenings`` count them, ``sampling`` looks at what a worker
holds every few seconds. ``facts`` are asked of the database and Redis, ten seconds apart, when
somebody reads; ``exposition`` is the port and ``version`` what runs. ``worker`` is all that a
worker needs. Without ``QIAO_METRICS_PORT`` none of it is loaded.
"""
