"""Where each endpoint is, under the name that discovery gives it."""

ENDPOINT_PATHS = {
    "authorization_endpoint": "/authorize",
    "token_endpoint": "/token",
    "userinfo_endpoint": "/userinfo",
    "jwks_uri": "/jwks",
    "revocation_endpoint": "/revoke",
    "introspection_endpoint": "/introspect",
    "authorization_challenge_endpoint": "/challenge",
    "pushed_authorization_request_endpoint": "/par",
    "device_authorization_endpoint": "/device_authorization",
    "end_session_endpoint": "/logout",
}
REGISTRATION_PATH = "/register"
"""``registration_endpoint``, where a deployment has switched registration on."""
