"""A source of identities that the product does not know: all of it is here."""

import base64
import hashlib
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

import requests
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from federation import Connection, Credential, Identity
from federation.credentials import CredentialForm
from federation.errors import CodeRejected, Misconfigured, Unavailable
from federation.fields import Choice, Field, matches
from federation.identity import ExternalKey
from federation.setup import Setup, Step
from federation.source import Claim, Keys, Look, Mode, Source, Surroundings, Way
from federation.translation import N_
from federation.upstreams import Departure, Returned

NOT_A_KEY = "This is no private key in PEM."


def _is_key(pem: str) -> str | None:
    try:
        load_pem_private_key(pem.encode(), None)
    except ValueError:
        return NOT_A_KEY
    return None


def steps(setup: Setup) -> Iterator[Step]:
    yield Step("Callback address", "Toy's console, Applications, Addresses", setup.callback)


class Toy:
    """By its own page, and one call with the code that comes back."""

    def __init__(self, surroundings: Surroundings) -> None:
        del surroundings

    def login_url(self, connection: Connection, departure: Departure) -> str:
        digest = hashlib.sha256(departure.secret.encode()).digest()
        query = {
            "client_id": connection.credential.id,
            "redirect_uri": departure.redirect_uri,
            "state": departure.state,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "colour": connection.options["colour"],
        }
        return f"{connection.credential['address']}/authorize?{urlencode(query)}"

    def finish(self, connection: Connection, returned: Returned) -> Identity:
        form = {
            "code": returned.code,
            "redirect_uri": returned.departure.redirect_uri,
            "code_verifier": returned.departure.secret,
        }
        found = _ask(connection.credential, form)
        own = connection.source.own_namespace(connection.credential)
        keys = [ExternalKey(own, found["id"])]
        if found.get("company"):
            keys.append(ExternalKey(f"toy:shared:{connection.credential.id}", found["company"]))
        return Identity(tuple(keys), name=found["name"], raw=found)


def check(toy: Toy, credential: Credential) -> None:
    """Toy refuses the code, which is nobody's, only once it has taken the signature."""
    del toy
    nobodys = {"code": "nobody", "redirect_uri": "", "code_verifier": ""}
    try:
        _ask(credential, nobodys)
    except CodeRejected:
        return


def _ask(credential: Credential, form: Mapping[str, str]) -> Any:
    key: Any = load_pem_private_key(credential["private_key"].encode(), None)
    signed = f"{credential.id} {form['code']}".encode()
    signature = base64.b64encode(key.sign(signed, padding.PKCS1v15(), SHA256())).decode()
    sent = {**form, "client_id": credential.id, "signature": signature}
    try:
        answer = requests.post(f"{credential['address']}/token", sent, timeout=5)
    except requests.RequestException as error:
        raise Unavailable(type(error).__name__) from None
    if answer.status_code == 200:
        return answer.json()
    told = answer.json()["error"]
    if told == "invalid-code":
        raise CodeRejected(told)
    raise Misconfigured(told, credential_id=credential.id, errcode=told)


def company(identity: Identity) -> str | None:
    return identity.keys[1].value if len(identity.keys) > 1 else None


TOY = Source(
    id="toy",
    name=N_("Toy"),
    look=Look('<circle cx="12" cy="12" r="9"/>', light="#7a1f5c", dark="#f0a3d5"),
    credentials=CredentialForm(
        id=Field("client_id", "Number of the application", required=True),
        fields=(
            Field(
                "private_key",
                "Private key",
                "In PEM, as Toy's console hands it out.",
                input="area",
                secret=True,
                required=True,
                missing="Enter the private key.",
                checks=(_is_key,),
            ),
            Field(
                "address",
                "Address of the server",
                required=True,
                checks=(matches(r"https?://[\w.:-]+", "Write an address without a path."),),
            ),
        ),
    ),
    modes=(
        Mode(
            id="toy-web",
            label="Web page",
            about="Any browser goes to Toy's own page.",
            kind="app",
            upstream=lambda toy: toy,
            ways={"desktop": Way("redirect"), "phone": Way("redirect")},
            options=(
                Field(
                    "colour",
                    "Colour of the page",
                    input="choice",
                    choices=(Choice("light", "Light"), Choice("dark", "Dark")),
                    default="light",
                ),
            ),
            steps=steps,
            code_parameter="toy_code",
        ),
    ),
    keys=Keys(own="toy:id:{id}", shared="toy:shared:{id}"),
    client=Toy,
    check_credential=check,
    amr=("toy",),
    acr="urn:example:acr:toy",
    claims=(
        Claim("toy_id", "toy", lambda identity: identity.keys[0].value),
        Claim("toy_company", "toy", company),
    ),
    scopes={"toy": "see your number at Toy"},
    refusals={"invalid-signature": "Toy has another key. Enter the one of its console."},
    refused_unknown="Toy refused the credential.",
)
