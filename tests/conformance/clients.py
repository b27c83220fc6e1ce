"""The persons and clients of a run: what the deployment registers, and what the suite is told.

Both are made from one row of `CLIENTS` and one set of `Credentials`, so that they always agree.
"""

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from joserfc.jwk import ECKey, Key, KeyParameters, RSAKey

QUERY = "?dummy1=lorem&dummy2=ipsum"
"""The suite's second clients come back with it, and in some modules without."""

EC, RSA = "ES256", "PS256"

ADA = "ada"
"""Signs in everywhere, and has every claim that a scope of the standard brings."""
EVE = "eve"
"""Signs in where somebody has to decline, and so has never let any application in."""

PROFILES: Mapping[str, Mapping[str, Any]] = {
    ADA: {
        **{"name": "Ada Lovelace", "given_name": "Ada", "family_name": "Lovelace"},
        **{"middle_name": "King", "nickname": "ada", "preferred_username": "ada"},
        **{"profile": "https://ada.example/", "picture": "https://ada.example/me.png"},
        **{"website": "https://ada.example/", "gender": "female", "birthdate": "1985-12-10"},
        **{"zoneinfo": "Europe/London", "locale": "en-GB"},
        **{"email": "ada@example.com", "email_verified": True},
        **{"phone_number": "+441212345678", "phone_number_verified": True},
        "address": {
            "formatted": "12 St James's Square, London",
            "street_address": "12 St James's Square",
            **{"locality": "London", "postal_code": "SW1Y 4JH", "country": "GB"},
        },
    },
    EVE: {"name": "Eve Moneypenny"},
}


@dataclass(frozen=True)
class Client:
    """One client. :param slot: where the suite's configuration has it.

    :param uses: paths below the alias where it is told of logouts, by member.
    :param alg: what its keys sign with; none for one with a secret.
    :param more: further members of its registration.
    """

    client_id: str
    name: str
    slot: str = "client"
    method: str = "client_secret_basic"
    uses: tuple[str, ...] = ()
    alg: str | None = None
    more: tuple[tuple[str, Any], ...] = ()


def _web(client_id: str, name: str, **more: Any) -> Client:
    return Client(client_id, f"Conformance suite ({name})", **more)


def _fapi(key: str, name: str, alg: str, *more: tuple[str, Any]) -> tuple[Client, Client]:
    rest: dict[str, Any] = {"method": "private_key_jwt", "alg": alg, "more": more}
    first = Client(f"suite-{key}", f"Conformance suite ({name})", **rest)
    second = Client(f"suite-{key}-2", f"Conformance suite ({name}, second)", "client2", **rest)
    return first, second


RECEIVER = "suite-ssf"
"""Signs people in, and receives security events of them."""
RECEIVES = (
    ("grant_types", ["authorization_code", "client_credentials"]),
    ("scope", "openid profile email ssf.read ssf.manage"),
)
SIGNED = ("require_signed_request_object", True)

CLIENTS: Mapping[str, tuple[Client, ...]] = {
    "basic": (
        _web("suite-basic", "basic"),
        _web("suite-post", "post", slot="client_secret_post", method="client_secret_post"),
        _web("suite-basic-2", "second", slot="client2"),
    ),
    "logout": (_web("suite-logout", "logout", uses=("post_logout_redirect",)),),
    "backchannel": (
        _web("suite-back", "back channel", uses=("post_logout_redirect", "backchannel_logout")),
    ),
    "frontchannel": (
        _web("suite-front", "front channel", uses=("post_logout_redirect", "frontchannel_logout")),
    ),
    "fapi": _fapi("fapi", "FAPI", EC),
    "fapi-rsa": _fapi("fapi-rsa", "FAPI, RSA", RSA),
    "signing": _fapi("signing", "signed", EC, SIGNED),
    "signing-rsa": _fapi("signing-rsa", "signed, RSA", RSA, SIGNED),
    "oauth": _fapi("oauth", "plain OAuth", EC),
    "ssf": (_web(RECEIVER, "security events", more=RECEIVES),),
}

