"""What a program can do through the admin API."""

from typing import Any

import pytest

from app.audit.trail import Filter, page
from app.database import db
from tests.app.management.api.program import Program
from tests.deployment import CALLBACK
from tests.sandbox_server import MINI_PROGRAM

pytestmark = pytest.mark.in_turn

APP_ID = "wx00000000000000aa"
SECRET = "0123456789abcdef0123456789abcdef"
NEW_APP = {"app_id": APP_ID, "kind": "website", "secret": SECRET}
NEW_CONNECTION = {
    "id": "wechat",
    "mode": "wechat-miniprogram",
    "display_name": {"en": "WeChat", "zh": "微信 😀"},
    "app_id": MINI_PROGRAM.appid,
}


def etag(version: int) -> str:
    return f'"{version}"'


def test_empty_deployment_is_set_up_through_the_api_alone(program: Program) -> None:
    program.make("/wechat-apps", **NEW_APP)
    program.make("/connections", **NEW_CONNECTION)
    shop = program.make("/clients", client_id="shop", redirect_uris=[CALLBACK], first_party=True)
    enabled = program.send(
        "PUT", "/clients/shop/connections/wechat", {"enabled": True}, If_Match=etag(0)
    )

    assert enabled.status_code == 200, enabled.text
    assert shop["client_secret"].startswith("qcs_")
    client = program.deployment.app.test_client(use_cookies=False)
    relying = program.client.__class__(client, "shop", shop["client_secret"], CALLBACK)
    started = relying.start(scope="openid wechat")
    browser = program.deployment.browser()
    sent = relying.response(browser.sign_in(started.url, "li-lei").location, started)
    assert "id_token" in relying.redeem(sent["code"], started).get_json()


def test_what_is_made_can_be_read_where_it_is_said_to_be(program: Program) -> None:
    made = program.send("POST", "/wechat-apps", NEW_APP)

    assert made.status_code == 201
    assert made.headers["Location"].endswith(f"/api/v1/wechat-apps/{APP_ID}")
    shown = program.send("GET", f"/wechat-apps/{APP_ID}")
    assert shown.get_json() == made.get_json()
    assert shown.headers["ETag"] == made.headers["ETag"] == etag(1)


def test_secrets_are_never_told(program: Program) -> None:
    program.make("/wechat-apps", **NEW_APP, push_token="token123", push_key="k" * 43)
    shop = program.make("/clients", redirect_uris=[CALLBACK])

    told = program.send("GET", f"/wechat-apps/{APP_ID}").text
    told += program.send("GET", "/wechat-apps").text + program.send("GET", "/events").text
    told += program.send("GET", f"/clients/{shop['client_id']}").text

    assert not [one for one in (SECRET, "token123", "k" * 43, shop["client_secret"]) if one in told]


def test_all_problems_of_a_body_are_told_at_once(program: Program) -> None:
    body = {"app_id": "gh_wrong", "kind": "toaster", "is_default": "yes", "colour": 1}

    answer = program.send("POST", "/wechat-apps", body)

    assert program.problems(answer) == {"app_id", "kind", "secret", "is_default", "colour"}
    assert "toaster" not in answer.text


def test_form_and_meaning_of_a_client_are_looked_at_together(program: Program) -> None:
    body = {"redirect_uris": ["javascript:alert(1)"], "first_party": "yes", "logo_uri": "x"}

    answer = program.send("POST", "/clients", body)

    assert program.problems(answer) == {"redirect_uris", "first_party", "logo_uri"}


@pytest.mark.parametrize(
    ("sent", "status"),
    [(None, 428), ('"7"', 412), ('W/"1"', 412), ("nonsense", 400), ('"1"', 200), ("*", 200)],
)
def test_change_needs_the_version_that_was_read(
    program: Program, sent: str | None, status: int
) -> None:
    program.make("/wechat-apps", **NEW_APP)
    headers = {} if sent is None else {"If_Match": sent}

    answer = program.send("PATCH", f"/wechat-apps/{APP_ID}", {"name": "Shop"}, **headers)

    assert answer.status_code == status, answer.text
    assert program.get(f"/wechat-apps/{APP_ID}")["name"] == ("Shop" if status == 200 else "")


