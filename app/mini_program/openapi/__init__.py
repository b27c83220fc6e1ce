"""``/federation/v1/openapi.json``: the HTTP API for phones, described for programs and people."""
