"""A WeChat that takes long holds no connection and no transaction of any database server."""

from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from time import sleep
from typing import Any

from sqlalchemy import text
from sqlalchemy.pool import QueuePool

from app.database import db
from tests.databases import Database
from tests.deployment import Deployment
from tests.flows.test_in_app_sign_in import begin, go_on, native

DELAY = 1.5
"""Seconds that WeChat takes; long enough for all to be waiting together."""
PEOPLE = ("li-lei", "han-meimei", "john-smith", "zhang-wei")
UNDER_WAY = {
    "postgresql": "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
    "AND state <> 'idle' AND pid <> pg_backend_pid()",
    "mariadb": "SELECT count(*) FROM information_schema.innodb_trx AS t "
    "JOIN information_schema.processlist AS p ON p.id = t.trx_mysql_thread_id "
    "WHERE p.db = DATABASE()",
}


def test_database_server_sees_nothing_of_sign_ins_that_wait(
    deployment: Deployment, database: Database
) -> None:
    deployment.connection()
    app = native(deployment)
    sessions = [begin(app).get_json()["auth_session"] for _ in PEOPLE]
    codes = [deployment.wechat.js_code(person) for person in PEOPLE]
    deployment.wechat.answers(endpoint="/sns/jscode2session", delay=DELAY, times=0)

    def carry(auth_session: str, code: str) -> Any:
        return Context().run(go_on, app, auth_session, wechat_code=code)

    with ThreadPoolExecutor() as apps:
        answers = [apps.submit(carry, *each) for each in zip(sessions, codes, strict=True)]
        sleep(DELAY / 2)
        waiting = [not answer.done() for answer in answers]
        lent, under_way = connections_lent(deployment), transactions(database)

    assert waiting == [True] * len(PEOPLE)
    assert (lent, under_way) == (0, 0)
    assert all(answer.result().get_json()["authorization_code"] for answer in answers)


def connections_lent(deployment: Deployment) -> int:
    """Connections that requests hold at the moment."""
    with deployment.app.app_context():
        pools = [engine.pool for engine in db.engines.values()]
    assert all(isinstance(pool, QueuePool) for pool in pools)
    return sum(pool.checkedout() for pool in pools if isinstance(pool, QueuePool))


def transactions(database: Database) -> int:
    """Transactions that the server itself knows of; SQLite has no server that could be asked."""
    if database.dialect == "sqlite":
        return 0
    with database.engine.connect() as connection:
        return int(connection.execute(text(UNDER_WAY[database.dialect])).scalar_one())
