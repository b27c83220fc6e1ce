"""The list of people: its filters, its two orders, both ways through it, and its count."""

from typing import Any

import pytest
from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.accounts.identification.sign_in import sign_in
from app.accounts.records import directory, glances, listing
from app.accounts.records.listing import Order, Place, Wanted, place_of
from app.sessions import browser
from app.tables.people import ACCOUNT
from tests.app.accounts.wechat import PHONE, connection, identity
from tests.conftest import TestClock


def fill(session: Session) -> None:
    rows: list[dict[str, Any]] = [
        {"id": f"a{n}", "created_at": n // 2, "updated_at": 0, "last_sign_in": (n * 3) % 7}
        for n in range(7)
    ]
    session.execute(insert(ACCOUNT), rows)


@pytest.mark.parametrize("order", listing.ORDERS)
def test_pages_by_key_show_everybody_once_forwards_and_backwards(
    session: Session, order: Order
) -> None:
    fill(session)
    everybody = listing.page(session, Wanted(), order).people
    moments = [place_of(one, order) for one in everybody]

    first = listing.page(session, Wanted(), order, limit=3)
    second = listing.page(session, Wanted(), order, limit=3, after=moments[2])
    third = listing.page(session, Wanted(), order, limit=3, after=moments[5])
    back = listing.page(session, Wanted(), order, limit=3, before=moments[6])
    home = listing.page(session, Wanted(), order, limit=3, before=moments[3])

    assert moments == sorted(moments, reverse=order in ("newest", "seen_last"))
    assert [*first.people, *second.people, *third.people] == list(everybody)
    assert (list(back.people), list(home.people)) == (list(second.people), list(first.people))
    shown = (first, second, third, back, home)
    assert [page.has_before for page in shown] == [False, True, True, True, False]
    assert [page.has_after for page in shown] == [True, True, False, True, True]


@pytest.mark.parametrize("words", ["999", "9999", "a3", "99", "nobody"])
def test_what_a_first_page_knows_of_the_number_is_right(session: Session, words: str) -> None:
    names = ["a 9991", "b 9990", "1999", "99", "a3", "a39", "x9999y"]
    rows = [
        {"id": f"a{n}", "name": name, "created_at": n, "updated_at": 0, "version": 1}
        for n, name in enumerate(names)
    ]
    session.execute(insert(ACCOUNT), rows)

    wanted = Wanted(text=words)
    first = listing.page(session, wanted, limit=2)
    second = listing.page(session, wanted, limit=2, after=Place(3, "a3"))

    counted = listing.count(session, wanted)
    assert listing.count(session, wanted, shown=first) == counted
    assert listing.count(session, wanted, shown=second) == counted
    assert second.number is None


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("li.", ["a7", "a6", "a3", "a1"]),
        ("LI.L@x.org", ["a3", "a1"]),
        ("li.l@x.org", ["a3", "a1"]),
        ("li_", ["a2"]),
        ("li%", []),
        ("li", ["a6"]),
        ("lili", ["a4"]),
    ],
)
def test_beginning_of_an_address_a_name_and_a_user_name_are_found_page_by_page(
    session: Session, words: str, found: list[str]
) -> None:
    mails = [None, "li.l@x.org", "li_l@x.org", "Li.L@X.org.cn", "xli.@x.org", None, None, "Li.x@y"]
    rows = [
        {"id": f"a{n}", "email": mail, "created_at": n, "updated_at": 0, "version": 1}
        for n, mail in enumerate(mails)
    ]
    rows[6] |= {"name": "Po Li. Xu"}  # type: ignore[dict-item]
    rows[4] |= {"username": "lili"}  # type: ignore[dict-item]
    for row in rows:
        session.execute(insert(ACCOUNT), row)

    wanted, walked, after = Wanted(text=words), list[str](), None
    while True:
        page = listing.page(session, wanted, limit=2, after=after)
        walked += [one.id for one in page.people]
        if not page.has_after:
            break
        after = place_of(page.people[-1], "newest")

    assert walked == found
    assert listing.count(session, wanted) == (len(found), "exactly")


def test_filters_and_count(session: Session, clock: TestClock) -> None:
    fill(session)
    met = sign_in(session, identity("o1", phone=PHONE, name="小明"), connection(), clock)
    subject = met.subject  # type: ignore[union-attr]
    browser.begin(session, clock, subject, amr=("wechat",), connection_id="wechat")
    directory.disable(session, clock, "a3", actor="admin:a")

    def ids(wanted: Wanted) -> list[str]:
        found = [one.id for one in listing.page(session, wanted, "oldest").people]
        assert listing.count(session, wanted) == (len(found), "exactly")
        walked = listing.ids_after(session, wanted, None, 100)
        assert [one.account_id for one in walked] == found
        assert listing.ids_after(session, wanted, Place(10**12, ""), 10) == []
        return found

    now = clock()
    assert ids(Wanted(connection_id=connection().id)) == [subject]
    assert ids(Wanted(has_phone=True)) == ids(Wanted(text="明")) == [subject]
    assert ids(Wanted(state="disabled")) == ["a3"]
    assert ids(Wanted(created_since=2, created_until=3)) == ["a4", "a5"]
    assert ids(Wanted(seen_since=now)) == [subject]
    assert ids(Wanted(seen_until=2)) == ["a5"]
    assert ids(Wanted(client_id="shop")) == ids(Wanted(has_email=True)) == []
    assert ids(Wanted(state="merged")) == []
    assert len(ids(Wanted(state="active", has_phone=False))) == 6
    assert listing.count(session, Wanted(has_phone=False), ceiling=3) == (3, "at_least")
    [seen] = glances.glances(session, [directory.get(session, subject)], now).values()
    assert (seen.last_sign_in, seen.connections, seen.clients) == (now, (connection().id,), ())
