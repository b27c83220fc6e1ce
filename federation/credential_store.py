"""How credentials are kept: secrets sealed, edits never lost, the source's refusals remembered."""

from collections.abc import Iterator, Mapping
from typing import Any, Self

from sqlalchemy import Table, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from federation.connection_rows import rests_on
from federation.credential_documents import CredentialDocuments
from federation.credentials import (
    Credential,
    CredentialFields,
    CredentialForm,
    CredentialTable,
    ErrorCode,
    Fault,
)
from federation.errors import InvalidFields, NotFound, Problem, StillInUse, VersionConflict
from federation.models import ConnectionRow
from federation.ports import Cipher, Clock
from federation.source import Source
from federation.translation import N_

_CONNECTION: Any = ConnectionRow.__table__


class CredentialStore:
    """The credentials of one source. Every write needs a commit."""

    def __init__(self, source: Source, cipher: Cipher, clock: Clock) -> None:
        self.source = source
        self.form = source.credentials
        self._clock = clock
        kept = self.form.table or CredentialDocuments
        self.rows: CredentialTable = kept(source.id, self.form, cipher)
        self.generation = 0
        """Grows with every write through this store, so that caches can notice."""

    @property
    def _table(self) -> Table:
        return self.rows.table

    def get(self, session: Session, id: str) -> Credential | None:  # noqa: A002
        if self.form.id.problem(id):
            # Addresses bring anything along, also what a database would choke on.
            return None
        row = session.connection().execute(select(self._table).where(self.rows.named(id))).first()
        return None if row is None else self.rows.parse(row)

    def all(self, session: Session) -> list[Credential]:
        """All of them, by kind and id."""
        query = select(self._table).where(self.rows.ours)
        found = [self.rows.parse(row) for row in session.connection().execute(query)]
        return sorted(found, key=lambda one: (one.kind, one.id))

    def default(self, session: Session, kind: str) -> Credential | None:
        """The one that connections use which name none."""
        wanted = self._table.c.default_for == self.rows.default_for(kind)
        row = session.connection().execute(select(self._table).where(wanted)).first()
        return None if row is None else self.rows.parse(row)

    def create(self, session: Session, fields: CredentialFields) -> Credential:
        """Stores a new credential. Raises ``InvalidFields`` with every problem at once."""
        problems = fields.problems(self.form, is_new=True)
        if problems:
            raise InvalidFields(problems)
        self._make_room_for_default(session, fields)
        values = self._values(fields, None)
        values |= self.rows.key(fields.id) | {"version": 1, "created_at": self._clock()}
        try:
            with session.begin_nested():
                session.connection().execute(self._table.insert().values(**values))
        except IntegrityError:
            taken = Problem(self.form.id.name, self.form.words.taken)
            raise InvalidFields([taken]) from None
        return self._written(session, fields.id)

    def update(
        self,
        session: Session,
        id: str,  # noqa: A002 - what it is called everywhere
        fields: CredentialFields,
        version: int,
    ) -> Credential:
        """Saves a form that was opened at ``version``. The id and the kind never change.

        Raises ``InvalidFields``, ``NotFound``, or ``VersionConflict`` if somebody saved first.
        """
        before = self.get(session, id)
        if before is None:
            raise NotFound
        problems = fields.problems(self.form, is_new=False)
        if fields.id != id:
            problems.append(Problem(self.form.id.name, self.form.words.unchangeable))
        problems.extend(_changed(self.form, before, fields))
        if fields.kind != before.kind:
            problems.append(Problem("kind", N_("The kind cannot be changed.")))
        if problems:
            raise InvalidFields(problems)
        self._make_room_for_default(session, fields)
        statement = (
            update(self._table)
            .where(self.rows.named(id), self._table.c.version == version)
            .values(**self._values(fields, before), version=version + 1)
        )
        if session.connection().execute(statement).rowcount != 1:
            raise VersionConflict
        return self._written(session, id)

    def delete(self, session: Session, id: str) -> None:  # noqa: A002
        """Forgets a credential that no connection names. Raises ``StillInUse`` or ``NotFound``."""
        used = select(_CONNECTION.c.id).where(rests_on(self.source, id)).limit(1)
        if session.connection().execute(used).first() is not None:
            raise StillInUse(hint=self.form.words.still_in_use)
        statement = delete(self._table).where(self.rows.named(id))
        if session.connection().execute(statement).rowcount != 1:
            raise NotFound
        self.generation += 1

    def note_fault(self, session: Session, id: str, errcode: ErrorCode | None) -> None:  # noqa: A002
        """Remembers that the source refused this credential, for the administrator to see.

        Writes once a minute at most: a refused credential may be asked for by many at once.
        """
        now = self._clock()
        query = select(self._table).where(self.rows.named(id), self._table.c.fault_at > now - 60)
        known = session.connection().execute(query).first()
        if known is None or str(self.rows.read_fault(known).errcode) != str(errcode):
            self._set_fault(session, id, errcode, now)

    def clear_fault(self, session: Session, id: str) -> None:  # noqa: A002
        """Forgets the last refusal; call it when the credential works again."""
        self._set_fault(session, id, None, None)

    def faults(self, session: Session) -> list[Fault]:
        """The credentials that the source refused, newest refusal first."""
        query = select(self._table).where(self.rows.ours, self._table.c.fault_at.is_not(None))
        found = map(self.rows.read_fault, session.connection().execute(query))
        return sorted(found, key=lambda fault: (-fault.at, fault.credential_id))

    def _set_fault(
        self,
        session: Session,
        id: str,  # noqa: A002
        errcode: ErrorCode | None,
        at: int | None,
    ) -> None:
        """``updated_at`` moves too: by it other processes notice within a second."""
        values = self.rows.fault(errcode, at) | {"updated_at": self._clock()}
        statement = update(self._table).where(self.rows.named(id)).values(values)
        session.connection().execute(statement)
        self.generation += 1

    def _make_room_for_default(self, session: Session, fields: CredentialFields) -> None:
        if fields.is_default:
            default = self._table.c.default_for == self.rows.default_for(fields.kind)
            others = update(self._table).where(default, ~self.rows.named(fields.id))
            session.connection().execute(others.values(default_for=None))

    def _written(self, session: Session, id: str) -> Credential:  # noqa: A002
        self.generation += 1
        written = self.get(session, id)
        assert written is not None
        return written

    def _values(self, fields: CredentialFields, before: Credential | None) -> dict[str, Any]:
        values = {
            "kind": fields.kind,
            "name": fields.name,
            "default_for": self.rows.default_for(fields.kind) if fields.is_default else None,
            "updated_at": self._clock(),
            **self.rows.columns(fields, before),
        }
        secrets = [one for one in self.form.fields_of(fields.kind) if one.secret]
        if any(fields.values.get(one.name) for one in secrets):
            # A new secret deserves a new chance.
            values |= {"secret_since": self._clock(), **self.rows.fault(None, None)}
        return values


def _changed(
    form: CredentialForm, before: Credential, fields: CredentialFields
) -> Iterator[Problem]:
    """What was entered anew of what people's names rest on."""
    for one in form.fields_of(before.kind):
        if one.lasting and before[one.name] != fields.values.get(one.name, ""):
            told = N_("It cannot be changed: people are known by it. Add another credential.")
            yield Problem(one.name, told)


class CredentialStores(tuple[CredentialStore, ...]):
    """The stores of every source, and each by the source's id."""

    _stores: Mapping[str, CredentialStore]

    def __new__(cls, stores: Mapping[str, CredentialStore]) -> Self:
        every = super().__new__(cls, stores.values())
        every._stores = stores
        return every

    def of(self, source_id: str) -> CredentialStore:
        return self._stores[source_id]

    def used(self, session: Session) -> list[CredentialStore]:
        """Those of sources that may have a credential: one look at the table that most sources
        share, instead of one for each of them."""
        shared = CredentialDocuments.table
        query = select(shared.c.source).distinct()
        known = set(session.connection().execute(query).scalars())
        return [one for one in self if one.rows.table is not shared or one.source.id in known]