RESOURCE = "suite-resource"
"""The API that takes the tokens of the plain OAuth plan, and asks at /introspect about them."""


@dataclass(frozen=True)
class Credentials:
    """What only this run's clients and persons know.

    :param alias: begins the alias of every plan. :param passwords: by user name.
    :param secrets: by client id. :param keys: private JWKs, by client id.
    """

    alias: str
    passwords: Mapping[str, str]
    secrets: Mapping[str, str]
    keys: Mapping[str, Mapping[str, Any]]

    @classmethod
    def new(cls, alias: str) -> Self:
        clients = [client for row in CLIENTS.values() for client in row]
        plain = [client.client_id for client in clients if client.alg is None]
        return cls(
            alias,
            {name: secrets.token_urlsafe(18) for name in PROFILES},
            {name: secrets.token_urlsafe(32) for name in (*plain, RESOURCE)},
            {each.client_id: _key(each.client_id, each.alg) for each in clients if each.alg},
        )

    def document(self) -> dict[str, Any]:
        """For a file that only its owner reads."""
        return asdict(self)


def registrations(suite: str, credentials: Credentials) -> list[dict[str, Any]]:
    """Every client as ``clients add --from-json`` takes it.

    :param suite: the address of the suite.
    """
    resource = {
        **{"client_id": RESOURCE, "client_secret": credentials.secrets[RESOURCE]},
        **{"client_name": "Conformance suite (API)", "grant_types": ["client_credentials"]},
        **{"response_types": [], "introspects_any": True},
    }
    found = [
        _registration(client, f"{suite}/test/a/{credentials.alias}-{row}/", credentials)
        for row, clients in CLIENTS.items()
        for client in clients
    ]
    return [*found, resource]


def suite_clients(row: str, scope: str, credentials: Credentials) -> dict[str, Any]:
    """What the suite's configuration says of these clients."""
    told: dict[str, Any] = {}
    for client in CLIENTS[row]:
        known: dict[str, Any] = {"client_id": client.client_id, "scope": scope}
        if client.alg is None:
            known["client_secret"] = credentials.secrets[client.client_id]
        else:
            known["jwks"] = {"keys": [dict(credentials.keys[client.client_id])]}
        told[client.slot] = known
    return told


def _registration(client: Client, place: str, credentials: Credentials) -> dict[str, Any]:
    document: dict[str, Any] = {
        "client_id": client.client_id,
        "client_name": client.name,
        "redirect_uris": [place + "callback", place + "callback" + QUERY],
        "grant_types": ["authorization_code", "refresh_token"],
        "token_endpoint_auth_method": client.method,
        **dict(client.more),
    }
    for path in client.uses:
        document |= _told_of(path, place)
    if client.alg is None:
        # No module but the last sends PKCE.
        secret = credentials.secrets[client.client_id]
        return {**document, "client_secret": secret, "require_pkce": False}
    public = _public(credentials.keys[client.client_id])
    signed = ("id_token", "authorization", "introspection")
    algs = {f"{what}_signed_response_alg": client.alg for what in signed}
    return {**document, "profile": "fapi2", **algs, "jwks": {"keys": [public]}}


def _told_of(path: str, place: str) -> dict[str, Any]:
    if path == "post_logout_redirect":
        return {"post_logout_redirect_uris": [place + path]}
    return {f"{path}_uri": place + path, f"{path}_session_required": True}


def _key(client_id: str, alg: str) -> dict[str, Any]:
    about: KeyParameters = {"kid": f"{client_id}-1", "use": "sig", "alg": alg}
    key: Key = ECKey.generate_key("P-256", about) if alg == EC else RSAKey.generate_key(2048, about)
    return dict(key.as_dict(private=True))


def _public(key: Mapping[str, Any]) -> dict[str, Any]:
    return {name: key[name] for name in key if name not in ("d", "p", "q", "dp", "dq", "qi")}
