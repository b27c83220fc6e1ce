"""Every list of the admin console, asked in Qiao's environment: ``python -m bench.console``.

Calls the application in-process, without a server, and takes the time from the request to the last
byte of its answer: Python and PostgreSQL, no network. What is asked stands in ``pages``. Prints one
JSON document.
"""

import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, insert, text

from app.accounts.passwords import Passwords
from app.administrators import admins, sessions
from app.database import db
from app.factory import create_app
from app.management.console import access
from app.statistics import rolling
from app.statistics.counting import HOUR
from app.tables.statistics import COUNTED_HOUR
from bench.crowd import CONFLICTS, YEARS
from oidc.clock import system_clock

TIMES = 5
CHUNKS = 1001
"""Of the CSV export: the header and the first thousand rows, which are one statement."""
DAY = "%Y-%m-%d"
SHOWN = 92 * 86400
"""Seconds of which hours are counted; the overview shows 90 days."""


def pages(accounts: int, events: int, newest: int) -> Iterator[tuple[str, str]]:
    """What is asked: its name and its address.

    :param newest: seconds since the epoch of the newest row.
    """
    yield "home", "/admin/"
    for period in ("24h", "7d", "30d", "90d"):
        yield f"overview, {period}", f"/admin/overview?period={period}"
    yield "overview as CSV", "/admin/overview.csv?period=90d"
    yield from _accounts(accounts, newest)
    yield from _groups()
    yield from _everything(accounts, events)
    yield from _log(events, newest)
    yield "export, first rows", "/admin/log.csv"
    yield "export of what is rare", "/admin/log.csv?kind=admin.signed_in"
    yield "export of a rare outcome", "/admin/log.csv?outcome=asked"
    yield "log: one event", f"/admin/log/{events // 2}"
    yield "log: live", "/admin/log?live=1"
    yield "conflicts", "/admin/conflicts"
    deep = newest - YEARS // CONFLICTS * 100
    yield "conflicts, last page", f"/admin/conflicts?after={deep}.c"
    yield "conflicts, resolved", "/admin/conflicts?state=resolved"
    yield "matrix", "/admin/who-uses-what"
    yield "matrix, last page", "/admin/who-uses-what?after=bench-150"
    yield "applications", "/admin/applications"
    yield "applications, last page", "/admin/applications?after=bench-150"
    for name in ("connections", "wechat-apps", "keys", "administrators"):
        yield name, f"/admin/{name}"


