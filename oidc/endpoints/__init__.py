"""The provider's addresses, one module each; :data:`oidc.mount.ENDPOINTS` is the list of them.

A view reads the request strictly (``protocol.parameters``), lets ``authentication`` say which
client it is, hands over to ``grants``, ``authorization`` or ``logout``, commits once and answers;
what went wrong becomes an OAuth error there and nowhere else. The authorization endpoint is missing
here: it is a flow of its own (`oidc.authorization`). Discovery (OpenID Connect Discovery 3, RFC
8414) is computed from the lists that the rest reads, so that it cannot promise what is not there.

    discovery, jwks                        read by everybody, first
    registration, registration_document    RFC 7591 and 7592
    pushed_authorization                   RFC 9126
    device_authorization                   RFC 8628
    authorization_challenge                OAuth 2.0 for First-Party Applications
    token, userinfo                        RFC 6749 3.2, OpenID Connect Core 5.3
    introspection, revocation              RFC 7662, RFC 7009
    end_session                            RP-Initiated Logout 1.0
    ssf_configuration, ssf_streams,        Shared Signals Framework 1.0: what we are, streams,
    ssf_status, ssf_subjects,              whether they run, whom they are about, whether they
    ssf_verification, ssf_poll,            work, fetching events (RFC 8936), and who may do so
    ssf_access
    constant                               which answers are the same for everybody
    cors                                   which of them a script of another site may call
"""