@pytest.mark.parametrize(
    ("path", "new", "change"),
    [
        (f"/wechat-apps/{APP_ID}", ("/wechat-apps", NEW_APP), {"name": "a"}),
        ("/connections/wechat", ("/connections", NEW_CONNECTION), {"phone": "optional"}),
        (
            "/clients/shop",
            ("/clients", {"client_id": "shop", "redirect_uris": [CALLBACK]}),
            {"client_name": "Shop", "client_name#zh-CN": "商店"},
        ),
    ],
)
def test_second_of_two_who_change_the_same_record_is_refused(
    program: Program, path: str, new: tuple[str, Any], change: dict[str, Any]
) -> None:
    program.make(new[0], **new[1])
    version = program.get(path)["version"]

    first = program.send("PATCH", path, change, If_Match=etag(version))
    second = program.send("PATCH", path, change, If_Match=etag(version))

    assert (first.status_code, second.status_code) == (200, 412)
    assert first.headers["ETag"] == etag(version + 1)
    assert change.items() <= program.get(path).items()


@pytest.mark.parametrize("seconds", [0, 1_000_000_000])
def test_lifetime_of_a_client_has_bounds(program: Program, seconds: int) -> None:
    program.make("/clients", client_id="shop", redirect_uris=[CALLBACK])

    answer = program.send(
        "PATCH", "/clients/shop", {"access_token_lifetime": seconds}, If_Match="*"
    )

    assert answer.status_code == 400
    assert program.problems(answer) == {"access_token_lifetime"}
    assert ("must be 1 or more" if seconds == 0 else "must be 2592000 or less") in answer.text
    assert program.get("/clients/shop").get("access_token_lifetime") is None


def test_null_takes_a_member_of_a_client_away(program: Program) -> None:
    program.make("/clients", client_id="shop", redirect_uris=[CALLBACK], client_name="Shop")

    answer = program.send("PATCH", "/clients/shop", {"client_name": None}, If_Match="*")

    assert answer.status_code == 200
    assert "client_name" not in answer.get_json()


def test_client_id_that_is_taken_is_a_problem_of_that_member(program: Program) -> None:
    answer = program.send("POST", "/clients", {"client_id": "ops", "redirect_uris": [CALLBACK]})

    assert program.problems(answer) == {"client_id"}


def test_rotated_secret_is_told_once_and_the_old_one_works_on(program: Program) -> None:
    old = program.client.secret

    told = program.make("/clients/ops/rotate-secret", overlap=60)

    assert told["client_secret"] != old
    assert len(told["secrets"]) == 2
    assert "client_secret" not in program.get("/clients/ops")


def test_program_cannot_stop_itself(program: Program) -> None:
    stopped = program.send("PATCH", "/clients/ops", {"disabled": True}, If_Match="*")
    deleted = program.send("DELETE", "/clients/ops")

    for answer in (stopped, deleted):
        assert (answer.status_code, answer.get_json()["error"]) == (409, "conflict")
        assert "cannot stop itself" in answer.get_json()["error_description"]
    assert program.get("/clients/ops")["disabled"] is False


def test_what_is_in_use_says_what_depends_on_it(program: Program) -> None:
    program.make("/connections", **NEW_CONNECTION)
    program.make("/clients", client_id="shop", redirect_uris=[CALLBACK])
    program.send("PUT", "/clients/shop/connections/wechat", {"enabled": True}, If_Match="*")

    app = program.send("DELETE", f"/wechat-apps/{MINI_PROGRAM.appid}")
    connection = program.send("DELETE", "/connections/wechat")
    forced = program.send("DELETE", "/connections/wechat?force=true")

    assert app.get_json()["dependents"] == [{"type": "connection", "id": "wechat"}]
    assert connection.get_json()["dependents"] == [{"type": "client", "id": "shop"}]
    assert (app.status_code, connection.status_code, forced.status_code) == (409, 409, 204)
    assert program.send("GET", "/connections/wechat").status_code == 404


