"""Who sends a request that carries credentials: a client, or the holder of an access token.

``server`` is Authlib's authorization server over our clients; its ``TokenRequest`` reads the form
strictly and its ``authenticate_client`` is the one door of all back-channel endpoints. ``client``
tells which method was used, ``client_assertion`` believes a JWT of the client's own (RFC 7523),
``dpop_binding`` proves a key and holds codes and tokens to it (RFC 9449). ``bearer`` is for our own
resources: it takes an access token with either scheme and says what is wrong with it (RFC 6750 3).
Whatever is presented once is kept by one INSERT before anything is issued. ``refused_client`` tells
why a client was not believed, ``noted_refusals`` whose request that was.
"""
