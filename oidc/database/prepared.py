"""PostgreSQL, asked for a hot statement without a cursor: prepared once on each connection.

What a cursor does around an execution costs several times the execution. Reading values and rows,
waiting for the server and telling errors are the driver's own all the same. For connections that
commit each statement by themselves: a failed attempt then leaves nothing behind, and is repeated.

Behind a pooler each statement may meet another server connection, where nothing of that name is
prepared. A connection that has met this once asks without names from then on.
"""

from hashlib import sha256
from typing import Any

from psycopg import Connection, errors, generators
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq import ExecStatus

_GOOD = (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK)
_FOREIGN = (errors.InvalidSqlStatementName, errors.FeatureNotSupported)
"""The name is not known there (a pooler), or its plan no longer fits (a migration)."""


class PreparedConnection:
    """What has been prepared on one connection."""

    def __init__(self, driver: "Connection[Any]") -> None:
        self._driver = driver
        self._pgconn = driver.pgconn
        self._transformer = Transformer(driver)
        self._names: dict[str, bytes] = {}
        self._is_pooled = False

    def run(self, sql: str, values: list[Any]) -> tuple[list[Any], int]:
        """The rows, and how many rows were matched.

        :param sql: with ``$1``, ``$2`` … for the values.
        :raises psycopg.Error:
        """
        formats = [PyFormat.TEXT] * len(values)
        sent = self._transformer.dump_sequence(values, formats)
        if not self._is_pooled:
            try:
                name = self._names.get(sql) or self._prepare(sql)
                self._pgconn.send_query_prepared(name, sent)
                return self._taken()
            except _FOREIGN:
                self._is_pooled = True
        self._pgconn.send_query_params(sql.encode(), sent)
        return self._taken()

    def _prepare(self, sql: str) -> bytes:
        """The name says what it stands for: whoever has prepared it meant the same."""
        name = b"qiao_" + sha256(sql.encode()).hexdigest()[:32].encode()
        self._pgconn.send_prepare(name, sql.encode())
        try:
            self._taken()
        except errors.DuplicatePreparedStatement:
            self._is_pooled = True
        self._names[sql] = name
        return name

    def _taken(self) -> tuple[list[Any], int]:
        result = self._driver.wait(generators.execute(self._pgconn))[-1]
        if result.status not in _GOOD:
            raise errors.error_from_result(result, self._driver.info.encoding)
        count = result.command_tuples or 0
        if not result.ntuples:
            return [], count
        self._transformer.set_pgresult(result)
        return self._transformer.load_rows(0, result.ntuples, tuple), count
