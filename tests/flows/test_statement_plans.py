"""No statement of a sign-in or of the protocol reads a growing table from end to end, on any of
the databases."""

import re

from sqlalchemy import text

from app.database import db
from tests.deployment import Deployment
from tests.fapi2 import bank
from tests.plans import fill, plans_of

BEARABLE = re.compile(
    r"(?P<key>\S+) > \S+ ORDER BY (?P=key)\s+LIMIT"  # from key to key
    r"|FROM browser_session WHERE browser_session.expires_at <= \S+ OR browser_session.last_seen"
    r"|FROM account_job"  # what administrators had done, of which there is little
    r"|min\(audit_event\.time\)"  # by the index where there is more than is left here
)
"""What reads a table through, and each row once a run. An index of the last use of a session would
have to be written at each use."""
READ = ("account", "browser_session", "client", "consent", "external_key", "grant", "interaction")
"""Tables without which such a sign-in cannot be."""


def test_protocol_and_sign_in_look_everything_up(deployment: Deployment) -> None:
    client, browser = bank(deployment)
    kinds = ("authorization_code", "refresh_token", "client_credentials")
    till = deployment.application("till", grant_types=kinds, first_party=True)
    with deployment.app.app_context():
        engines = list(db.engines.values())
    fill(engines[0])

    with plans_of(*engines) as plans:
        _, pushed = client.push()
        code = client.response(browser.get(pushed.url).location, pushed)["code"]
        tokens = client.redeem(code, pushed).get_json()
        assert client.userinfo(tokens["access_token"]).status_code == 200
        for person in ("li-lei", "han-meimei"):  # one is known, the other is not
            started = till.start()
            answer = deployment.browser().sign_in(started.url, person)
            code = till.response(answer.location, started)["code"]
            token = till.redeem(code, started).get_json()["refresh_token"]
            tokens = till.refresh(token).get_json()
            assert till.userinfo(tokens["access_token"]).status_code == 200
        for path in ("/introspect", "/revoke"):
            assert till.post(path, {"token": tokens["access_token"]}).status_code == 200
        assert till.post("/token", {"grant_type": "client_credentials"}).status_code == 200

    together = " ".join(plans.statements)
    assert [name for name in READ if name not in together] == []
    assert plans.wrong == {}


def test_what_is_removed_is_looked_up_by_its_age(deployment: Deployment) -> None:
    """But for a few that read a table through, once a run."""
    with deployment.app.app_context():
        engines = list(db.engines.values())
    fill(engines[0])

    with plans_of(*engines) as plans:
        done = deployment.app.test_cli_runner().invoke(args=["prune", "--audit-after", "1d"])

    assert done.exit_code == 0, done.output
    assert [
        statement for statement in plans.wrong if not BEARABLE.search(" ".join(statement.split()))
    ] == []


def test_statement_that_reads_everything_is_found_out(deployment: Deployment) -> None:
    with deployment.app.app_context():
        engine = db.engine
    fill(engine)

    with plans_of(engine) as plans, engine.connect() as connection:
        connection.execute(text("SELECT id FROM account WHERE id = :id"), {"id": "i101"}).all()
        connection.execute(text("SELECT id FROM account WHERE picture = :it"), {"it": "x"}).all()

    assert len(plans.statements) == 2
    [bad] = plans.wrong
    assert "picture" in bad
