"""What the API shares with the console: checks, taking down, looks, links, administrators."""

import base64
import io
from typing import Any

import pytest
from PIL import Image

from app.database import db
from app.management.api.dispatch import OF_CLIENT
from app.web.rate_limits import allows, limiter
from tests.app.management.api.program import Program
from tests.applications import CHEAP
from tests.deployment import CALLBACK
from tests.flows.story import signed_in
from tests.sandbox_server import MINI_PROGRAM

pytestmark = pytest.mark.in_turn

APP = f"/wechat-apps/{MINI_PROGRAM.appid}"


def picture() -> str:
    file = io.BytesIO()
    Image.new("RGB", (64, 64), "#0b5b73").save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


def test_credential_is_checked_at_wechat(program: Program) -> None:
    right = program.make(f"{APP}/check")
    program.deployment.wechat.answers(40164)
    wrong = program.make(f"{APP}/check")

    assert right == {"accepted": True, "errcode": None}
    assert wrong == {"accepted": False, "errcode": 40164}
    assert program.get(APP)["fault"]["errcode"] == 40164


def test_binding_is_known_once_somebody_came(program: Program) -> None:
    before = program.get(f"{APP}/binding")
    signed_in(program.deployment)

    assert before == {"binding": "unknown"}
    assert program.get(f"{APP}/binding")["binding"] in ("bound", "unlabelled")


@pytest.mark.parametrize("path", ["/connections/wechat/disable", f"{APP}/take-down"])
@pytest.mark.parametrize(("revoke", "left"), [(False, 200), (True, 400)])
def test_who_came_by_it_stays_or_is_signed_out(
    program: Program, path: str, revoke: bool, left: int
) -> None:
    story = signed_in(program.deployment)
    tokens = story.tokens()

    ended = program.make(path, revoke=revoke)

    assert program.get("/connections/wechat")["enabled"] is False
    assert (ended["sessions"], ended["grants"]) == ((1, 1) if revoke else (0, 0))
    assert story.shop.refresh(tokens["refresh_token"]).status_code == left


def test_what_was_before_is_written_down(program: Program) -> None:
    program.make("/clients", client_id="shop", client_name="Shop", redirect_uris=[CALLBACK])
    program.send("PATCH", "/clients/shop", {"client_name": "The Shop"}, If_Match="*")
    program.send("PATCH", APP, {"secret": "f" * 32}, If_Match="*")

    [client] = program.get("/events?kind=client.changed")["items"]
    [secret] = program.get("/events?kind=wechat_app.secret_replaced")["items"]

    assert client["detail"] == {"client_name": ["Shop", "The Shop"]}
    assert secret["detail"]["secret"] == ["…" + MINI_PROGRAM.secret[-4:], "…ffff"]


def test_look_is_set_kept_and_taken_away(program: Program) -> None:
    program.make("/clients", client_id="shop", redirect_uris=[CALLBACK])
    path = "/clients/shop/look"

    def patch(body: Any) -> Any:
        return program.send("PATCH", path, body, If_Match="*").get_json()

    dressed = patch({"accent": "#FFCC00", "logo": picture()})
    recoloured = patch({"accent": None})
    bare = patch({"logo": None})

    assert dressed["accent"] == "#ffcc00"
    assert dressed["logo_uri"].endswith(".png")
    assert (recoloured["accent"], recoloured["logo_uri"]) == (None, dressed["logo_uri"])
    assert bare["logo_uri"] is None
    said = {"texts": {"zh": {"help": "请拨打 1234"}}, "background": "#10243A"}
    assert {**patch(said)}.items() >= {**said, "background": "#10243a"}.items()
    own = program.send("PATCH", "/look", {"texts": {"en": {"name": "Riverside"}}}, If_Match="*")
    assert own.get_json() == program.get("/look")
    assert [one["client_id"] for one in program.get("/clients?q=SHO")["items"]] == ["shop"]
    assert program.get("/clients?q=nothing")["items"] == []
    refused = program.send("PATCH", path, {"logo": "AAAA", "accent": "red"}, If_Match="*")
    assert program.problems(refused) == {"accent"}
    assert program.problems(program.send("PATCH", path, {"logo": "AAAA"}, If_Match="*")) == {"logo"}


@pytest.mark.on_each
def test_identity_is_linked_once(program: Program) -> None:
    program.deployment.connection()
    with program.deployment.app.app_context():
        passwords, clock = CHEAP, program.deployment.clock
        first, second = (
            passwords.create(db.session(), clock, name, "a" * 12) for name in ("ming", "fang")
        )
        db.session.commit()
    wanted = {"connection_id": "wechat", "openid": "oABCDEFGHIJKLMNOPQR"}

    linked = program.make(f"/accounts/{first}/sources", **wanted)
    other = program.send("POST", f"/accounts/{second}/sources", wanted)

    assert [one["openid"] for one in linked["sources"]] == [wanted["openid"]]
    assert other.status_code == 409
    assert other.get_json()["dependents"] == [{"type": "account", "id": first}]


def test_claims_are_previewed_for_a_person(program: Program) -> None:
    story = signed_in(program.deployment)
    sub = story.tokens()["id_token"] and program.get("/accounts")["items"][0]["sub"]

    seen = program.get(f"/clients/shop/connections/wechat/preview?sub={sub}")

    assert seen["id_token"]["aud"] == "shop"
    assert seen["id_token"]["sub"] == seen["userinfo"]["sub"] == sub
    assert seen["id_token"]["wechat_openid"]


@pytest.mark.on_each
def test_administrators_are_kept_and_an_owner_stays(program: Program) -> None:
    new = {"username": "lin", "role": "owner", "password": "correct horse battery"}
    made = program.make("/administrators", **new)
    path = f"/administrators/{made['id']}"

    demoted = program.send("PATCH", path, {"role": "viewer"}, If_Match="*")
    weak = program.send("POST", "/administrators", {**new, "username": "X", "password": "short"})
    renamed = program.send("PATCH", path, {"name": "Lin"}, If_Match=f'"{made["version"]}"')
    stale = program.send("PATCH", path, {"name": "Li"}, If_Match=f'"{made["version"]}"')

    assert "password" not in made
    assert program.problems(demoted) == {"role"}
    assert program.problems(weak) == {"username", "password"}
    assert (renamed.status_code, stale.status_code) == (200, 412)


@pytest.mark.on_each
def test_program_that_sends_too_much_is_told_when_to_go_on(program: Program) -> None:
    with program.deployment.app.app_context():
        while allows(OF_CLIENT, "api", "ops"):
            pass

    refused = program.send("GET", "/keys")
    limiter.reset()

    assert (refused.status_code, refused.get_json()["error"]) == (429, "slow_down")
    assert int(refused.headers["Retry-After"]) > 0
    assert program.send("GET", "/keys").status_code == 200
