"""Overview and log: in the viewer's zone, with why somebody could not sign in, in few clicks."""

import html
import re
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert

from app.audit import trail
from app.audit.trail import Event
from app.database import db
from app.management.console import charts
from app.statistics.rolling import roll_hour
from app.tables.people import ACCOUNT
from app.zones import midnight
from tests.app.management.console.console import Console
from tests.app.site import Site

SHANGHAI, KATHMANDU = ZoneInfo("Asia/Shanghai"), ZoneInfo("Asia/Kathmandu")
LI = "li00000000000000000000"
HOSTILE = "=cmd|'<script>alert(1)</script>"


@pytest.fixture
def lived_in(site: Site) -> Site:
    """Three days: people who sign in, and Li, whose account was disabled yesterday at nine."""
    shop = site.client("Shop", localised={"client_name#zh-CN": "商店"})
    site.connection(shop)
    session, clock = db.session(), site.clock
    end = midnight(date(2027, 1, 15), SHANGHAI) + 12 * 3600
    about = {"client_id": shop.client_id, "connection_id": "wechat"}
    people = {"name": "李雷", "created_at": clock.now, "updated_at": clock.now}
    session.execute(insert(ACCOUNT), {"id": LI, "email_verified": False, "version": 1, **people})
    for hours in range(72, 0, -1):
        clock.now = end - hours * 3600
        trail.record(session, clock, Event("sign_in.succeeded", subject="x", seconds=9, **about))
    clock.now = midnight(date(2027, 1, 14), SHANGHAI) + 9 * 3600 + 5
    where = {"address": "203.0.113.9", "device": HOSTILE, "request_id": "request-0009"}
    reason = {"rule": "account_disabled", "outcome": "refused", "subject": LI}
    trail.record(session, clock, Event("sign_in.refused", **reason, **where, **about))
    clock.now = end
    session.commit()
    return site


def test_overview_tells_days_of_the_viewer_by_connection_application_and_reason(
    lived_in: Site, console: Console
) -> None:
    while roll_hour(db.session(), lived_in.clock):
        pass
    db.session.commit()
    console.client.set_cookie("qiao_zone", "Asia/Shanghai")
    pages = {name: console.get(f"/admin/overview?period={name}") for name in ("24h", "7d", "90d")}
    table = console.get("/admin/overview.csv?period=7d").text.lstrip("\ufeff").splitlines()
    console.client.set_cookie("qiao_zone", "Asia/Kathmandu")
    half = console.get("/admin/overview").text
    console.language = "zh-CN"
    chinese = console.get("/admin/overview").text

    for page in pages.values():
        assert page.status_code == 200
        assert len(page.data) < 60_000
        assert "<desc" in page.text
        assert not re.search(r"<script(?![^>]*\bsrc=)|\bon\w+=|style=", page.text)
    week = pages["7d"].text
    assert "<dd>72</dd>" in week
    assert "98.6%" in week
    assert "9 s" in week
    assert "Shop</bdi> <b>72</b>" in week
    assert "account disabled" in week
    assert table[0].startswith("from,time zone,sign-ins,new people,failures,connection: wechat")
    days = {line.split(",")[0]: line.split(",")[1:5] for line in table[1:]}
    assert days["2027-01-13"] == ["Asia/Shanghai", "24", "0", "0"]
    assert days["2027-01-14"] == ["Asia/Shanghai", "24", "0", "1"]
    assert "the day in which it begins" not in week
    assert "the day in which it begins" in half
    assert "商店" in chinese
    assert "账号已停用" in chinese


