"""The lists of the console at their greatest, with the longest names there can be, are light."""

import itertools
import json
import re
from typing import Any

import pytest
from sqlalchemy import insert
from werkzeug.test import TestResponse

from app.audit import trail
from app.audit.trail import Event
from app.database import db
from app.groups import catalog
from app.groups.catalog import GroupFields
from app.tables.groups import GROUP_MEMBER
from app.tables.jobs import ACCOUNT_JOB
from app.tables.people import ACCOUNT, ACCOUNT_CONFLICT, EXTERNAL_KEY
from oidc.database.models import GrantRow
from tests.app.management.console.console import Console
from tests.app.site import Site

HEAVIEST = 60 * 1024
"""Bytes of a page with all that it loads, by a browser that has nothing of it."""
PEOPLE, CLIENTS, CONNECTIONS, GROUPS = 120, 240, 24, 120
LONG = "龘靐齉爩麤灪龗厵"
LISTS = (
    "/admin/",
    "/admin/accounts",
    "/admin/accounts?q=龘",
    "/admin/accounts?sort=seen_last&connection=wechat-3&client=client-7&state=active",
    "/admin/accounts/jobs",
    f"/admin/accounts/p{0:021d}",
    "/admin/search?q=龘",
    "/admin/groups",
    "/admin/groups/{group}",
    "/admin/access-requests",
    "/admin/conflicts",
    "/admin/log",
    "/admin/log?client_id=client-7",
    "/admin/applications",
    "/admin/who-uses-what",
    "/admin/connections",
    "/admin/overview?period=90d",
)


def long_name(n: int, length: int) -> str:
    """As long as it may be, of characters that take three bytes, and unlike the others."""
    return (f"{n}" + LONG * length)[:length]


@pytest.fixture
def crowded(site: Site) -> str:
    """A deployment of which everything has the longest name; the id of its greatest group."""
    session, now = db.session(), site.clock.now
    clients = [
        site.client(f"{n}", client_name=long_name(n, 200), localised={}) for n in range(CLIENTS)
    ]
    for n in range(CONNECTIONS):
        names = {"en": long_name(n, 40), "zh": long_name(n, 40)}
        site.connection(clients[n], f"wechat-{n}", display_name=names)
    people = [f"p{n:021d}" for n in range(PEOPLE)]
    rows = [
        {
            "id": one,
            "name": long_name(n, 200),
            "phone": f"+8613800{n:06d}",
            "email": f"{n}{'m' * 200}@{'x' * 40}.example",
            "merged_into": None,
            "disabled_at": now,
            "created_at": now - n,
            "updated_at": now,
            "last_sign_in": now - n,
            "version": 123456,
        }
        for n, one in enumerate(people)
    ]
    session.execute(insert(ACCOUNT), rows)
    keys = [
        {
            "namespace": f"wechat:openid:wx{n:016d}",
            "value": f"o{m:026d}",
            "account_id": one,
            "connection_id": f"wechat-{n}",
            "first_seen": now,
            "last_seen": now,
        }
        for n, (m, one) in itertools.product(range(6), enumerate(people))
    ]
    session.execute(insert(EXTERNAL_KEY), keys)
    groups = [
        catalog.add(
            session,
            site.clock,
            GroupFields(f"{'g' * 58}{n:06d}", long_name(n, 100), long_name(n, 1000)),
        )
        for n in range(GROUPS)
    ]
    members = [
        {"group_id": groups[0].id, "account_id": one, "origin": "hand", "added_at": now}
        for one in people
    ]
    session.execute(insert(GROUP_MEMBER), members)
    grants = [
        {
            "id": f"{n}-{m}",
            "kind": "code",
            "client_id": clients[m * 7].client_id,
            "subject": one,
            "scope": "openid",
            "amr": "",
            "created_at": now,
            "refresh_generation": 0,
            "expires_at": now + 86400,
        }
        for m, (n, one) in itertools.product(range(6), enumerate(people))
    ]
    session.execute(insert(GrantRow), grants)
    _conflicts(people, now)
    _jobs(now)
    for n, one in enumerate(people):
        site.clock.now = now + n
        event = Event(
            "sign_in.refused",
            f"client:{clients[n].client_id}",
            subject=one,
            client_id=clients[n].client_id,
            connection_id=f"wechat-{n % CONNECTIONS}",
            rule="expired_scanned",
            outcome="refused",
            address="2001:db8:1111:2222:3333:4444:5555:6666",
            device=long_name(n, 60),
            seconds=170,
            request_id="r" * 32,
            detail={"errcode": 40163, "source": "wechat", "way": "redirect"}
            | {f"field{m}": [long_name(m, 300), long_name(m + 1, 300)] for m in range(4)},
        )
        trail.record(session, site.clock, event)
    db.session.commit()
    return groups[0].id


def _conflicts(people: list[str], now: int) -> None:
    rows = [
        {
            "id": f"c{n:021d}",
            "kind": "unionid_conflict",
            "account_id": one,
            "other_account_id": people[n - 1],
            "state": "open",
            "opened_at": now - n,
            "last_seen": now,
        }
        for n, one in enumerate(people)
    ]
    db.session().execute(insert(ACCOUNT_CONFLICT), rows)


def _jobs(now: int) -> None:
    rows: list[dict[str, Any]] = [
        {
            "id": f"j{n:021d}",
            "kind": "import",
            "state": "failed",
            "actor": "operator",
            "options": json.dumps({"file": long_name(n, 100)}),
            "total": 2_000_000,
            "done": 1_999_999,
            "created_at": now - n,
            "updated_at": now,
        }
        for n in range(60)
    ]
    db.session().execute(insert(ACCOUNT_JOB), rows)


def _weight(answer: TestResponse) -> int:
    """As a browser counts it: the body and the lines before it."""
    return len(answer.data) + len(str(answer.headers).encode()) + len("HTTP/1.1 200 OK\r\n")


def _loaded(console: Console, page: str) -> int:
    """Bytes of what the page loads, compressed where it is sent so."""
    found = re.findall(r'<(?:link|script|img)[^>]* (?:href|src)="([^"]+)"', page)
    assert len(found) >= 4
    takes = {"Accept-Encoding": "gzip"}
    return sum(_weight(console.client.get(one, headers=takes, buffered=True)) for one in {*found})


def test_greatest_lists_stay_light_in_chinese(crowded: str, console: Console) -> None:
    console.language = "zh-CN"

    shown, weights = {}, {}
    for address in LISTS:
        page = console.get(address.format(group=crowded))
        assert page.status_code == 200, address
        shown[address] = page.text
        weights[address] = _weight(page) + _loaded(console, page.text)
    heavy = {address: weight for address, weight in weights.items() if weight > HEAVIEST}

    assert heavy == {}
    assert all('lang="zh-Hans"' in text for text in shown.values())
    # What is heavy is cut short, not left out.
    assert shown["/admin/accounts"].count('name="chosen"') >= 25
    assert shown["/admin/log"].count("<tr>") >= 20
