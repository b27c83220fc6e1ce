"""Passkeys (Web Authentication Level 3): a sign-in that cannot be phished, by ``py_webauthn``.

User verification is required, so that a passkey is two factors by itself.
"""

import hashlib
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import webauthn
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, options_to_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from app.administrators import challenges
from app.administrators.admins import Admin
from app.audit.trail import Clock, Event, record
from app.tables.administrators import ADMIN_PASSKEY
from oidc.protocol import strict_json

MAXIMUM_ANSWER = 20_000
"""Characters of what a browser sends."""


@dataclass(frozen=True, slots=True)
class Passkey:
    """One passkey, as its owner sees it."""

    id_hash: str
    name: str
    created_at: int
    last_used: int | None


@dataclass(frozen=True)
class Passkeys:
    """:param origin: where the pages are, which the browser signs; passkeys belong to its host."""

    origin: str

    @property
    def host(self) -> str:
        return urlsplit(self.origin).hostname or ""

    def of(self, session: Session, admin_id: str) -> list[Passkey]:
        columns = [ADMIN_PASSKEY.c[name] for name in Passkey.__slots__]
        mine = select(*columns).where(ADMIN_PASSKEY.c.admin_id == admin_id)
        rows = session.execute(mine.order_by(ADMIN_PASSKEY.c.created_at))
        return [Passkey(**row._mapping) for row in rows]

    def creation_options(self, session: Session, clock: Clock, admin: Admin) -> str:
        """What the browser makes a new passkey from, as JSON."""
        known = session.scalars(
            select(ADMIN_PASSKEY.c.credential_id).where(ADMIN_PASSKEY.c.admin_id == admin.id)
        )
        token = challenges.ask(session, clock, challenges.PASSKEY, admin.id)
        options = webauthn.generate_registration_options(
            rp_id=self.host,
            rp_name="Qiao",
            user_id=admin.id.encode(),
            user_name=admin.username,
            user_display_name=admin.name or admin.username,
            challenge=token.encode(),
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=[
                PublicKeyCredentialDescriptor(id=base64url_to_bytes(one)) for one in known
            ],
        )
        return options_to_json(options)

    def request_options(self, session: Session, clock: Clock, asked_by: str) -> str:
        """What the browser asks any passkey of this host with, as JSON.

        :param asked_by: the admin who is signed in, or the browser; nobody else can answer.
        """
        token = challenges.ask(session, clock, challenges.PASSKEY, asked_by)
        options = webauthn.generate_authentication_options(
            rp_id=self.host,
            challenge=token.encode(),
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return options_to_json(options)

    def add(self, session: Session, clock: Clock, admin: Admin, answer: str, name: str) -> bool:
        """Keeps the new passkey, if the browser's answer is to a question of ours."""
        token = self._used_question(session, clock, answer, admin.id)
        if token is None:
            return False
        try:
            made = webauthn.verify_registration_response(
                credential=answer,
                expected_challenge=token.encode(),
                expected_rp_id=self.host,
                expected_origin=self.origin,
                require_user_verification=True,
            )
        except (WebAuthnException, ValueError, KeyError, TypeError, AttributeError):
            return False
        row = {
            "id_hash": _digest(made.credential_id),
            "admin_id": admin.id,
            "credential_id": bytes_to_base64url(made.credential_id),
            "public_key": bytes_to_base64url(made.credential_public_key),
            "sign_count": made.sign_count,
            "name": name[:64],
            "created_at": clock(),
        }
        try:
            with session.begin_nested():
                session.execute(insert(ADMIN_PASSKEY), row)
        except IntegrityError:
            return False
        detail = {"admin": admin.id, "name": name[:64]}
        event = Event("admin.passkey_added", admin.actor, detail=detail, admin_id=admin.id)
        record(session, clock, event)
        return True

    def recognised(self, session: Session, clock: Clock, answer: str, asked_by: str) -> str | None:
        """The id of the admin whose passkey answered our question; None for anything else."""
        token = self._used_question(session, clock, answer, asked_by)
        if token is None:
            return None
        try:
            raw_id = base64url_to_bytes(strict_json.read(answer)["rawId"])
            found = ADMIN_PASSKEY.c.id_hash == _digest(raw_id)
            row = session.execute(select(ADMIN_PASSKEY).where(found)).first()
            if row is None:
                return None
            proven = webauthn.verify_authentication_response(
                credential=answer,
                expected_challenge=token.encode(),
                expected_rp_id=self.host,
                expected_origin=self.origin,
                credential_public_key=base64url_to_bytes(row.public_key),
                credential_current_sign_count=row.sign_count,
                require_user_verification=True,
            )
        except (WebAuthnException, ValueError, KeyError, TypeError, AttributeError):
            return None
        used = {"sign_count": proven.new_sign_count, "last_used": clock()}
        session.execute(update(ADMIN_PASSKEY).where(found).values(used))
        return str(row.admin_id)

    def remove(self, session: Session, clock: Clock, admin: Admin, id_hash: str) -> None:
        mine = (ADMIN_PASSKEY.c.id_hash == id_hash, ADMIN_PASSKEY.c.admin_id == admin.id)
        gone = session.execute(delete(ADMIN_PASSKEY).where(*mine))
        if gone.rowcount:  # type: ignore[attr-defined]
            event = Event("admin.passkey_removed", admin.actor, admin_id=admin.id)
            record(session, clock, event)

    def _used_question(
        self, session: Session, clock: Clock, answer: str, asked_by: str
    ) -> str | None:
        """The question that the answer names and that was put to them, used up by this call."""
        token = _challenge_in(answer)
        if token is None:
            return None
        first = challenges.answer(session, clock, challenges.PASSKEY, token, asked_by)
        return token if first else None


def _challenge_in(answer: str) -> str | None:
    if len(answer) > MAXIMUM_ANSWER:
        return None
    try:
        said: Any = strict_json.read(answer)["response"]["clientDataJSON"]
        challenge = strict_json.read(base64url_to_bytes(said))["challenge"]
        return base64url_to_bytes(challenge).decode("ascii")
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _digest(credential_id: bytes) -> str:
    return hashlib.sha256(credential_id).hexdigest()