def test_why_li_could_not_sign_in_yesterday_at_nine(lived_in: Site, console: Console) -> None:
    console.client.set_cookie("qiao_zone", "Asia/Shanghai")

    account = console.get(f"/admin/accounts/{LI}").text
    log = console.get(f"/admin/log?subject={LI}").text
    by_name = console.get(
        "/admin/log?person=%E6%9D%8E&since=2027-01-14T09:00&until=2027-01-14T09:01"
    )
    [address] = {*re.findall(r'href="(/admin/log/\d+)"', by_name.text)}
    event = html.unescape(console.get(address).text)
    console.language = "zh-CN"
    chinese = console.get(address).text

    assert f"/admin/log?subject={LI}" in account
    assert address in log
    # What is often asked is one press, which keeps the rest of the filter and can be taken back.
    pressed = html.unescape(log)
    [hour] = re.findall(r'href="([^"]+)">Last hour<', pressed)
    assert f"subject={LI}" in hour
    assert 'aria-current="true">最近一小时<' in console.get(hour).text
    assert f'href="/admin/log?subject={LI}&kind=sign_in.succeeded"' in pressed
    shown = (
        '<time datetime="2027-01-14T01:00:05Z" title="2027-01-14 01:00:05 UTC">2027-01-14 09:00:05'
    )
    assert shown in by_name.text
    assert "Their account is disabled." in event
    assert f'href="/admin/accounts/{LI}">Open the account' in event
    assert "request_id=request-0009" in event
    assert "<script>alert" not in console.get(address).text
    assert "对方的账号已停用" in chinese
    for found in ("address=203.0.113.9", "request_id=request-0009", "rule=account_disabled"):
        assert address in console.get(f"/admin/log?{found}").text
    assert address not in console.get("/admin/log?until=2027-01-14T09:00").text
    for nothing in ("person=nobody", "since=9999-12-31&until=0001-01-01", "address=x&rule=%00"):
        assert console.get(f"/admin/log?{nothing}").status_code == 200
    for none in ("0", "9" * 30, "x"):
        assert console.get(f"/admin/log/{none}").status_code == 404


def test_pages_of_the_log_lead_back_and_live_follows_without_a_script(
    lived_in: Site, console: Console
) -> None:
    def link(page: str, rel: str) -> str:
        found = re.search(rf'href="([^"]+)" rel="{rel}"', page)
        return html.unescape(found[1]) if found else ""

    for query in ("", "?since=2027-01-01"):
        first = console.get(f"/admin/log{query}").text
        second = console.get(link(first, "next")).text
        third = console.get(link(second, "next")).text
        last = console.get(link(third, "next")).text
        back = console.get(link(second, "prev")).text

        assert link(first, "prev") == ""
        assert link(last, "next") == ""
        rows = re.compile(r"/admin/log/\d+")
        assert rows.findall(back) == rows.findall(first)
        assert not set(rows.findall(second)) & {*rows.findall(first), *rows.findall(third)}
    live = console.get("/admin/log?live=1&outcome=refused").text
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in live
    assert "data-follow" in live


def test_zone_that_an_administrator_chose_comes_before_the_browsers(
    lived_in: Site, console: Console
) -> None:
    console.client.set_cookie("qiao_zone", "Asia/Shanghai")
    by_browser = console.get("/admin/log").text
    saved = console.post("/admin/you/time-zone", {"time_zone": "Asia/Kathmandu"})
    chosen = console.get("/admin/log").text
    elsewhere = console.get("/admin/").text
    exported = console.get("/admin/log.csv?kind=sign_in.refused").text
    console.post("/admin/you/time-zone", {"time_zone": "../etc/passwd"})
    console.client.set_cookie("qiao_zone", "../../etc/passwd")
    fallen_back = console.get("/admin/log")

    assert saved.status_code == 303
    assert 'data-zone="Asia/Shanghai"' in by_browser
    assert "data-zone" not in chosen
    assert elsewhere.count("Times are those of Asia/Kathmandu") == 1
    assert (
        'datetime="2027-01-15T03:00:00Z" title="2027-01-15 03:00:00 UTC">2027-01-15 11:00'
        in by_browser
    )
    assert (
        'datetime="2027-01-15T03:00:00Z" title="2027-01-15 03:00:00 UTC">2027-01-15 08:45' in chosen
    )
    assert re.search(r"2027-01-14T\d\d:00:05[+-]\d\d:\d\d,sign_in.refused", exported)
    assert "'=cmd|" in exported
    assert fallen_back.status_code == 200


def test_bars_stand_on_one_another_and_what_is_rare_shares_a_colour() -> None:
    bars = [{name: 10 + place for place, name in enumerate("abcdefg")}, {"a": 3}, {}]

    chart = charts.stacked(bars)

    assert [one.name for one in chart.series] == ["g", "f", "e", "a", "d", None]
    assert chart.series[-1].total == 23
    assert (chart.totals, chart.most, chart.width) == ((91, 3, 0), 100, 30)
    assert chart.series[0].path == "M1 100h8V84h-8z"
    assert chart.series[1].path == "M1 84h8V69h-8z"
