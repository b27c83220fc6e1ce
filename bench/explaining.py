"""PostgreSQL's plans of the statements that a scenario runs, asked for with its own parameters.

Each statement is explained on its own connection and inside of its own transaction, right before it
runs, and what the explanation did is taken back: so it sees what the statement will see.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from psycopg import Connection, sql

from bench.plans import MODES

TIMES = 5
"""Of how many executions of a statement the plans are asked for; times are those of the median."""
AT_FIRST = 5
"""How often at its first execution: some run once a scenario."""
EXPLAINABLE = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")
NAMED = re.compile(r"%\((\w+)\)s")


def numbered(statement: str, parameters: Any) -> tuple[str, Sequence[Any]]:
    """A statement with ``$1``, ``$2`` … and their values; it has them already, or names."""
    if not isinstance(parameters, Mapping):
        return statement, parameters or ()
    names = list(dict.fromkeys(NAMED.findall(statement)))
    text = NAMED.sub(lambda match: f"${names.index(match[1]) + 1}", statement)
    return text.replace("%%", "%"), [parameters[name] for name in names]


@dataclass
class Explainer:
    """Keeps the plans of one scenario at a time."""

    plans: list[dict[str, Any]] = field(default_factory=list)
    _seen: Counter[tuple[str, str]] = field(default_factory=Counter)
    _numbers: Iterator[int] = field(default_factory=count)

    def forget(self) -> None:
        self.plans.clear()
        self._seen.clear()

    def explain(self, driver: Connection, route: str, statement: str, parameters: Any) -> None:
        """Notes the plans of a statement that a request is about to run."""
        if not statement.lstrip().startswith(EXPLAINABLE):
            return
        self._seen[route, statement] += 1
        if self._seen[route, statement] > TIMES:
            return
        text, values = numbered(statement, parameters)
        # A row that is added may have to look long for a page with room, or to split one.
        again = AT_FIRST if self._seen[route, statement] == 1 else 1
        known = {"route": route, "statement": statement}
        # All at once: other threads explain theirs, and what is there is read at any time.
        self.plans += [
            {**known, "mode": mode, "plan": self.plan(driver, mode, text, values)}
            for mode in MODES * again
        ]

    def plan(self, driver: Connection, mode: str, text: str, values: Sequence[Any]) -> Any:
        """Runs the statement under ``EXPLAIN``; what it did is rolled back."""
        name = sql.Identifier(f"bench_{next(self._numbers)}")
        called = sql.SQL("EXECUTE {}").format(name)
        if values:
            called += sql.SQL(" ({})").format(sql.SQL(", ").join(map(sql.Literal, values)))
        with driver.transaction(force_rollback=True), driver.cursor() as cursor:
            cursor.execute(f"SET LOCAL plan_cache_mode = {mode}")
            cursor.execute(sql.SQL("PREPARE {} AS ").format(name).as_bytes() + text.encode())
            cursor.execute(sql.SQL("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ") + called)
            row = cursor.fetchone()
            cursor.execute(sql.SQL("DEALLOCATE {}").format(name))
        assert row is not None
        return (json.loads(row[0]) if isinstance(row[0], str) else row[0])[0]


def sizes(driver: Connection, plans: Sequence[Mapping[str, Any]], most: int) -> dict[str, int]:
    """How many rows each table of these plans has, counted to ``most``."""
    tables = {found for each in plans for found in _tables(each["plan"]["Plan"])}
    text = "SELECT count(*) FROM (SELECT FROM {} LIMIT {}) AS found"
    found = {}
    for table in sorted(tables):
        query = sql.SQL(text).format(sql.Identifier(table), sql.Literal(most))
        row = driver.execute(query).fetchone()
        found[table] = row[0] if row else 0
    return found


def _tables(node: Mapping[str, Any]) -> set[str]:
    own = {node["Relation Name"]} if "Relation Name" in node else set()
    return own.union(*(_tables(child) for child in node.get("Plans", ())))
