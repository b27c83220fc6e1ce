"""The inputs that sources of this kind have in common."""

from federation.fields import Choice, Field, at_most, matches
from federation.oauth.agreement import YES
from federation.oauth.claim_map import is_pointers
from federation.oauth.metadata import is_address
from federation.oauth.signatures import ASYMMETRIC, SYMMETRIC, private_key
from federation.translation import N_
from federation.upstreams import KEEPS_TOKENS

ADDRESS = N_("Write a whole address, with https://, and without a fragment.")
_PLAIN = matches(
    r"[!-~]([ -~]*[!-~])?",
    N_("It has no blanks at its ends and no characters beyond ASCII."),
)
_ADVANCED = N_("For providers that differ")


def _address(value: str) -> str | None:
    return None if is_address(value, like="http:") else ADDRESS


def _key(value: str) -> str | None:
    return None if private_key(value) else N_("This is no private key in PEM or as a JWK.")


def _pointers(value: str) -> str | None:
    told = N_("Write JSON pointers such as /data/id, several parted by one blank.")
    return None if is_pointers(value) else told


CLIENT_ID = Field(
    "client_id",
    N_("Client ID"),
    N_("As its console shows it."),
    required=True,
    missing=N_("Enter the client ID."),
    checks=(matches(r"[A-Za-z0-9._~@:+=-]{1,96}", N_("A client ID has no blanks or slashes.")),),
)
"""The credential's own name, for providers whose client IDs are nobody else's."""
SHORT_NAME = Field(
    "provider",
    N_("Short name"),
    N_("Your own name for the provider: 1 to 31 small letters, digits and hyphens. It stays."),
    required=True,
    checks=(
        matches(r"[a-z0-9-]{1,31}", N_("Use 1 to 31 lower-case letters, digits and hyphens.")),
    ),
)
OWN_CLIENT_ID = Field(
    "client_id",
    N_("Client ID"),
    N_("By which the provider knows this server."),
    required=True,
    missing=N_("Enter the client ID."),
    checks=(_PLAIN,),
)
CLIENT_SECRET = Field(
    "client_secret",
    N_("Client secret"),
    N_("It is stored encrypted and never shown again."),
    secret=True,
    required=True,
    missing=N_("Enter the client secret."),
    checks=(_PLAIN,),
)
DEVELOPER = Field(
    "developer",
    N_("Developer account"),
    N_(
        "A label of your own, the same for all clients of one developer account there: people are "
        "the same person in all of them. Empty: each client for itself."
    ),
    words=True,
    checks=(at_most(64, N_("Use at most 64 characters.")),),
)
OPTIONAL_SECRET = Field(
    "client_secret",
    N_("Client secret"),
    N_(
        "It is stored encrypted and never shown again. Empty for a private key, or a public client."
    ),
    secret=True,
    checks=(_PLAIN,),
)
ISSUER = Field(
    "issuer",
    N_("Issuer"),
    N_("The provider's address, exactly as its metadata name it. It stays."),
    required=True,
    lasting=True,
    missing=N_("Enter the issuer."),
    checks=(_address,),
)
AUTHENTICATION = Field(
    "authentication",
    N_("How this server shows who it is"),
    N_("To the provider's token endpoint."),
    input="choice",
    choices=(
        Choice("", N_("As the provider's metadata say")),
        Choice("client_secret_basic", N_("Secret in a header (client_secret_basic)")),
        Choice("client_secret_post", N_("Secret in the form (client_secret_post)")),
        Choice("client_secret_jwt", N_("Signed with the secret (client_secret_jwt)")),
        Choice("private_key_jwt", N_("Signed with the private key (private_key_jwt)")),
        Choice("none", N_("Not at all: a public client, with PKCE")),
    ),
    group=_ADVANCED,
)
PRIVATE_KEY = Field(
    "private_key",
    N_("Private key"),
    N_("In PEM or as a JWK, for private_key_jwt. The provider gets the public key."),
    input="area",
    secret=True,
    checks=(_key,),
    group=_ADVANCED,
)
KEY_ID = Field(
    "key_id",
    N_("Key ID (kid)"),
    N_("By which the provider knows the public key; empty for none."),
    checks=(_PLAIN,),
    group=_ADVANCED,
)
ASSERTION_AUDIENCE = Field(
    "assertion_audience",
    N_("Audience of what we sign"),
    input="choice",
    choices=(
        Choice("", N_("The issuer")),
        Choice("token_endpoint", N_("The token endpoint, which older providers want")),
    ),
    group=_ADVANCED,
)
ID_TOKEN_ALG = Field(
    "id_token_alg",
    N_("Algorithm of ID tokens"),
    N_("None but this one is believed."),
    input="choice",
    choices=(
        Choice("", N_("Any that its metadata name, with a public key")),
        *(Choice(alg, alg) for alg in (*ASYMMETRIC, *SYMMETRIC)),
    ),
    group=_ADVANCED,
)


