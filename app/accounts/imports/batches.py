"""Importing people batch by batch, in bounded memory; running it again changes nothing."""

import itertools
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlalchemy import and_, insert, select, update
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from app.accounts.changed import tell_changed
from app.accounts.identification.attachment import Raced
from app.accounts.identification.attempt import UNPROVEN_PHONES
from app.accounts.identification.keys import lock
from app.accounts.imports.outcomes import Outcome, Progress, What, note_import, progressed
from app.accounts.imports.rows import CONFLICTS, Key, Refusal, Row
from app.audit.trail import Clock
from app.tables.people import ACCOUNT, EXTERNAL_KEY
from federation.identity import is_shared

BATCH = 500
ATTEMPTS = 3
_ABOUT = select(
    *(
        ACCOUNT.c[name]
        for name in (
            "id",
            "name",
            "phone",
            "email",
            "profile_provenance",
            "created_at",
            "updated_at",
        )
    )
)


class Overlay(Protocol):
    """What earlier batches of a file would have made, where nothing is written."""

    def add_to(self, plan: "Plan", rows: list[Row]) -> None: ...
    def learn(self, plan: "Plan") -> None: ...


def import_people(
    session: Session,
    clock: Clock,
    rows: Iterable[Row | Refusal],
    *,
    actor: str,
    batch: int = BATCH,
) -> Iterator[Progress]:
    """Imports the rows; after each batch the caller commits, or rolls back for a dry run, and
    once more at the end for the audit line. Each batch is a transaction of its own, which is
    rolled back and tried again when it loses a race: the session is the import's alone.

    A row whose key is known completes that account: keys it lacks, and name, phone and e-mail
    where it has none. A row that is known by its phone alone finds the account with that number.
    Nothing is ever moved from one account to another: such rows are refused.
    """
    done, begun = Progress(), clock()
    rows = iter(rows)
    while chunk := list(itertools.islice(rows, batch)):
        outcomes = import_batch(session, clock, chunk, begun)
        done = progressed(done, outcomes)
        yield done
    note_import(session, clock, actor, done)


def import_batch(
    session: Session, clock: Clock, chunk: list[Row | Refusal], begun: int
) -> tuple[Outcome, ...]:
    """Imports these rows in the transaction under way; what became of each.

    :param begun: seconds: when the import of the whole file began.
    """
    people = [row for row in chunk if isinstance(row, Row)]
    plan = None
    for attempt in range(1, ATTEMPTS + 1):
        plan = Plan.of(session, people, begun)
        try:
            plan.write(session, clock())
            break
        except (IntegrityError, OperationalError, Raced) as error:
            # Somebody signed in as one of them. The whole transaction starts over: InnoDB keeps
            # the locks of a savepoint, and many of them would deadlock with those who sign in.
            session.rollback()
            plan = None
            if attempt == ATTEMPTS and isinstance(error, OperationalError):
                raise  # no race: the database is away
    done = [Outcome(row.line, "conflict", "raced") for row in people]
    return _in_order(chunk, plan.outcomes if plan is not None else done)


def foresee_batch(
    session: Session, chunk: list[Row | Refusal], begun: int, earlier: Overlay
) -> tuple[Outcome, ...]:
    """What would become of these rows; nothing is written.

    :param earlier: what would have become of those before them; learns of these.
    """
    people = [row for row in chunk if isinstance(row, Row)]
    plan = Plan.of(session, people, begun, earlier)
    earlier.learn(plan)
    return _in_order(chunk, plan.outcomes)


def _in_order(chunk: list[Row | Refusal], of_people: list[Outcome]) -> tuple[Outcome, ...]:
    unread = [Outcome(row.line, "refused", row.reason) for row in chunk if isinstance(row, Refusal)]
    return tuple(sorted([*of_people, *unread], key=lambda one: one.line))


