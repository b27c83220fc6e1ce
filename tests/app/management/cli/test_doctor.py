"""``doctor``: says what is wrong with a deployment, and what to do about it."""

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import make_url, text
from sqlalchemy.orm import Session

from app.management.cli.doctor.examination import CHECKS, NEEDS_TABLES
from app.settings import Settings
from tests.app.management.cli.conftest import SECRET, Hire, Operator
from tests.conftest import TestClock
from tests.databases import Database, empty_database

NOWHERE = "http://127.0.0.1:9"
"""A port at which nothing listens."""

Found = dict[str, list[dict[str, str]]]


def examine(operator: Operator) -> Found:
    """The findings by subject."""
    found: Found = {}
    result = operator.try_to("doctor", "--json")
    for finding in json_of(result.stdout):
        found.setdefault(finding["subject"], []).append(finding)
    fails = any(each["level"] == "fail" for findings in found.values() for each in findings)
    assert result.exit_code == (1 if fails else 0), result.output
    return found


def json_of(printed: str) -> list[dict[str, str]]:
    return list(json.loads(printed))


def levels(found: Found, subject: str) -> list[str]:
    return [finding["level"] for finding in found[subject]]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, issuer=NOWHERE, wechat_sandbox=True, wechat_api_base=NOWHERE)


@pytest.fixture
def anywhere(tmp_path: Path) -> Settings:
    """For findings that do not depend on which database it is."""
    url = make_url(f"sqlite:///{tmp_path / 'qiao.sqlite3'}")
    return Settings(issuer=NOWHERE, secret_keys=(SECRET,), database_url=url)


@pytest.fixture
def on_time(clock: TestClock, session: Session) -> None:
    """The test's clock agrees with the database's."""
    dialect = session.get_bind().dialect.name
    seconds = {
        "sqlite": "SELECT CAST(strftime('%s', 'now') AS INTEGER)",
        "postgresql": "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) AS BIGINT)",
    }.get(dialect, "SELECT UNIX_TIMESTAMP()")
    clock.now = int(session.execute(text(seconds)).scalar_one())


def migrated(session: Session, to: str = "0001") -> None:
    """The mark that ``flask db upgrade`` leaves."""
    session.execute(text("CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32))"))
    session.execute(text("DELETE FROM alembic_version"))
    session.execute(text(f"INSERT INTO alembic_version VALUES ('{to}')"))
    session.commit()


@pytest.fixture
def up_to_date(session: Session) -> Iterator[None]:
    migrated(session, ScriptDirectory("migrations").get_current_head() or "")
    yield
    session.execute(text("DROP TABLE alembic_version"))
    session.commit()


@pytest.mark.usefixtures("on_time", "up_to_date")
def test_database_in_order_is_told_as_such(operator: Operator) -> None:
    found = examine(operator)

    for subject in ("database", "migrations", "clock"):
        assert levels(found, subject) == ["ok"], found[subject]
    for subject in ("encoding", "isolation"):
        assert all(finding["level"] == "ok" for finding in found.get(subject, []))
    assert ("encoding" in found) == ("sqlite" not in found["database"][0]["what"])


@pytest.mark.usefixtures("up_to_date")
def test_fresh_deployment_is_told_what_it_lacks(operator: Operator) -> None:
    found = examine(operator)

    assert levels(found, "database") == ["ok"], found
    assert "nobody can sign in" in found["connections"][0]["what"]
    assert "no signing key yet" in found["keys"][0]["what"]
    assert levels(found, "connections") == ["fail"]
    assert "No application is registered" in found["sign-in"][0]["what"]


