"""What a server loads, and what it does not load until somebody asks for it."""

import os
import subprocess
import sys

import pytest

SETTINGS = {
    "QIAO_ISSUER": "http://127.0.0.1:8000",
    "QIAO_SECRET_KEYS": "a secret of a test with enough characters",
    "QIAO_DATABASE_URL": "sqlite://",
}


LATE = (
    "alembic",
    "mako",
    "jsonschema",
    "yaml",
    "redis",
    "requests",
    "PIL",
    "segno",
    "webauthn",
    "phonenumbers",
    "maxminddb",
    "smtplib",
    "pyexpat",
    "rich",
    "pymysql",
    "app.demo",
    "app.management.api.dispatch",
    "app.management.cli.doctor",
    "app.management.console.access",
    "app.management.console.views",
    "app.management.services.jobs.worker",
    "app.notifications.mail",
)
"""What no request of the protocol needs, or few: a deployment with a Redis, the console, the API,
the first call to WeChat, a logo, the first passkey. It would be a second of each start, and tens of
megabytes."""
REQUESTS = """
from app.database import db
from tests.databases import create_tables

with wsgi.app.app_context():
    create_tables(db.engine)
client, basic = wsgi.app.test_client(), {"Authorization": "Basic YTpi"}
answers = (
    client.get("/.well-known/openid-configuration"),
    client.get("/jwks"),
    client.get("/authorize?client_id=a&response_type=code&scope=openid"),
    client.post("/token", data={"grant_type": "authorization_code", "code": "c"}, headers=basic),
    client.get("/userinfo", headers={"Authorization": "Bearer t"}),
    client.post("/introspect", data={"token": "t"}, headers=basic),
)
print(*(each.status_code for each in answers))
"""


def told_by(*lines: str, **settings: str) -> str:
    """What a process of its own prints."""
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)],
        env={**os.environ, **SETTINGS, **settings},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
def test_start_loads_what_serves_and_the_collector_leaves_that_out() -> None:
    """A full collection stops every thread while it goes through what is alive."""
    told = told_by(
        "import gc, sys, app.qiao, wsgi",
        "from app.management.cli import serve",
        "print(gc.isenabled(), gc.get_freeze_count() > 20 * len(gc.get_objects()))",
        f"print([name for name in {LATE} if name in sys.modules])",
    )

    assert told == "True True\n[]\n"


@pytest.mark.slow
def test_first_requests_of_the_protocol_load_nothing_of_what_few_need() -> None:
    told = told_by(
        "import sys, app.qiao, wsgi",
        REQUESTS,
        f"print([name for name in {LATE} if name in sys.modules])",
        "print(wsgi.app.test_client().get('/admin/sign-in').status_code)",
        "print('app.management.console.access' in sys.modules)",
    )

    assert told == "200 200 400 401 401 401\n[]\n200\nTrue\n"


@pytest.mark.slow
def test_start_reads_no_certificates_and_loads_no_other_database_than_its_own() -> None:
    told = told_by(
        "import sys",
        "def look(_frame, event, called):",
        "    if event == 'c_call' and called.__name__ == 'set_default_verify_paths':",
        "        print('certificates are read')",
        "sys.setprofile(look)",
        "import app.qiao, wsgi",
        "sys.setprofile(None)",
        "others = ('sqlite3', 'pymysql', 'sqlalchemy.dialects.mysql', 'psycopg')",
        "print([name for name in others if name in sys.modules])",
        QIAO_DATABASE_URL="postgresql://qiao@127.0.0.1/qiao",
    )

    assert told == "['psycopg']\n"