@dataclass(slots=True)
class Plan:
    """What is known about a batch, and what will be written for it."""

    begun: int = 0

    owners: dict[Key, str] = field(default_factory=dict)
    by_phone: dict[str, list[str]] = field(default_factory=dict)
    namespaces: dict[str, set[str]] = field(default_factory=dict)
    details: dict[str, dict[str, Any]] = field(default_factory=dict)

    accounts: list[dict[str, Any]] = field(default_factory=list)
    keys: list[tuple[Key, str, Key | None]] = field(default_factory=list)
    changes: dict[str, dict[str, Any]] = field(default_factory=dict)
    outcomes: list[Outcome] = field(default_factory=list)

    @classmethod
    def of(
        cls, session: Session, rows: list[Row], begun: int, earlier: Overlay | None = None
    ) -> "Plan":
        plan = cls(begun)
        plan._look_up(session, rows)
        if earlier is not None:
            earlier.add_to(plan, rows)
        for row in rows:
            plan._place(row)
        return plan

    def _look_up(self, session: Session, rows: list[Row]) -> None:
        """Three statements: the owners of the keys, the accounts by phone, their namespaces."""
        wanted = {key for row in rows for key in row.keys}
        values = {value for _, value in wanted}
        owned = select(
            EXTERNAL_KEY.c.namespace, EXTERNAL_KEY.c.value, EXTERNAL_KEY.c.account_id
        ).where(EXTERNAL_KEY.c.value.in_(values))
        for namespace, value, account_id in session.execute(owned) if values else ():
            if (namespace, value) in wanted:
                self.owners[Key(namespace, value)] = account_id
        phones = {row.phone for row in rows if row.phone}
        trusted = and_(
            ACCOUNT.c.phone.in_(phones),
            ACCOUNT.c.phone_provenance.not_in(UNPROVEN_PHONES),
            ACCOUNT.c.merged_into.is_(None),
        )
        for row in session.execute(_ABOUT.where(trusted)).mappings() if phones else ():
            self.by_phone.setdefault(row["phone"], []).append(row["id"])
            self.details[row["id"]] = dict(row)
        others = set(self.owners.values()) - self.details.keys()
        about = _ABOUT.where(ACCOUNT.c.id.in_(others))
        for row in session.execute(about).mappings() if others else ():
            self.details[row["id"]] = dict(row)
        known = select(EXTERNAL_KEY.c.account_id, EXTERNAL_KEY.c.namespace).where(
            EXTERNAL_KEY.c.account_id.in_(self.details)
        )
        for account_id, namespace in session.execute(known) if self.details else ():
            self.namespaces.setdefault(account_id, set()).add(namespace)

    def _place(self, row: Row) -> None:
        owners = {self.owners[key] for key in row.keys if key in self.owners}
        if len(owners) > 1:
            self._refuse(row, "several_accounts")
        elif owners:
            self._complete(row, owners.pop())
        elif row.phone and row.phone in self.by_phone:
            self._by_phone(row, self.by_phone[row.phone])
        else:
            self._create(row)

    def _by_phone(self, row: Row, found: list[str]) -> None:
        if len(found) > 1:
            self._refuse(row, "phone_shared")
        elif self.namespaces.get(found[0], set()) & {key.namespace for key in row.keys}:
            self._refuse(row, "phone_of_other")
        else:
            self._complete(row, found[0])

    def _refuse(self, row: Row, reason: str) -> None:
        what: What = "conflict" if reason in CONFLICTS else "refused"
        self.outcomes.append(Outcome(row.line, what, reason))

    def _complete(self, row: Row, account_id: str) -> None:
        details = self.details.setdefault(account_id, {})
        if row.name and details.get("name") not in (None, row.name) and self._is_of_file(details):
            self._refuse(row, "twice")
            return
        missing = [key for key in row.keys if key not in self.owners]
        changes: dict[str, Any] = {}
        if row.name and not details.get("name"):
            changes |= {"name": row.name, "profile_provenance": "operator"}
            details["updated_at"] = self.begun
        if row.phone and not details.get("phone"):
            changes |= {"phone": row.phone, "phone_provenance": "import"}
            self.by_phone.setdefault(row.phone, []).append(account_id)
        if row.email and not details.get("email"):
            changes |= {"email": row.email, "email_verified": False, "email_provenance": None}
        self._add_keys(row, missing, account_id)
        details.update(changes)
        if changes:
            self.changes.setdefault(account_id, {}).update(changes)
        sent = {"name": row.name, "phone": row.phone, "email": row.email}
        kept = any(value and details.get(name) != value for name, value in sent.items())
        what: What = "updated" if missing or changes else "unchanged"
        self.outcomes.append(Outcome(row.line, what, "kept" if kept else "", account_id))

    def _is_of_file(self, details: dict[str, Any]) -> bool:
        """Whether an earlier row of this file made the account, or completed it, and it has its
        name from an administrator."""
        times = (details.get("created_at", self.begun), details.get("updated_at", 0))
        return max(times) >= self.begun and details.get("profile_provenance") == "operator"

    def _create(self, row: Row) -> None:
        account_id = secrets.token_hex(11)
        account = {
            "id": account_id,
            "name": row.name,
            "profile_provenance": "operator" if row.name else None,
            "phone": row.phone,
            "phone_provenance": "import" if row.phone else None,
            "email": row.email,
        }
        self.accounts.append(account)
        self.details[account_id] = dict(account)
        if row.phone:
            self.by_phone.setdefault(row.phone, []).append(account_id)
        self._add_keys(row, list(row.keys), account_id)
        self.outcomes.append(Outcome(row.line, "created", "", account_id))

    def _add_keys(self, row: Row, keys: list[Key], account_id: str) -> None:
        shared = next((key for key in row.keys if is_shared(key.namespace)), None)
        for key in keys:
            self.owners[key] = account_id
            self.namespaces.setdefault(account_id, set()).add(key.namespace)
            self.keys.append((key, account_id, None if key == shared else shared))

    def write(self, session: Session, now: int) -> None:
        """Known accounts are locked first, so that none is merged or deleted under our keys; then
        keys, shared ones before own ones: who signs in meanwhile is met there.

        :raises Raced: an account is gone.
        """
        new = {account["id"] for account in self.accounts}
        for account_id in sorted({owner for _, owner, _ in self.keys} - new):
            if not lock(session, account_id):
                raise Raced
        # What is returned is not read: SQLAlchemy then writes one statement for many rows instead
        # of one for each, which costs PostgreSQL half of the time.
        if self.keys:
            rows = [_key_row(*key, now) for key in sorted(self.keys, key=_claim_order)]
            session.execute(insert(EXTERNAL_KEY).returning(EXTERNAL_KEY.c.account_id), rows)
        times = {"created_at": now, "updated_at": now}
        if self.accounts:
            accounts = [account | times for account in self.accounts]
            session.execute(insert(ACCOUNT).returning(ACCOUNT.c.id), accounts)
        for account_id, changes in self.changes.items():
            values = changes | {"updated_at": now}
            session.execute(update(ACCOUNT).where(ACCOUNT.c.id == account_id).values(values))
            tell_changed(session, account_id, changes, "admin")


def _claim_order(planned: tuple[Key, str, Key | None]) -> tuple[bool, Key]:
    """As `Keys.claim_order` of sign-ins, so that imports and sign-ins do not deadlock."""
    key, _account_id, _shared = planned
    return not is_shared(key.namespace), key


def _key_row(key: Key, account_id: str, shared: Key | None, now: int) -> dict[str, Any]:
    return {
        "namespace": key.namespace,
        "value": key.value,
        "account_id": account_id,
        "shared_namespace": shared.namespace if shared else None,
        "shared_value": shared.value if shared else None,
        "first_seen": now,
        "last_seen": now,
    }
