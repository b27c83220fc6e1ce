"""One authorization is one row; everything that is issued for it is a sealed reference to it.

``grants`` is the row and its single uses, each decided by one UPDATE. ``sealed`` turns a reference
into a code, an access token or a refresh token and back. ``issuer`` makes a token response: sealed
tokens, or JWTs where the client registered for them (``access_tokens``, RFC 9068), and the ID token
(OpenID Connect Core 2), which ``signed_responses`` signs and encrypts like every other JWT that
answers somebody. Every ``sub`` leaves through ``issuer.SubjectPolicy``. ``id_token_hint``
recognises an ID token that comes back. ``refresh_life`` is how long a refresh token lives that is
not replaced; ``held_access`` tells who holds what, and ``revoking`` ends many at once.
"""
