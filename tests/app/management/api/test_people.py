"""Accounts, merges and conflicts through the admin API."""

import pytest

from app.accounts.identification import contradictions
from app.database import db
from app.management.services.jobs import worker
from tests.app.management.api.program import Program
from tests.applications import CHEAP
from tests.deployment import Deployment


@pytest.fixture
def people(deployment: Deployment) -> tuple[str, str]:
    """Two local accounts; their subjects."""
    passwords = CHEAP
    with deployment.app.app_context():
        profile = {"name": "李雷", "phone_number": "+8613800138000"}
        first = passwords.create(db.session(), deployment.clock, "li.lei", "a" * 12, profile)
        second = passwords.create(db.session(), deployment.clock, "li.lei.2", "a" * 12)
        db.session.commit()
    return first, second


def test_person_is_found_by_a_number_that_is_not_told_whole(
    program: Program, people: tuple[str, str]
) -> None:
    answer = program.send("GET", "/accounts?q=13800138000")

    assert [one["sub"] for one in answer.get_json()["items"]] == [people[0]]
    assert "13800138000" not in answer.text


def test_person_is_signed_out_of_one_browser_and_of_all(
    deployment: Deployment, program: Program
) -> None:
    deployment.connection()
    shop = deployment.application(first_party=True)
    for _ in range(3):
        deployment.browser().sign_in(shop.start().url, "li-lei")
    sub = program.get("/accounts")["items"][0]["sub"]
    sid = program.get(f"/accounts/{sub}/sessions")["items"][0]["sid"]

    one = program.send("DELETE", f"/accounts/{sub}/sessions/{sid}")
    all_others = program.make(f"/accounts/{sub}/sign-out", offline=True)

    assert one.status_code == 204
    assert all_others["sessions"] == 2
    assert program.get(f"/accounts/{sub}/sessions")["items"] == []
    assert program.get(f"/accounts/{sub}")["sources"][0]["connection_id"] == "wechat"


def test_last_way_in_is_not_taken_away(deployment: Deployment, program: Program) -> None:
    deployment.connection()
    deployment.browser().sign_in(deployment.application(first_party=True).start().url, "li-lei")
    sub = program.get("/accounts")["items"][0]["sub"]
    source = program.get(f"/accounts/{sub}")["sources"][0]

    answer = program.send("DELETE", f"/accounts/{sub}/sources/{source['appid']}/{source['openid']}")

    assert answer.status_code == 409
    assert program.get(f"/accounts/{sub}")["sources"] == [source]


def test_account_is_disabled_and_enabled(program: Program, people: tuple[str, str]) -> None:
    path = f"/accounts/{people[0]}"

    program.make(path + "/disable")
    disabled = program.get(path)["disabled_at"]
    enabled = program.make(path + "/enable")["disabled_at"]

    assert disabled == program.deployment.clock()
    assert enabled is None


def test_accounts_are_merged_as_foreseen_and_parted_again(
    program: Program, people: tuple[str, str]
) -> None:
    kept, dropped = people[1], people[0]
    foreseen = program.get(f"/accounts/{kept}/merge-preview?other={dropped}")

    merged = program.make(f"/accounts/{kept}/merge", other=dropped)
    together = program.get(f"/accounts/{dropped}")["merged_into"]
    program.make(f"/merges/{merged['id']}/undo")

    assert set(foreseen["fills"]) == {"name", "phone"}
    assert together == kept
    assert program.get(f"/accounts/{dropped}")["merged_into"] is None
    assert program.get(f"/accounts/{kept}/merges")["items"][0]["undone_at"] is not None


@pytest.mark.parametrize(
    ("other", "status", "told"),
    [("self", 409, "These are the same account."), ("nobody", 404, "There is no such account.")],
)
def test_merge_that_cannot_be_is_refused(
    program: Program, people: tuple[str, str], other: str, status: int, told: str
) -> None:
    dropped = people[0] if other == "self" else other

    answer = program.send("POST", f"/accounts/{people[0]}/merge", {"other": dropped})

    assert (answer.status_code, answer.get_json()["error_description"]) == (status, told)


def test_conflict_is_decided_once(
    deployment: Deployment, program: Program, people: tuple[str, str]
) -> None:
    with deployment.app.app_context():
        contradictions.note(
            db.session(), deployment.clock, "phone_shared", people[0], other=people[1]
        )
        db.session.commit()
    (found,) = program.get("/conflicts")["items"]

    follow = program.send("POST", f"/conflicts/{found['id']}/decide", {"decision": "follow"})
    dismiss = program.send("POST", f"/conflicts/{found['id']}/decide", {"decision": "dismiss"})
    again = program.send("POST", f"/conflicts/{found['id']}/decide", {"decision": "dismiss"})

    statuses = (follow.status_code, dismiss.status_code, again.status_code)
    assert statuses == (409, 200, 409)
    assert dismiss.get_json()["closed_by"] == "client:ops"


