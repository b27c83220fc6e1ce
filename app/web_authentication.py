"""Web Authentication (Level 3), by ``py_webauthn``: what is asked of a browser's passkeys, and
whether what they answer is true.

User verification is required, so that a passkey is two factors by itself. Who keeps which passkey,
and which question may be answered by whom, is for `app.administrators.passkeys` and
`app.accounts.passkeys` to say.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import webauthn
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, options_to_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from oidc.protocol import strict_json

MAXIMUM_ANSWER = 20_000
"""Characters of what a browser sends."""
_WRONG = (WebAuthnException, ValueError, KeyError, TypeError, AttributeError)


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a new passkey is, as the browser shows it.

    :param handle: names the owner to the passkey; nothing that tells who they are.
    """

    handle: str
    name: str
    display_name: str


@dataclass(frozen=True, slots=True)
class NewPasskey:
    """What is kept of a passkey, in base64url; ``id_hash`` is what it is found by."""

    id_hash: str
    credential_id: str
    public_key: str
    sign_count: int


@dataclass(frozen=True)
class RelyingParty:
    """:param origin: where the pages are, which the browser signs; passkeys belong to its host."""

    origin: str

    @property
    def host(self) -> str:
        return urlsplit(self.origin).hostname or ""

    def creation_options(
        self, owner: Owner, challenge: str, known: Iterable[str], name: str = "Qiao"
    ) -> str:
        """What the browser makes a new passkey from, as JSON.

        :param known: credential ids that the owner has already.
        :param name: of the deployment, as the browser shows it.
        """
        options = webauthn.generate_registration_options(
            rp_id=self.host,
            rp_name=name,
            user_id=owner.handle.encode(),
            user_name=owner.name,
            user_display_name=owner.display_name,
            challenge=challenge.encode(),
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=[
                PublicKeyCredentialDescriptor(id=base64url_to_bytes(one)) for one in known
            ],
        )
        return options_to_json(options)

    def request_options(self, challenge: str) -> str:
        """What the browser asks any passkey of this host with, as JSON."""
        options = webauthn.generate_authentication_options(
            rp_id=self.host,
            challenge=challenge.encode(),
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return options_to_json(options)

    def made(self, answer: str, challenge: str) -> NewPasskey | None:
        """The new passkey, if this is an answer to the question for one."""
        try:
            made = webauthn.verify_registration_response(
                credential=answer,
                expected_challenge=challenge.encode(),
                expected_rp_id=self.host,
                expected_origin=self.origin,
                require_user_verification=True,
            )
        except _WRONG:
            return None
        return NewPasskey(
            _digest(made.credential_id),
            bytes_to_base64url(made.credential_id),
            bytes_to_base64url(made.credential_public_key),
            made.sign_count,
        )

    def proven(self, answer: str, challenge: str, public_key: str, sign_count: int) -> int | None:
        """How often the passkey has been used, if it is this key that answers the question."""
        try:
            proven = webauthn.verify_authentication_response(
                credential=answer,
                expected_challenge=challenge.encode(),
                expected_rp_id=self.host,
                expected_origin=self.origin,
                credential_public_key=base64url_to_bytes(public_key),
                credential_current_sign_count=sign_count,
                require_user_verification=True,
            )
        except _WRONG:
            return None
        return proven.new_sign_count


def challenge_in(answer: str) -> str | None:
    """The question that the answer says to answer."""
    if len(answer) > MAXIMUM_ANSWER:
        return None
    try:
        said: Any = strict_json.read(answer)["response"]["clientDataJSON"]
        challenge = strict_json.read(base64url_to_bytes(said))["challenge"]
        return base64url_to_bytes(challenge).decode("ascii")
    except _WRONG:
        return None


def id_hash_in(answer: str) -> str | None:
    """What the passkey that answers is found by."""
    try:
        return _digest(base64url_to_bytes(strict_json.read(answer)["rawId"]))
    except _WRONG:
        return None


def _digest(credential_id: bytes) -> str:
    return hashlib.sha256(credential_id).hexdigest()
