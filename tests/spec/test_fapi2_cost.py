"""What the FAPI 2.0 profile costs everybody else: next to nothing, and no statement.

A request of another client can pass each place where the profile is asked about, and no place more
than once: all of them together are the most that it can cost. What a client has promised is known
from its metadata, which every request reads anyway (`tests.flows.test_statement_budget`).
"""

import ast
import time
import timeit
from collections.abc import Iterator

from oidc.clients.metadata import ClientMetadata
from tests.source import ROOT

ASKED = {"is_fapi2", "is_dpop_bound"}
MICROSECONDS = 2.0
REGISTERED = ("metadata.py", "metadata_rules.py", "metadata_parsing.py")
"""Asked when a client registers or is read anew, and not with each request."""


def places() -> Iterator[str]:
    for file in sorted((ROOT / "oidc").rglob("*.py")):
        if file.name in REGISTERED:
            continue
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr in ASKED:
                yield f"{file.relative_to(ROOT)}:{node.lineno}"


def microseconds_of_a_look(times: int = 20_000) -> float:
    """Processor time, the least of a few tries: of whatever else the machine does, nothing."""
    looks = timeit.Timer(
        "1 if metadata.is_fapi2 else 2",
        globals={"metadata": ClientMetadata()},
        timer=time.process_time,
    )
    return min(looks.repeat(5, times)) / times * 1e6


def test_profile_costs_other_clients_two_microseconds_at_most() -> None:
    asked = list(places())

    cost = len(asked) * microseconds_of_a_look()

    assert asked
    assert cost <= MICROSECONDS, f"{cost:.2f} µs in {len(asked)} places: {asked}"