def test_person_is_made_changed_by_whoever_read_last_and_erased(program: Program) -> None:
    made = program.send("POST", "/accounts", {"name": "娜娜", "phone": "13800138000"})
    sub, etag = made.get_json()["sub"], made.headers["ETag"]

    first = program.send("PATCH", f"/accounts/{sub}", {"email": "n@example.com"}, If_Match=etag)
    second = program.send("PATCH", f"/accounts/{sub}", {"name": None}, If_Match=etag)
    wrong = program.send("PATCH", f"/accounts/{sub}", {"phone": "12"}, If_Match="*")
    late = program.send("DELETE", f"/accounts/{sub}?version=1")
    erased = program.send("DELETE", f"/accounts/{sub}?version=2")

    assert made.status_code == 201
    assert made.headers["Location"].endswith(f"/accounts/{sub}")
    assert (first.status_code, second.status_code) == (200, 412)
    assert program.problems(wrong) == {"phone"}
    assert (late.status_code, erased.status_code) == (412, 200)
    assert program.get(f"/account-erasures/{sub}") == erased.get_json()
    assert program.send("GET", f"/accounts/{sub}").status_code == 404


def test_list_goes_both_ways_and_is_counted(program: Program) -> None:
    for number in range(5):
        program.make("/accounts", name=f"群{number}")

    first = program.get("/accounts?q=群&limit=2&sort=oldest")
    second = program.get(f"/accounts?q=群&limit=2&sort=oldest&after={first['next']}")
    back = program.get(f"/accounts?q=群&limit=2&sort=oldest&before={second['previous']}")
    both = program.send("GET", "/accounts?after=1.a&before=1.a")

    assert back["items"] == first["items"] != second["items"]
    assert (first["previous"], back["previous"]) == (None, None)
    assert program.get("/account-count?q=群&has_phone=false") == {"number": 5, "kind": "exactly"}
    assert program.problems(both) == {"before"}


def test_rows_are_sent_in_parts_looked_through_and_imported(
    deployment: Deployment, program: Program
) -> None:
    job = program.make("/account-imports", region="CN")["id"]
    rows = [{"phone": "13800138000", "name": "李雷"}, {"phone": "1", "email": "x"}]

    sent = program.send("PUT", f"/account-imports/{job}/parts/0", {"rows": rows})
    again = program.send("PUT", f"/account-imports/{job}/parts/0", {"rows": rows})
    program.make(f"/account-jobs/{job}/check")
    work(deployment)
    checked = program.get(f"/account-jobs/{job}")
    nobody = program.get("/accounts")["items"]
    program.make(f"/account-jobs/{job}/run")
    work(deployment)
    done = program.get(f"/account-jobs/{job}")
    results = program.get(f"/account-jobs/{job}/results")
    last = program.get(f"/account-jobs/{job}/results?part={results['next']}")
    late = program.send("POST", f"/account-jobs/{job}/run")

    assert (sent.status_code, again.get_json()["total"]) == (200, 2)
    assert (checked["state"], checked["counts"]) == ("checked", {"created": 1, "refused": 1})
    assert nobody == []
    assert (done["state"], late.status_code) == ("done", 412)
    assert [one["outcome"] for one in results["items"]] == ["created", "refused"]
    assert results["items"][1]["reason"] == "bad_phone bad_email"
    assert results["items"][1]["explanation"] == (
        "The phone number is not one that can be called. This is no e-mail address."
    )
    assert last == {"items": [], "next": None}


def test_one_thing_is_done_to_many(deployment: Deployment, program: Program) -> None:
    sub = program.make("/accounts", name="A")["sub"]
    program.make("/accounts", name="B", phone="13800138000")

    named = program.make("/account-jobs", action="disable", subs=[sub])
    found = program.make("/account-jobs", action="erase", filter={"has_phone": True})
    neither = program.send("POST", "/account-jobs", {"action": "erase"})
    nobody = {"action": "erase", "filter": {"q": "nobody of that name"}}
    of_nobody = program.send("POST", "/account-jobs", nobody)
    work(deployment)

    assert program.get(f"/account-jobs/{named['id']}")["counts"] == {"done": 1}
    [left] = program.get("/accounts")["items"]
    assert (left["sub"], left["disabled_at"] is not None) == (sub, True)
    [erased] = program.get(f"/account-jobs/{found['id']}/results")["items"]
    assert program.get(f"/account-erasures/{erased['reason']}")["sub"] == erased["sub"]
    assert program.problems(neither) == {"subs"}
    assert program.problems(of_nobody) == {"filter"}
    assert len(program.get("/account-jobs")["items"]) == 2


