"""The plans of the suite that Qiao is held against, in the order in which they are run.

What a plan needs of the deployment stands in its row: whose clients it has (`clients.CLIENTS`),
under which alias they expect answers, which keys, and where the suite finds the metadata.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

OPENID = "/.well-known/openid-configuration"
OAUTH = "/.well-known/oauth-authorization-server"


@dataclass(frozen=True)
class Plan:
    """:param key: its short name here: on the command line, in tables, in expected.json.

    :param name: the suite's. :param variant: what is chosen of it.
    :param clients: the key in `clients.CLIENTS` of those that are registered for it; none where
        the suite registers its own.
    :param scope: what the suite is told that its clients may ask for.
    :param discovery: path of the metadata that the suite reads.
    :param own_resource: whether it needs an API that is not the userinfo endpoint.
    """

    key: str
    name: str
    variant: Mapping[str, str] = field(default_factory=dict)
    clients: str | None = None
    scope: str = "openid profile email"
    discovery: str = OPENID
    own_resource: bool = False

    def alias(self, base: str) -> str:
        """The part of the suite's addresses that is this plan's: what one plan leaves waiting
        never reaches another."""
        return f"{base}-{self.clients or self.key}"


STATIC = {"client_registration": "static_client"}
DYNAMIC = {"client_registration": "dynamic_client"}
BASIC = {"server_metadata": "discovery"}
CODE = {"response_type": "code"}
FAPI = {
    "client_auth_type": "private_key_jwt",
    "sender_constrain": "dpop",
    "openid": "openid_connect",
    "fapi_profile": "plain_fapi",
    "authorization_request_type": "simple",
}
SIGNED = {**FAPI, "fapi_request_method": "signed_non_repudiation", "fapi_response_mode": "jarm"}

EVENTS = {
    **BASIC,
    **STATIC,
    "ssf_server_metadata": "discovery",
    "ssf_auth_mode": "dynamic",
    "client_auth_type": "client_secret_basic",
}
RECEIVER = {"clients": "ssf", "scope": "ssf.read ssf.manage"}

SECURITY_PROFILE = "fapi2-security-profile-final-test-plan"
MESSAGE_SIGNING = "fapi2-message-signing-final-test-plan"

PLANS = (
    Plan("config", "oidcc-config-certification-test-plan"),
    Plan("basic", "oidcc-basic-certification-test-plan", {**BASIC, **STATIC}, "basic"),
    Plan("basic-dynamic", "oidcc-basic-certification-test-plan", {**BASIC, **DYNAMIC}),
    Plan("formpost", "oidcc-formpost-basic-certification-test-plan", {**BASIC, **STATIC}, "basic"),
    Plan("dynamic", "oidcc-dynamic-certification-test-plan", CODE),
    Plan(
        "logout", "oidcc-rp-initiated-logout-certification-test-plan", {**CODE, **STATIC}, "logout"
    ),
    Plan(
        "backchannel",
        "oidcc-backchannel-rp-initiated-logout-certification-test-plan",
        {**CODE, **STATIC},
        "backchannel",
    ),
    Plan(
        "frontchannel",
        "oidcc-frontchannel-rp-initiated-logout-certification-test-plan",
        {**CODE, **STATIC},
        "frontchannel",
    ),
    Plan("third-party", "oidcc-3rdparty-init-login-certification-test-plan", CODE),
    Plan("fapi", SECURITY_PROFILE, FAPI, "fapi"),
    Plan("fapi-rsa", SECURITY_PROFILE, FAPI, "fapi-rsa"),
    Plan("signing", MESSAGE_SIGNING, SIGNED, "signing"),
    Plan("signing-rsa", MESSAGE_SIGNING, SIGNED, "signing-rsa"),
    Plan(
        "oauth",
        SECURITY_PROFILE,
        {**FAPI, "openid": "plain_oauth"},
        "oauth",
        scope="profile email",
        discovery=OAUTH,
        own_resource=True,
    ),
    Plan(
        "ssf",
        "openid-ssf-transmitter-test-plan",
        {**EVENTS, "ssf_delivery_mode": "poll", "ssf_profile": "default"},
        **RECEIVER,
    ),
    Plan(
        "ssf-push",
        "openid-ssf-transmitter-test-plan",
        {**EVENTS, "ssf_delivery_mode": "push", "ssf_profile": "default"},
        **RECEIVER,
    ),
    Plan(
        "caep",
        "openid-ssf-transmitter-caep-test-plan",
        {**EVENTS, "ssf_delivery_mode": "push"},
        **RECEIVER,
    ),
)


def chosen(patterns: Sequence[str]) -> tuple[Plan, ...]:
    """The plans whose key or name fits one of the patterns; all where there is none.

    :raises LookupError: a pattern fits nothing; its text says what there is.
    """
    lost = [each for each in patterns if not any(_fits(plan, each) for plan in PLANS)]
    if lost:
        known = ", ".join(plan.key for plan in PLANS)
        raise LookupError(f"No plan is called {', '.join(lost)}. There are: {known}.")
    return tuple(
        plan for plan in PLANS if not patterns or any(_fits(plan, each) for each in patterns)
    )


def _fits(plan: Plan, pattern: str) -> bool:
    return fnmatchcase(plan.key, pattern) or fnmatchcase(plan.name, pattern)
