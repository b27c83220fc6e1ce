"""How late a statement runs: what a database does when it goes on after it had stopped."""

from typing import Any

from sqlalchemy import BigInteger, BindParameter
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

MOST = 120
"""Seconds; more is a clock that is wrong."""

_NOW = {
    "postgresql": "CAST(floor(extract(epoch FROM clock_timestamp())) AS BIGINT)",
    "mysql": "UNIX_TIMESTAMP(SYSDATE())",
    "sqlite": "CAST(strftime('%s', 'now') AS INTEGER)",
}


class Lateness(FunctionElement[int]):
    """Whole seconds between the time ``sent`` and the moment at which the database runs it.

    By the clocks of two machines, which differ: never less than 0, nor more than `MOST`.
    """

    inherit_cache = True
    type = BigInteger()

    def __init__(self, sent: BindParameter[int]) -> None:
        super().__init__(sent)


@compiles(Lateness)
def _lateness(element: Lateness, compiler: Any, **named: Any) -> str:
    name = compiler.dialect.name
    sent = compiler.process(element.clauses, **named)
    late = f"{_NOW.get(name, _NOW['mysql'])} - {sent} - 1"  # a second may just have begun
    least, most = ("min", "max") if name == "sqlite" else ("least", "greatest")
    return f"{least}({most}({late}, 0), {MOST})"