def _accounts(count: int, newest: int) -> Iterator[tuple[str, str]]:
    some = count // 2 + 1
    yield "accounts", "/admin/accounts"
    yield "accounts, in the middle", f"/admin/accounts?after={newest - YEARS // 2}.a"
    yield "accounts, last page", f"/admin/accounts?after={newest - YEARS + 3000}.a"
    half = time.strftime(DAY, time.gmtime(newest - YEARS // 2))
    for name, query in {
        "by last sign-in": "sort=seen_last",
        "back from the middle": f"before={newest - YEARS // 2}.a",
        "of a connection": "connection=wechat-bench",
        "of no connection": "connection=wechat-rare",
        "disabled": "state=disabled",
        "without a phone": "phone=no",
        "with e-mail, found by name": "q=王&email=yes",
        "created in a range": f"created_since={half}",
    }.items():
        yield f"accounts, {name}", f"/admin/accounts?{query}"
    yield "one account", f"/admin/accounts/a{some:021d}"
    asked = {
        "sub": f"a{some:021d}",
        "phone": f"1{3000000000 + some}",
        "OpenID": f"oOpenid{some:021d}",
        "UnionID": f"oUnion{some:022d}",
        "username": f"user{some // 100 * 100}",
        "e-mail": f"user{some // 100 * 100}@example.com",
        "a rare name": "王七",
        "a common character": "王",
        "a rare character": "丁",
        "a common pair": "99",
        "three characters": "999",
        "last four digits": "0123",
        "how an e-mail begins": "user1",
        "half a common name": "陈一",
        "no such name": "Nobody",
        "nothing": "%_%",
    }
    for name, words in asked.items():
        yield f"search: {name}", f"/admin/accounts?q={words}".replace("%", "%25")


def _groups() -> Iterator[tuple[str, str]]:
    yield "groups", "/admin/groups"
    yield "groups, by name", "/admin/groups?q=group-7"
    for name, number in {
        "a great group": 0,
        "a group by connection": 1,
        "a small group": 3,
    }.items():
        address = f"/admin/groups/g{number:021d}"
        yield name, address
        yield f"{name}, somebody by name", f"{address}?q=王"
    yield "requests for access", "/admin/access-requests"
    yield "jobs", "/admin/accounts/jobs"
    yield "export of people", "/admin/accounts/export"
    yield "export of people, first rows", "/admin/accounts/export/file?column=name&column=phone"


def _everything(accounts: int, events: int) -> Iterator[tuple[str, str]]:
    some = accounts // 2 + 1
    asked = {
        "a name": "王七",
        "a character": "王",
        "four digits": "0123",
        "a phone": f"1{3000000000 + some}",
        "a sub": f"a{some:021d}",
        "an application": "bench",
        "the number of a request": f"request-{events // 2}",
        "nothing": "Nobody at all",
    }
    for name, words in asked.items():
        yield f"everything: {name}", f"/admin/search?q={words}"


def _log(count: int, newest: int) -> Iterator[tuple[str, str]]:
    def day(seconds: int) -> str:
        return time.strftime(DAY, time.gmtime(seconds))

    late, middle, early = (day(newest - back) for back in (86400, YEARS // 2, YEARS - 86400))
    asked = {
        "": "",
        "in the middle": f"before={count // 2}",
        "last page": "before=40",
        "a common kind": "kind=sign_in.succeeded",
        "a common kind, last page": "kind=sign_in.succeeded&before=60",
        "a rare kind": "kind=admin.signed_in",
        "no such kind": "kind=signing_key.rotated",
        "a person": "subject=a000000000000000007919",
        "an application": "client_id=bench-003",
        "a rare application": "client_id=bench-rare",
        "no such application": "client_id=unknown",
        "a connection": "connection_id=wechat-bench",
        "a rare connection": "connection_id=wechat-rare",
        "a common outcome": "outcome=refused",
        "a rare outcome": "outcome=asked",
        "no such outcome": "outcome=never",
        "since yesterday": f"since={late}",
        "since tomorrow": f"since={day(newest + 2 * 86400)}",
        "until half-way": f"until={middle}",
        "until long ago": f"until={early}",
        "one day half-way": f"since={middle}&until={middle}",
        "one day long ago, refused": f"since={early}&until={early}&outcome=refused",
        "a rare kind until long ago": f"kind=admin.signed_in&until={early}",
        "a common kind until long ago": f"kind=sign_in.succeeded&until={early}",
        "an application, a rare outcome": "client_id=bench-003&outcome=asked",
        "an application, a rare kind": "client_id=bench-003&kind=admin.signed_in",
        "a connection, refused": "connection_id=wechat-bench&outcome=refused",
        "everything": f"kind=sign_in.refused&client_id=bench-003&connection_id=wechat-bench"
        f"&outcome=refused&since={middle}&until={late}",
    }
    for name, query in asked.items():
        yield f"log{': ' if name else ''}{name}", f"/admin/log?{query}"


@dataclass
class Watch:
    """The slowest statement since it was last asked, in milliseconds."""

    slowest: float = 0
    began: dict[int, float] = field(default_factory=dict)

    def listen(self) -> None:
        event.listen(Engine, "before_cursor_execute", self._begin)
        event.listen(Engine, "after_cursor_execute", self._end)

    def taken(self) -> float:
        slowest, self.slowest = self.slowest, 0
        return slowest

    def _begin(self, _connection: Any, cursor: Any, *_: Any) -> None:
        self.began[id(cursor)] = time.perf_counter()

    def _end(self, _connection: Any, cursor: Any, *_: Any) -> None:
        took = time.perf_counter() - self.began.pop(id(cursor))
        self.slowest = max(self.slowest, 1000 * took)


def count_hours() -> None:
    """What a worker does each hour, for those of the longest period that is shown."""
    session = db.session()
    before = system_clock() - SHOWN
    mark = {"hour": before - before % HOUR, "counted_at": before}
    session.execute(insert(COUNTED_HOUR), mark)
    while rolling.roll_hour(session, system_clock):
        session.commit()
    session.execute(text("ANALYZE statistic"))
    session.commit()


def signed_in(app: Flask) -> FlaskClient:
    """A browser in which an owner is signed in."""
    fields = admins.AdminFields("bench", "Bench", "owner", "a password of the benchmark")
    session, clock = db.session(), system_clock
    owner = admins.create(session, clock, Passwords.with_costs(), fields, actor="bench")
    token = sessions.begin(session, clock, owner, None)
    session.commit()
    client = app.test_client()
    client.set_cookie(access.cookie_name(), token)
    return client


def taken(client: FlaskClient, watch: Watch, name: str, address: str) -> dict[str, Any]:
    """Milliseconds of this page: the median of a few times, the least of its processor time without
    the database's, and its slowest statement."""
    times, worked, slowest, size = [], [], [], 0
    for _ in range(TIMES + 1):
        watch.taken()
        begun, at_work = time.perf_counter(), time.process_time()
        answer = client.get(address, buffered=False)
        # A search that finds one thing leads to it: 303.
        assert answer.status_code in (200, 303), (address, answer.status)
        size = sum(len(part) for part, _ in zip(answer.response, range(CHUNKS), strict=False))
        times.append(1000 * (time.perf_counter() - begun))
        worked.append(1000 * (time.process_time() - at_work))
        slowest.append(watch.taken())
        answer.close()
    # The first one compiles templates and warms the cache of the database.
    return {
        "name": name,
        "ms": median(times[1:]),
        "cpu": min(worked[1:]),
        "sql": median(slowest[1:]),
        "first": times[0],
        "bytes": size,
    }


def main() -> None:
    accounts, events, newest = (int(each) for each in sys.argv[1:])
    app = create_app()
    watch = Watch()
    watch.listen()
    with app.app_context():
        count_hours()
        client = signed_in(app)
    found = [taken(client, watch, *page) for page in pages(accounts, events, newest)]
    print(json.dumps(found))


if __name__ == "__main__":
    main()
