"""The specifications' words and rules as values and pure functions; nothing here keeps a state.

``parameters`` and ``strict_json`` read what strangers send; ``errors`` is what can go wrong, in
three voices; ``scopes`` and ``claims_parameter`` are what can be asked of a person (OpenID Connect
Core 5), ``authorization_request`` a whole request as a value. ``redirect_uris``, ``pkce`` (RFC
7636), ``resource_indicators`` (RFC 8707) and ``pairwise`` (Core 8.1) are one rule each.
``endpoint_paths`` is where everything is; ``secret_prefixes`` let scanners know what is ours.
``security_events`` are the words of SET, SSF, CAEP and RISC.
``claim_wishes``, ``refusal`` and ``signing_algorithms`` are values that several floors hand on.
"""
