"""``/federation/v1/openapi.json``: the HTTP API for phones, described for programs and people.

``document`` puts it together and tells it; ``shapes`` are what is sent and told, ``forms`` what
apps post, ``refusals`` every error with what to do after it.
"""