def work(deployment: Deployment) -> None:
    with deployment.app.app_context():
        worker.work_on_what_is_due()
        db.session.remove()


def test_undone_merge_opens_its_conflict_again_and_both_sides_can_be_compared(
    deployment: Deployment, program: Program, people: tuple[str, str]
) -> None:
    kept, dropped = people
    with deployment.app.app_context():
        session, clock = db.session(), deployment.clock
        conflict = contradictions.note(session, clock, "phone_shared", kept, other=dropped)
        session.commit()
    done = program.make(f"/accounts/{kept}/merge", other=dropped)
    closed = program.get(f"/conflicts/{conflict}")

    program.make(f"/merges/{done['id']}/undo")
    opened = program.get(f"/conflicts/{conflict}")
    sides = program.get(f"/accounts/{kept}/compare?other={dropped}")["items"]
    missing = program.send("GET", f"/accounts/{kept}/compare?other=nobody")

    assert (closed["state"], closed["resolution"]) == ("resolved", "merged")
    assert (opened["state"], opened["resolution"], opened["closed_at"]) == ("open", None, None)
    assert [one["sub"] for one in sides] == [kept, dropped]
    assert [one["phone"] for one in sides] == ["+861…8000", None]
    assert sides[0].keys() >= {"last_sign_in", "devices", "applications", "sources", "created_at"}
    assert missing.status_code == 404
    kinds = [event["kind"] for event in program.get("/events?limit=5")["items"]]
    assert "conflict.reopened" in kinds


def test_administrator_is_invited_seen_and_signed_out(
    deployment: Deployment, program: Program
) -> None:
    made = program.make("/invitations", username="lin", role="editor")
    again = program.send("POST", "/invitations", {"username": "Lin!", "role": "king"})
    listed = program.get("/invitations")["items"]
    admin = program.make("/administrators", username="mei", role="viewer", password="a" * 12)
    one = f"/administrators/{admin['id']}"
    due = program.send("PATCH", one, {"password_due": True}, If_Match="*").get_json()
    sessions = program.get(f"{one}/sessions")["items"]
    ended = program.make(f"{one}/sign-out")
    revoked = program.send("DELETE", f"/invitations/{made['id']}")

    assert made["link"].startswith(f"{deployment.provider.settings.issuer}/admin/join/")
    assert program.problems(again) == {"role"}
    assert [one["username"] for one in listed] == ["lin"]
    assert "link" not in listed[0]
    assert (admin["password_due"], due["password_due"]) == (False, True)
    assert (sessions, ended) == ([], {"sessions": 0})
    assert revoked.status_code == 204
    assert program.send("DELETE", f"/invitations/{made['id']}").status_code == 404


def test_search_finds_what_the_console_finds(program: Program, people: tuple[str, str]) -> None:
    found = program.get("/search?q=li.lei")["items"]
    ops = program.get("/search?q=ops")["items"]

    assert people[0] in [one["id"] for one in found if one["kind"] == "account"]
    assert "ops" in [one["id"] for one in ops if one["kind"] == "client"]
    assert program.send("GET", "/search").status_code == 400


def test_who_would_be_lost_by_a_move_is_told_before_it(
    deployment: Deployment, program: Program
) -> None:
    deployment.connection()
    deployment.browser().sign_in(deployment.application(first_party=True).start().url, "li-lei")
    old = program.get("/wechat-apps")["items"][0]["app_id"]
    new = {"app_id": "wx00000000000000a2", "kind": "miniprogram", "secret": "s" * 32}
    program.make("/wechat-apps", **new)
    path = f"/credentials/wechat/{old}/move-preview"

    replaced = program.get(f"{path}?to={new['app_id']}")

    assert replaced["counts"]["lost"] == 1
    assert replaced["lost"] == [program.get("/accounts")["items"][0]["sub"]]
    assert (replaced["next"], replaced["linking_by_phone"]) == (None, [])
    assert program.get(f"{path}?label=another")["counts"]["lost"] == 0
    for query, member in (
        ("", "to"),
        (f"to={new['app_id']}&label=another", "to"),
        ("to=wx00000000000000ff", "to"),
        (f"to={old}", "to"),
    ):
        assert program.problems(program.send("GET", f"{path}?{query}")) == {member}
    assert program.send("GET", "/credentials/wechat/nobody/move-preview?to=x").status_code == 404
