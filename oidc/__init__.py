"""An OpenID Connect provider that can be mounted in any Flask application.

It knows people as an opaque ``subject`` alone and asks its host what only the host can know. A host
builds a :class:`oidc.provider.Provider` from settings, a :class:`oidc.host.Host`, a database
session, a keyring and a clock, and hands it to :func:`oidc.mount.setup_oidc` and
:func:`oidc.mount.use_provider`.

The folders are floors; each uses lower ones only:

    mount, endpoints          what is where, and one module for each address
    grants                    the token endpoint's grant types
    authorization, logout,    what the endpoints are made of
    authentication
    provider                  the parts, built once
    interactions              what waits for a person
    tokens, keys, clients     what is issued, what it is signed with, to whom
    database, crypto,         rows, signatures and seals, other servers
    outbound
    protocol                  the specifications' words and rules; no state
"""
