"""Web Authentication (Level 3), by ``py_webauthn``: what is asked of a browser's passkeys, and
whether what they answer is true.

User verification is required, so that a passkey is two factors by itself. Who keeps which passkey,
and which question may be answered by whom, is for `app.administrators.passkeys` and
`app.accounts.passkeys` to say.

The library is loaded when the first passkey is met: with its ASN.1 it is 5 MiB and a twentieth of a
start.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Table, update
from sqlalchemy.orm import Session

from oidc.crypto.keyring import decode, encode
from oidc.protocol import strict_json

MAXIMUM_ANSWER = 20_000
"""Characters of what a browser sends."""
_WRONG = (ValueError, KeyError, TypeError, AttributeError)


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
        import webauthn
        from webauthn.helpers import structs

        options = webauthn.generate_registration_options(
            rp_id=self.host,
            rp_name=name,
            user_id=owner.handle.encode(),
            user_name=owner.name,
            user_display_name=owner.display_name,
            challenge=challenge.encode(),
            authenticator_selection=structs.AuthenticatorSelectionCriteria(
                resident_key=structs.ResidentKeyRequirement.REQUIRED,
                user_verification=structs.UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=[
                structs.PublicKeyCredentialDescriptor(id=decode(one)) for one in known
            ],
        )
        return webauthn.options_to_json(options)

    def request_options(self, challenge: str) -> str:
        """What the browser asks any passkey of this host with, as JSON."""
        import webauthn
        from webauthn.helpers.structs import UserVerificationRequirement

        options = webauthn.generate_authentication_options(
            rp_id=self.host,
            challenge=challenge.encode(),
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return webauthn.options_to_json(options)

    def made(self, answer: str, challenge: str) -> NewPasskey | None:
        """The new passkey, if this is an answer to the question for one."""
        import webauthn
        from webauthn.helpers.exceptions import WebAuthnException

        try:
            made = webauthn.verify_registration_response(
                credential=answer,
                expected_challenge=challenge.encode(),
                expected_rp_id=self.host,
                expected_origin=self.origin,
                require_user_verification=True,
            )
        except (WebAuthnException, *_WRONG):
            return None
        return NewPasskey(
            _digest(made.credential_id),
            encode(made.credential_id),
            encode(made.credential_public_key),
            made.sign_count,
        )

    def proven(self, answer: str, challenge: str, public_key: str, sign_count: int) -> int | None:
        """How often the passkey has been used, if it is this key that answers the question."""
        import webauthn
        from webauthn.helpers.exceptions import WebAuthnException

        try:
            proven = webauthn.verify_authentication_response(
                credential=answer,
                expected_challenge=challenge.encode(),
                expected_rp_id=self.host,
                expected_origin=self.origin,
                credential_public_key=decode(public_key),
                credential_current_sign_count=sign_count,
                require_user_verification=True,
            )
        except (WebAuthnException, *_WRONG):
            return None
        return proven.new_sign_count


def note_use(session: Session, table: Table, id_hash: str, count: int, now: int) -> bool:
    """Keeps how often a passkey has been used; False where it was used as often meanwhile.

    A copy of it, used in the same moment, counts the same: one UPDATE decides which of the two is
    believed (Web Authentication 7.2, of signCount). Passkeys that do not count always say 0.
    """
    known = table.c.sign_count
    rises = known < count if count else known == 0
    used = update(table).where(table.c.id_hash == id_hash, rises)
    noted = session.execute(used.values(sign_count=count, last_used=now))
    return bool(noted.rowcount)  # type: ignore[attr-defined]


def challenge_in(answer: str) -> str | None:
    """The question that the answer says to answer."""
    if len(answer) > MAXIMUM_ANSWER:
        return None
    try:
        said: Any = strict_json.read(answer)["response"]["clientDataJSON"]
        challenge = strict_json.read(decode(said))["challenge"]
        return decode(challenge).decode("ascii")
    except _WRONG:
        return None


def id_hash_in(answer: str) -> str | None:
    """What the passkey that answers is found by."""
    try:
        return _digest(decode(strict_json.read(answer)["rawId"]))
    except _WRONG:
        return None


def _digest(credential_id: bytes) -> str:
    return hashlib.sha256(credential_id).hexdigest()