@pytest.mark.usefixtures("up_to_date")
def test_application_without_a_way_in_is_named(operator: Operator, mini_program: str) -> None:
    for client_id in ("shop", "closed"):
        callback = f"https://{client_id}.example/"
        operator.run("clients", "add", "--client-id", client_id, "--redirect-uri", callback)
    operator.run(
        *("connections", "add", "wechat", "--mode", "wechat-miniprogram", "--name", "WeChat")
    )

    shut = examine(operator)["sign-in"][0]
    operator.run("connections", "enable", "wechat", "--client", "shop")
    half = examine(operator)["sign-in"][0]

    assert shut["level"] == "fail"
    assert "closed, shop" in shut["what"]
    assert half["level"] == "warn"
    assert "to closed:" in half["what"]


@pytest.mark.usefixtures("up_to_date")
def test_deployment_with_everything_is_ok(
    operator: Operator, session: Session, mini_program: str
) -> None:
    operator.run("clients", "add", "--client-id", "shop", "--redirect-uri", "https://a.example/")
    operator.run(
        *("connections", "add", "wechat", "--mode", "wechat-miniprogram", "--name", "WeChat"),
        *("--client", "shop"),
    )
    operator.run("keys", "rotate", "--now")

    found = examine(operator)

    for subject in ("connections", "credentials", "keys"):
        assert levels(found, subject) == ["ok"], found[subject]


@pytest.mark.usefixtures("up_to_date")
def test_connection_that_no_application_may_use_is_named(
    operator: Operator, mini_program: str
) -> None:
    operator.run("connections", "add", "wechat", "--mode", "wechat-miniprogram", "--name", "WeChat")

    [finding] = examine(operator)["connections"]

    assert finding["level"] == "warn"
    assert "connections enable wechat --client" in finding["mend"]


@pytest.mark.usefixtures("up_to_date")
def test_connection_whose_credential_went_fails(operator: Operator, mini_program: str) -> None:
    operator.run("connections", "add", "wechat", "--mode", "wechat-miniprogram", "--name", "WeChat")
    operator.run("wechat-apps", "change", mini_program, "--not-default")

    assert levels(examine(operator), "connections") == ["fail"]


@pytest.mark.usefixtures("up_to_date")
def test_secrets_that_are_not_set_any_more_are_noticed(
    operator: Operator, hire: Hire, settings: Settings, session: Session, mini_program: str
) -> None:
    operator.run("keys", "rotate", "--now")

    found = examine(hire(replace(settings, secret_keys=("another secret" * 4,))))

    assert levels(found, "keys") == ["fail"]
    assert "QIAO_SECRET_KEYS" in found["keys"][0]["mend"]
    assert "fail" in levels(found, "credentials")
    both = hire(replace(settings, secret_keys=("another secret" * 4, SECRET)))
    assert levels(examine(both), "keys") == ["ok"]


@pytest.mark.usefixtures("up_to_date")
def test_old_key_is_noticed(operator: Operator, clock: TestClock) -> None:
    operator.run("keys", "rotate", "--now")
    clock.advance(91 * 86400)

    [finding] = examine(operator)["keys"]

    assert finding["level"] == "warn"
    assert "91 days" in finding["what"]


def test_clock_apart_from_the_database_is_noticed(operator: Operator) -> None:
    [finding] = examine(operator)["clock"]

    assert finding["level"] == "warn"
    assert "NTP" in finding["mend"]


def test_tables_of_another_version_fail(operator: Operator, session: Session) -> None:
    migrated(session, "elder")

    found = examine(operator)

    session.execute(text("DROP TABLE alembic_version"))
    session.commit()
    assert "at elder" in found["migrations"][0]["what"]
    assert "db upgrade" in found["migrations"][0]["mend"]


def test_empty_database_fails_and_nothing_is_asked_of_its_tables(
    hire: Hire, settings: Settings, database: Database
) -> None:
    empty = empty_database(database.dialect)
    assert empty is not None
    operator = hire(replace(settings, database_url=make_url(empty.url)))

    found = examine(operator)

    with operator.app.app_context():
        for engine in operator.app.extensions["sqlalchemy"].engines.values():
            engine.dispose()
    empty.drop()
    assert "no tables" in found["migrations"][0]["what"]
    assert "keys" not in found


