"""Signatures, seals and keys as values: no database, no clock but the one that is given.

``jwt`` signs, verifies and encrypts with everything fixed that a stranger could choose (RFC 8725);
``jwt_times`` says whether a token is of now. ``dpop_proof`` believes a proof of a key (RFC 9449 4).
``signing_key`` makes our own keys, ``published_keys`` reads what we publish, ``public_keys`` what
clients give us. ``keyring`` seals what must be opened by us alone.
"""
