"""APIs: the protected resources that access tokens are for, and their scopes (RFC 8707).

An administrator registers an ``api``: its resource identifier, its scopes with words for people,
the form and life of its tokens. ``store`` keeps them, and gives each process what is registered
now (``registry``) without a statement for each request. ``access`` is the one place that decides
what a request asks for: which APIs, named by ``resource`` or by their scopes, and which scopes at
them (RFC 6749 3.3). What is left of that at the token endpoint is decided there too (RFC 8707
2.2). Requests that name neither a resource nor a scope of an API never come here.
"""