def test_database_that_is_away_fails_without_a_traceback(hire: Hire, anywhere: Settings) -> None:
    away = make_url("postgresql+psycopg://nobody:secret@127.0.0.1:9/none")
    operator = hire(replace(anywhere, database_url=away))

    result = operator.try_to("doctor")

    assert result.exit_code == 1
    assert "does not answer" in result.stdout
    assert "secret" not in result.stdout
    assert isinstance(result.exception, SystemExit)


@pytest.mark.parametrize(
    ("changes", "subject", "level"),
    [
        ({}, "settings", "warn"),
        ({"issuer": "https://127.0.0.1:9"}, "proxies", "warn"),
        ({"issuer": "https://127.0.0.1:9", "trusted_proxies": 1}, "proxies", "ok"),
        ({"issuer": "https://127.0.0.1:9", "trusted_proxies": 9}, "proxies", "warn"),
        ({"trusted_proxies": 1}, "proxies", "warn"),
        ({"trusted_proxy_networks": ("10.0.0.0/8",)}, "proxies", "ok"),
        ({}, "sandbox", "ok"),
        ({"wechat_sandbox": True}, "sandbox", "warn"),
        ({"wechat_sandbox": True, "issuer": "https://127.0.0.1:9"}, "sandbox", "fail"),
        ({"registration": "open"}, "settings", "warn"),
        ({"redis_url": "redis://127.0.0.1:9"}, "redis", "fail"),
        ({"redis_url": "nonsense"}, "redis", "fail"),
        ({}, "redis", "ok"),
        ({}, "issuer", "warn"),
    ],
)
def test_settings_are_judged(
    hire: Hire, anywhere: Settings, changes: dict[str, object], subject: str, level: str
) -> None:
    if "redis_url" in changes:  # the limiter itself wants a Redis when it is built
        found = judge_redis(hire, anywhere, str(changes["redis_url"]))
    else:
        found = examine(hire(replace(anywhere, **changes)))  # type: ignore[arg-type]

    assert level in levels(found, subject), found[subject]


def judge_redis(hire: Hire, anywhere: Settings, url: str) -> Found:
    operator = hire(anywhere)
    operator.app.extensions["settings"] = replace(anywhere, redis_url=url)
    return examine(operator)


def test_redis_that_answers_is_ok(hire: Hire, anywhere: Settings, redis_url: str) -> None:
    assert levels(judge_redis(hire, anywhere, redis_url), "redis") == ["ok"]


class Somebody(BaseHTTPRequestHandler):
    """A server that answers every question with the same document."""

    document = b"{}"

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.document)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.mark.parametrize(
    ("document", "level"),
    [
        ('{"issuer": "ISSUER"}', "ok"),
        ('{"issuer": "https://other.example"}', "fail"),
        ("[]", "fail"),
        ("<html>", "fail"),
    ],
)
def test_discovery_at_the_issuer_must_name_it(
    hire: Hire, anywhere: Settings, document: str, level: str
) -> None:
    server = HTTPServer(("127.0.0.1", 0), Somebody)
    issuer = f"http://127.0.0.1:{server.server_port}"
    Somebody.document = document.replace("ISSUER", issuer).encode()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()

    found = examine(hire(replace(anywhere, issuer=issuer)))

    server.shutdown()
    thread.join()
    server.server_close()
    assert levels(found, "issuer") == [level]


def test_every_finding_that_is_not_ok_says_what_to_do(operator: Operator) -> None:
    found = examine(operator)

    findings = [each for subject in found.values() for each in subject]
    assert len(findings) >= len(CHECKS) - len(NEEDS_TABLES)
    assert all(each["mend"] for each in findings if each["level"] != "ok")


def test_report_for_people_has_a_line_for_each_finding(operator: Operator) -> None:
    said = operator.try_to("doctor").stdout

    assert "ok    database" in said
    assert "Run qiao db upgrade." in said