def test_release_policy_is_set_and_checked(program: Program) -> None:
    program.make("/connections", **NEW_CONNECTION)
    path = "/clients/ops/connections/wechat"
    openid = {"id_token": True, "userinfo": False, "as": "openid"}
    clash = {**openid, "as": "sub"}

    saved = program.send(
        "PUT", path, {"enabled": True, "claims": {"wechat_openid": openid}}, If_Match=etag(0)
    )
    refused = program.send(
        "PUT", path, {"enabled": True, "claims": {"wechat_openid": clash}}, If_Match="*"
    )

    assert saved.get_json()["claims"] == {"wechat_openid": openid}

    program.make("/clients", client_id="shop", redirect_uris=[CALLBACK])
    assert program.get("/clients?learns=phone")["items"] == []
    shops = "/clients/shop/connections/wechat"
    program.send("PUT", shops, {"enabled": True}, If_Match=etag(0))
    assert [one["client_id"] for one in program.get("/clients?learns=phone")["items"]] == ["shop"]
    assert program.get("/clients?learns=phone&q=nothing")["items"] == []
    assert program.problems(refused) == {"claims"}
    assert program.get(path)["version"] == 1


def test_lists_are_read_page_by_page(program: Program) -> None:
    for number in range(4):
        program.make("/clients", client_id=f"shop-{number}", redirect_uris=[CALLBACK])
    seen, path = [], "/clients?limit=2"

    while path:
        told = program.get(path)
        seen += [one["client_id"] for one in told["items"]]
        path = f"/clients?limit=2&after={told['next']}" if told["next"] else ""

    assert seen == ["ops", "shop-0", "shop-1", "shop-2", "shop-3"]


@pytest.mark.parametrize(
    "query",
    [
        *("limit=0", "limit=x", "limit=1&limit=2", "colour=red", "learns=secrets"),
        "limit=99999999999999999999",
    ],
)
def test_parameter_that_cannot_be_used_is_refused(program: Program, query: str) -> None:
    answer = program.send("GET", f"/clients?{query}")

    assert program.problems(answer) == {query.partition("=")[0]}


@pytest.mark.parametrize(
    ("sent", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b'{"overlap": 1, "overlap": 2}', "application/json", 400),
        (b'{"overlap": NaN}', "application/json", 400),
        (b'{"overlap": "\\ud800"}', "application/json", 400),
        (b"overlap=1", "application/x-www-form-urlencoded", 415),
        (b'{"overlap": "' + b"x" * 70_000 + b'"}', "application/json", 413),
    ],
)
def test_body_that_is_no_clear_json_object_is_refused(
    program: Program, sent: bytes, kind: str, status: int
) -> None:
    http = program.deployment.app.test_client(use_cookies=False)
    headers = {"Authorization": f"Bearer {program.token}", "Content-Type": kind}

    answer = http.post("/api/v1/clients/ops/rotate-secret", data=sent, headers=headers)

    assert answer.status_code == status
    assert answer.get_json()["error"]


def test_changes_are_written_down_with_who_made_them(program: Program) -> None:
    program.make("/connections", **NEW_CONNECTION)

    told = program.get("/events?kind=connection.created&connection_id=wechat")

    assert [event["actor"] for event in told["items"]] == ["client:ops"]
    with program.deployment.app.app_context():
        assert page(db.session(), Filter(kind="connection.created"))[0].actor == "client:ops"


def test_refused_change_leaves_nothing_behind(program: Program) -> None:
    before = len(program.get("/events")["items"])

    program.send("POST", "/connections", {**NEW_CONNECTION, "app_id": "wx0000000000000bad"})

    assert len(program.get("/events")["items"]) == before
    assert program.get("/connections")["items"] == []


def test_keys_are_rotated_step_by_step(program: Program) -> None:
    before = {key["kid"] for key in program.get("/keys")["items"]}
    first = program.make("/keys/rotate", alg="ES256", at_once=True)["items"]
    second = program.make("/keys/rotate", alg="ES256")["items"]

    listed = program.get("/keys")["items"]
    states = {key["kid"]: key["state"] for key in listed if key["kid"] not in before}
    assert states == {first[0]["kid"]: "active", second[0]["kid"]: "next"}
