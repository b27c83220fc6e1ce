"""Where each endpoint is, under the name that discovery gives it.

All other lists of endpoints are made of this one: what is mounted, what scripts of other sites may
call (`oidc.endpoints.cors`), where a DPoP proof is taken (`oidc.authentication.dpop_binding`), and
where errors are told in JSON.
"""

import re
from collections.abc import Callable, Iterable

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
DESCRIPTION_PATHS = (
    "/.well-known/openid-configuration",
    "/.well-known/oauth-authorization-server",
)
"""Where discovery itself is (OpenID Connect Discovery 4, RFC 8414 3)."""
SSF_PATHS = {
    "configuration_endpoint": "/ssf/streams",
    "status_endpoint": "/ssf/status",
    "add_subject_endpoint": "/ssf/subjects/add",
    "remove_subject_endpoint": "/ssf/subjects/remove",
    "verification_endpoint": "/ssf/verify",
}
"""Where receivers of security events manage their streams, as the transmitter's metadata names it
(Shared Signals Framework 1.0 7.1)."""
SSF_POLL_PATH = "/ssf/poll"
"""Before the id of a stream: where its events are fetched."""
SSF_CONFIGURATION_PATH = "/.well-known/ssf-configuration"
PROTECTED_RESOURCE_PATH = "/.well-known/oauth-protected-resource"
"""What our own endpoints are as a protected resource (RFC 9728 3.1)."""
VISITED = ("authorization_endpoint", "end_session_endpoint")
"""Where people are sent with their browsers: they get pages. Programs ask everywhere else."""
PROGRAM_PATHS = (
    *DESCRIPTION_PATHS,
    *(path for name, path in ENDPOINT_PATHS.items() if name not in VISITED),
    REGISTRATION_PATH,
    SSF_CONFIGURATION_PATH,
    PROTECTED_RESOURCE_PATH,
    "/ssf",
)


resumption_path = f"{ENDPOINT_PATHS['authorization_endpoint']}/{{}}".format
"""Where a parked authorization request, by its id, goes on after a page."""


def below(roots: Iterable[str]) -> Callable[[str], object]:
    """Tells of a path whether it is one of these or lies below one: ``/par/x`` is below ``/par``,
    ``/parts`` is not."""
    return re.compile(rf"(?:{'|'.join(map(re.escape, roots))})(?:/.*)?", re.DOTALL).fullmatch


def is_below(path: str, roots: Iterable[str]) -> bool:
    """The same, asked once."""
    return bool(below(roots)(path))
