"""The demo's traffic: sign-ins of past days, of every kind, in a database of its own."""

from pathlib import Path

from click.testing import CliRunner

from app.accounts.records import glances, listing
from app.audit.trail import page
from app.database import db
from app.demo.deployment import Deployment
from app.demo.seed import prepare
from app.demo.traffic import ENDS
from app.demo.traffic_command import traffic
from app.demo.traffic_people import Crowd
from app.elements import current_federation
from app.statistics.overview import overview
from app.zones import system_zone
from oidc.clock import system_clock
from tests.sandbox_server import LiveSandbox


def test_days_of_traffic_stand_in_the_overview_and_end_in_many_ways(
    tmp_path: Path, wechat: LiveSandbox
) -> None:
    deployment = Deployment.at(tmp_path)
    app = prepare(deployment)
    sandbox = {"QIAO_WECHAT_API_BASE": wechat.url, "QIAO_WECHAT_OPEN_BASE": wechat.url}
    environment = {**deployment.qiao_environment(), **sandbox}
    asked = ["--days", "3", "--sign-ins", "40", "--people", "8"]

    real = CliRunner(env={**environment, "QIAO_WECHAT_SANDBOX": ""}).invoke(traffic, asked)
    done = CliRunner(env=environment).invoke(traffic, asked)

    assert real.exit_code != 0
    assert done.exit_code == 0, done.output
    with app.app_context():
        found = overview(db.session(), system_clock, "7d", system_zone())
        events = page(db.session(), limit=200)
        people = listing.page(db.session(), listing.Wanted(), limit=3).people
        seen = glances.glances(db.session(), people, system_clock())
        db.session.remove()
    assert sum(ENDS.values()) == 100
    assert found.sign_ins + found.failed >= 35
    assert found.sign_ins > found.failed > 0
    assert found.new_people >= 2
    assert {name for name, _count in found.new_at} <= {name for name, _count in found.clients}
    assert any(one.clients for one in seen.values())
    assert found.complete_from is None
    assert 5 < (found.median_seconds or 0) < 60
    refused = {one.subject for one in events if one.rule == "account_disabled"}
    disabled = {one.subject for one in events if one.kind == "account.disabled"}
    assert refused == disabled
    assert len(disabled) == 1
    assert all(one.address and one.device for one in events if one.kind.startswith("sign_in."))
    assert all(one.time <= system_clock() + 60 for one in events)


def test_a_second_time_more_people_come_where_more_are_asked_for(
    tmp_path: Path, wechat: LiveSandbox
) -> None:
    deployment = Deployment.at(tmp_path)
    app = prepare(deployment)
    with app.app_context():
        crowd = Crowd(wechat.url, current_federation())

    crowd.gather(12)
    first = set(crowd.ids)
    crowd.gather(20)

    assert len(first) == 12
    assert len(crowd.ids) == len(set(crowd.ids)) == 20
    assert first < set(crowd.ids)