def address(name: str, label: str, hint: str = "", *, required: bool = True) -> Field:
    """An address of the provider that decides who somebody is, and so stays as it is."""
    return Field(name, label, hint, required=required, lasting=True, checks=(_address,))


def pointers(name: str, label: str, hint: str = "", default: str = "") -> Field:
    """Where the provider's answer tells something (`federation.oauth.claim_map`)."""
    return Field(name, label, hint, default=default, checks=(_pointers,))


def scope(default: str) -> Field:
    """What is asked for."""
    return Field(
        "scope",
        N_("Scope"),
        N_("What the provider is asked for, parted by blanks."),
        default=default,
        checks=(at_most(512, N_("Use at most 512 characters.")),),
    )


TRUST_UNVERIFIED = Field(
    "trust_unverified",
    N_("Unverified e-mail addresses and numbers"),
    N_("A provider where anybody can enter any address could take over accounts by them."),
    input="choice",
    choices=(
        Choice("", N_("Link nobody by them")),
        Choice(YES, N_("Take them for verified: the provider is ours")),
    ),
)
LOGOUT = Field(
    "logout",
    N_("Signing out"),
    input="choice",
    choices=(
        Choice("", N_("Here alone")),
        Choice(YES, N_("Here, then at the provider too")),
    ),
)
PROMPT = Field(
    "prompt",
    N_("What the provider asks each time"),
    input="choice",
    choices=(
        Choice("", N_("What it thinks right")),
        Choice("login", N_("To sign in again (login)")),
        Choice("select_account", N_("Which account (select_account)")),
        Choice("consent", N_("For consent (consent)")),
    ),
)
RESPONSE_MODE = Field(
    "response_mode",
    N_("How the answer comes back"),
    input="choice",
    choices=(
        Choice("", N_("In the address")),
        Choice("form_post", N_("In a form (form_post)")),
    ),
)
KEEP_TOKENS = Field(
    KEEPS_TOKENS,
    N_("People's tokens at the provider"),
    N_("Kept encrypted, for applications that you allow to have them: at their connections."),
    input="choice",
    choices=(
        Choice("", N_("Forgotten once somebody is signed in")),
        Choice(YES, N_("Kept for applications that may have them")),
    ),
)
MORE_SCOPE = Field(
    "more_scope",
    N_("Further scope"),
    N_("What else the provider is asked for, parted by blanks: what applications use tokens for."),
    checks=(at_most(512, N_("Use at most 512 characters.")),),
)
USERINFO = Field(
    "userinfo",
    N_("User-info address"),
    input="choice",
    choices=(
        Choice("", N_("Asked where the ID token leaves something out")),
        Choice("always", N_("Asked each time")),
        Choice("never", N_("Never asked")),
    ),
)
ACR_VALUES = Field(
    "acr_values",
    N_("Contexts that are asked for (acr_values)"),
    checks=(at_most(512, N_("Use at most 512 characters.")),),
)
MAX_AGE = Field(
    "max_age",
    N_("Seconds since signing in there, at most (max_age)"),
    checks=(matches(r"[0-9]{1,8}", N_("Write whole seconds.")),),
)
CLAIMS = (
    pointers("claim_name", N_("Where the name is")),
    pointers("claim_picture", N_("Where the picture is")),
    pointers("claim_email", N_("Where the e-mail address is")),
    pointers("claim_email_verified", N_("Where it says that the address is verified")),
    pointers("claim_phone", N_("Where the phone number is")),
    pointers("claim_phone_verified", N_("Where it says that the number is verified")),
)
