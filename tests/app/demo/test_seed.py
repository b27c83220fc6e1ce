"""Seeding: everything is there the first time, and nothing is put back the second time."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from app.database import db
from app.demo.deployment import NATIVE_CLIENT, WEB_CLIENT, Deployment, Ports
from app.demo.seed import prepare
from app.enablement import sources
from oidc.clock import system_clock


@pytest.fixture
def deployment(tmp_path: Path) -> Deployment:
    return Deployment.at(tmp_path)


@pytest.fixture
def app(deployment: Deployment) -> Iterator[Flask]:
    app = prepare(deployment)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def test_seeded_demo_has_two_clients_and_what_each_may_use(app: Flask) -> None:
    web = sources.of_client(db.session(), WEB_CLIENT, enabled_only=True)
    native = sources.of_client(db.session(), NATIVE_CLIENT, enabled_only=True)

    assert {each.connection_id for each in web} == {"wechat-mini", "wechat-official"}
    assert {each.connection_id for each in native} == {"wechat-mini", "wechat-mobile"}


def test_native_client_is_first_party_and_keeps_no_secret(app: Flask) -> None:
    client = app.extensions["oidc"].clients.stored(db.session, NATIVE_CLIENT)

    assert client.is_first_party
    assert client.is_public
    assert client.secrets == ()


def test_seeding_again_keeps_what_somebody_changed(app: Flask, deployment: Deployment) -> None:
    known = sources.get(db.session(), WEB_CLIENT, "wechat-mini")
    changed = replace(known, enabled=False)
    sources.save(db.session(), system_clock, changed, actor="system")
    db.session.commit()
    db.session.remove()

    prepare(deployment)

    assert not sources.get(db.session(), WEB_CLIENT, "wechat-mini").enabled


def test_demo_on_other_ports_can_be_signed_in_to_as_well(app: Flask, tmp_path: Path) -> None:
    db.session.remove()

    elsewhere = prepare(Deployment.at(tmp_path, Ports(9000, 9001, 9002)))

    with elsewhere.app_context():
        client = elsewhere.extensions["oidc"].clients.stored(db.session, WEB_CLIENT)
        assert client.check_redirect_uri("http://127.0.0.1:8002/callback")
        assert client.check_redirect_uri("http://127.0.0.1:9002/callback")
        db.session.remove()
        db.engine.dispose()
