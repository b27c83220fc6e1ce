"""The machine's clock is set back an hour: what was remembered grows old all the same."""

from flask import Flask

from app.database import db
from oidc.keys.rotation import rotate_at_once
from tests.conftest import TestClock
from tests.databases import Database
from tests.deployment import Deployment, build_deployment, close
from tests.sandbox_server import LiveSandbox

HOUR = 3600
SOON = 6
"""Seconds after which every cache looks at the database again."""


def test_caches_of_a_node_follow_what_another_node_changes(
    sqlite: Database, wechat: LiveSandbox, clock: TestClock
) -> None:
    here = build_deployment(sqlite, wechat, clock, shared=False)
    there = here.another_node()
    here.connection()
    try:
        assert_followed(here, there, clock)
    finally:
        close(here)
        sqlite.empty()


def assert_followed(here: Deployment, there: Flask, clock: TestClock) -> None:
    http = here.app.test_client()
    page = here.application(client_id="desk").start().url
    login = http.get(page).location
    before = http.get("/jwks").get_json()
    assert "WeChat" in http.get(f"{login}?ways=all").text

    clock.step_back(HOUR)
    with there.app_context():
        elsewhere = there.extensions["oidc"]
        rotate_at_once(elsewhere.keys, db.session, "RS256")
        connections = there.extensions["federation"].connections
        connections.delete(db.session(), "wechat")
        client = elsewhere.clients.stored(db.session, "desk")
        elsewhere.clients.change(db.session, client, disabled=True)
        db.session.commit()
    clock.stepped += SOON

    assert http.get("/jwks").get_json() != before
    assert http.get(page).status_code == 400
    with here.app.app_context():
        federation = here.app.extensions["federation"]
        assert federation.connections.enabled(db.session()) == []
