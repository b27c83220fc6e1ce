"""What a file would make, kept beside the database while nothing of it is written there.

A row can speak of somebody whom an earlier batch of the same file would have made. It is looked up
in a table of SQLite's in a temporary file, so that a file of any length takes no memory.
"""

import json
import sqlite3
from collections.abc import Iterable
from typing import Any

from app.accounts.imports.batches import Plan
from app.accounts.imports.rows import Key, Row

_TABLES = """
CREATE TABLE known (name TEXT PRIMARY KEY, account_id TEXT) WITHOUT ROWID;
CREATE TABLE person (account_id TEXT PRIMARY KEY, details TEXT) WITHOUT ROWID;
"""


class Foreseen:
    """An overlay for `foresee_batch`; begins with nothing."""

    def __init__(self) -> None:
        self._kept = sqlite3.connect("", isolation_level=None)
        self._kept.executescript(_TABLES)

    def close(self) -> None:
        self._kept.close()

    def add_to(self, plan: Plan, rows: list[Row]) -> None:
        """Adds what earlier batches would have left of these people."""
        keys = {_name_of(key): key for row in rows for key in row.keys if key not in plan.owners}
        phones = {f"phone {row.phone}": row.phone for row in rows if row.phone}
        for name, account_id in self._find(keys):
            plan.owners[keys[name]] = account_id
            self._add_details(plan, account_id)
        for name, account_id in self._find(phones):
            self._add_details(plan, account_id)
            owners = plan.by_phone.setdefault(phones[name], [])
            if account_id not in owners:
                owners.append(account_id)

    def learn(self, plan: Plan) -> None:
        """Keeps what a batch would have made and changed."""
        known = [(_name_of(key), account_id) for key, account_id, _shared in plan.keys]
        changed = {account["id"] for account in plan.accounts} | plan.changes.keys()
        people = {account_id: plan.details[account_id] for account_id in changed}
        known += [
            (f"phone {details['phone']}", account_id)
            for account_id, details in people.items()
            if details.get("phone")
        ]
        people |= {owner: plan.details[owner] for _key, owner, _shared in plan.keys}
        rows = [
            (account_id, json.dumps([details, sorted(plan.namespaces.get(account_id, ()))]))
            for account_id, details in people.items()
        ]
        self._kept.execute("BEGIN")
        self._kept.executemany("INSERT OR IGNORE INTO known VALUES (?, ?)", known)
        self._kept.executemany("INSERT OR REPLACE INTO person VALUES (?, ?)", rows)
        self._kept.execute("COMMIT")

    def _find(self, names: Iterable[str]) -> list[tuple[str, str]]:
        wanted = list(names)
        marks = ",".join("?" * len(wanted))
        query = f"SELECT name, account_id FROM known WHERE name IN ({marks})"  # noqa: S608
        return self._kept.execute(query, wanted).fetchall()

    def _add_details(self, plan: Plan, account_id: str) -> None:
        query = "SELECT details FROM person WHERE account_id = ?"
        found = self._kept.execute(query, (account_id,)).fetchone()
        if found is not None:
            details: dict[str, Any]
            details, namespaces = json.loads(found[0])
            plan.details[account_id] = details
            plan.namespaces.setdefault(account_id, set()).update(namespaces)


def _name_of(key: Key) -> str:
    return f"{key.namespace} {key.value}"
