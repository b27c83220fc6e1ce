"""How WeChat apps are kept: secrets sealed, edits never lost, WeChat's refusals remembered."""

import logging
from typing import Any, cast

from sqlalchemy import Row, Table, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from federation.errors import InvalidFields, NotFound, Problem, StillInUse, VersionConflict
from federation.models import ConnectionRow, WeChatAppRow
from federation.ports import Cipher, Clock
from federation.translation import N_
from federation.wechat_apps import APP_ID, Fault, WeChatApp, WeChatAppFields

SECRET_PURPOSE = "federation.wechat_app.secret"
PUSH_KEY_PURPOSE = "federation.wechat_app.push_key"

_APP = cast(Table, WeChatAppRow.__table__)
_CONNECTION = cast(Table, ConnectionRow.__table__)
_log = logging.getLogger(__name__)


class WeChatAppStore:
    """The ``wechat_app`` table. Secrets are sealed on the way in; every write needs a commit."""

    def __init__(self, cipher: Cipher, clock: Clock) -> None:
        self._cipher = cipher
        self._clock = clock
        self.generation = 0
        """Grows with every write through this store, so that caches can notice."""

    def get(self, session: Session, app_id: str) -> WeChatApp | None:
        if not APP_ID.fullmatch(app_id):
            # Addresses bring anything along, also what a database would choke on.
            return None
        row = session.connection().execute(select(_APP).where(_APP.c.app_id == app_id)).first()
        return None if row is None else self._parse(row)

    def all(self, session: Session) -> list[WeChatApp]:
        rows = session.connection().execute(select(_APP).order_by(_APP.c.kind, _APP.c.app_id))
        return [self._parse(row) for row in rows]

    def default(self, session: Session) -> WeChatApp | None:
        """The deployment's default mini program, used by connections without a credential."""
        query = select(_APP).where(_APP.c.default_for == "miniprogram")
        row = session.connection().execute(query).first()
        return None if row is None else self._parse(row)

    def create(self, session: Session, fields: WeChatAppFields) -> WeChatApp:
        """Stores a new credential. Raises ``InvalidFields`` with every problem at once."""
        problems = fields.problems(is_new=True)
        if problems:
            raise InvalidFields(problems)
        self._make_room_for_default(session, fields)
        now = self._clock()
        values = self._values(fields) | {"app_id": fields.app_id, "version": 1, "created_at": now}
        try:
            with session.begin_nested():
                session.connection().execute(_APP.insert().values(**values))
        except IntegrityError:
            taken = Problem("app_id", N_("This AppID is already configured."))
            raise InvalidFields([taken]) from None
        return self._written(session, fields.app_id)

    def update(
        self, session: Session, app_id: str, fields: WeChatAppFields, version: int
    ) -> WeChatApp:
        """Saves a form that was opened at ``version``. The AppID and the kind never change.

        Raises ``InvalidFields``, ``NotFound``, or ``VersionConflict`` if somebody saved first.
        """
        before = self.get(session, app_id)
        if before is None:
            raise NotFound
        problems = fields.problems(is_new=False)
        if fields.app_id != app_id:
            problems.append(Problem("app_id", N_("The AppID cannot be changed.")))
        if fields.kind != before.kind:
            problems.append(Problem("kind", N_("The kind cannot be changed.")))
        if problems:
            raise InvalidFields(problems)
        self._make_room_for_default(session, fields)
        statement = (
            update(_APP)
            .where(_APP.c.app_id == app_id, _APP.c.version == version)
            .values(**self._values(fields), version=version + 1)
        )
        if session.connection().execute(statement).rowcount != 1:
            raise VersionConflict
        return self._written(session, app_id)

    def delete(self, session: Session, app_id: str) -> None:
        """Forgets a credential that no connection names. Raises ``StillInUse`` or ``NotFound``."""
        used = select(_CONNECTION.c.id).where(_CONNECTION.c.app_id == app_id).limit(1)
        if session.connection().execute(used).first() is not None:
            raise StillInUse
        statement = delete(_APP).where(_APP.c.app_id == app_id)
        if session.connection().execute(statement).rowcount != 1:
            raise NotFound
        self.generation += 1

    def note_fault(self, session: Session, app_id: str, errcode: int | None) -> None:
        """Remembers that WeChat refused this credential, for the administrator to see.

        Writes once a minute at most: a refused credential may be asked for by many at once.
        """
        now = self._clock()
        known = select(_APP.c.app_id).where(_APP.c.app_id == app_id, _APP.c.fault_at > now - 60)
        errcodes = _APP.c.fault_errcode.is_not_distinct_from(errcode)
        if session.connection().execute(known.where(errcodes)).first() is None:
            self._set_fault(session, app_id, errcode, now)

    def clear_fault(self, session: Session, app_id: str) -> None:
        """Forgets the last refusal; call it when the credential works again."""
        self._set_fault(session, app_id, None, None)

    def faults(self, session: Session) -> list[Fault]:
        """The credentials that WeChat refused, newest refusal first."""
        query = (
            select(_APP.c.app_id, _APP.c.fault_errcode, _APP.c.fault_at)
            .where(_APP.c.fault_at.is_not(None))
            .order_by(_APP.c.fault_at.desc(), _APP.c.app_id)
        )
        return [Fault(*row) for row in session.connection().execute(query)]

    def _set_fault(
        self, session: Session, app_id: str, errcode: int | None, at: int | None
    ) -> None:
        """``updated_at`` moves too: by it other processes notice within a second."""
        statement = update(_APP).where(_APP.c.app_id == app_id)
        values = {"fault_errcode": errcode, "fault_at": at, "updated_at": self._clock()}
        session.connection().execute(statement.values(values))
        self.generation += 1

    def _make_room_for_default(self, session: Session, fields: WeChatAppFields) -> None:
        if fields.is_default:
            others = update(_APP).where(_APP.c.default_for == fields.kind)
            others = others.where(_APP.c.app_id != fields.app_id)
            session.connection().execute(others.values(default_for=None))

    def _written(self, session: Session, app_id: str) -> WeChatApp:
        self.generation += 1
        written = self.get(session, app_id)
        assert written is not None
        return written

    def _values(self, fields: WeChatAppFields) -> dict[str, Any]:
        values: dict[str, Any] = {
            "kind": fields.kind,
            "name": fields.name,
            "original_id": fields.original_id or None,
            "open_platform": fields.open_platform or None,
            "default_for": fields.kind if fields.is_default else None,
            "push_token": fields.push_token or None,
            "updated_at": self._clock(),
        }
        if fields.secret:
            values["secret_sealed"] = self._cipher.seal(fields.secret.encode(), SECRET_PURPOSE)
            values["secret_since"] = self._clock()
            # A new secret deserves a new chance.
            values |= {"fault_errcode": None, "fault_at": None}
        if fields.push_key:
            sealed = self._cipher.seal(fields.push_key.encode(), PUSH_KEY_PURPOSE)
            values["push_key_sealed"] = sealed
        return values

    def _parse(self, row: Row[Any]) -> WeChatApp:
        return WeChatApp(
            app_id=row.app_id,
            kind=row.kind,
            secret=self._unseal(row.app_id, row.secret_sealed, SECRET_PURPOSE) or "",
            name=row.name,
            original_id=row.original_id,
            open_platform=row.open_platform,
            is_default=row.default_for is not None,
            push_token=row.push_token,
            push_key=self._unseal(row.app_id, row.push_key_sealed, PUSH_KEY_PURPOSE),
            version=row.version,
            is_faulty=row.fault_at is not None,
            secret_since=row.secret_since,
        )

    def _unseal(self, app_id: str, sealed: str | None, purpose: str) -> str | None:
        if sealed is None:
            return None
        try:
            return self._cipher.unseal(sealed, purpose).decode()
        except ValueError:
            # One lost key must not take the other credentials down with it.
            _log.error("cannot unseal %s of app_id=%s: enter it again", purpose, app_id)
            return None
