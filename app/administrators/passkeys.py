"""Passkeys of administrators: a sign-in that cannot be phished."""

from dataclasses import dataclass

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.administrators import challenges
from app.administrators.admins import Admin
from app.audit.trail import Clock, Event, record
from app.tables.administrators import ADMIN_PASSKEY
from app.web_authentication import Owner, RelyingParty, challenge_in, id_hash_in, note_use


@dataclass(frozen=True, slots=True)
class Passkey:
    """One passkey, as its owner sees it."""

    id_hash: str
    name: str
    created_at: int
    last_used: int | None


def keepers(session: Session) -> set[str]:
    """The ids of the administrators who have a passkey."""
    return set(session.scalars(select(ADMIN_PASSKEY.c.admin_id).distinct()))


@dataclass(frozen=True)
class Passkeys:
    """:param origin: where the pages are, which the browser signs; passkeys belong to its host."""

    origin: str

    @property
    def host(self) -> str:
        return self._party.host

    @property
    def _party(self) -> RelyingParty:
        return RelyingParty(self.origin)

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
        owner = Owner(admin.id, admin.username, admin.name or admin.username)
        return self._party.creation_options(owner, token, known)

    def request_options(self, session: Session, clock: Clock, asked_by: str) -> str:
        """What the browser asks any passkey of this host with, as JSON.

        :param asked_by: the admin who is signed in, or the browser; nobody else can answer.
        """
        return self._party.request_options(
            challenges.ask(session, clock, challenges.PASSKEY, asked_by)
        )

    def add(self, session: Session, clock: Clock, admin: Admin, answer: str, name: str) -> bool:
        """Keeps the new passkey, if the browser's answer is to a question of ours."""
        token = self._used_question(session, clock, answer, admin.id)
        made = self._party.made(answer, token) if token else None
        if made is None:
            return False
        row = {
            "id_hash": made.id_hash,
            "admin_id": admin.id,
            "credential_id": made.credential_id,
            "public_key": made.public_key,
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
        id_hash = id_hash_in(answer) if token else None
        if token is None or id_hash is None:
            return None
        row = session.execute(
            select(ADMIN_PASSKEY).where(ADMIN_PASSKEY.c.id_hash == id_hash)
        ).first()
        if row is None:
            return None
        count = self._party.proven(answer, token, row.public_key, row.sign_count)
        if count is None or not note_use(session, ADMIN_PASSKEY, id_hash, count, clock()):
            return None
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
        token = challenge_in(answer)
        if token is None:
            return None
        first = challenges.answer(session, clock, challenges.PASSKEY, token, asked_by)
        return token if first else None
