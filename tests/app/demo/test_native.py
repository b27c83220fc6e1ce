"""The native app on the command line, against the live demo."""

import json
import re
import threading
import time

import pytest
import requests
from click.testing import CliRunner, Result

from app.demo.commands import demo as commands
from app.demo.deployment import Deployment
from app.demo.seed import MINI_PROGRAM, WECHAT_APPS
from tests import services
from tests.live import free_ports

pytestmark = pytest.mark.slow


def native(demo: Deployment, *options: str) -> Result:
    addresses = ["--issuer", demo.issuer, "--sandbox", demo.sandbox]
    helper = [] if "--helper" in options else ["--helper", "python"]
    return CliRunner().invoke(commands, ["native", *addresses, *helper, *options])


def claims_in(output: str) -> dict[str, object]:
    text = output.partition("ID token, verified:\n")[2].partition("\n\nUserinfo:")[0]
    claims: dict[str, object] = json.loads(text)
    return claims


@pytest.mark.parametrize("connection", ["wechat-mini", "wechat-mobile"])
def test_native_app_signs_in_without_a_browser(demo: Deployment, connection: str) -> None:
    result = native(demo, "--connection", connection, "--person", "john-smith")

    assert result.exit_code == 0, result.output
    claims = claims_in(result.output)
    assert claims["aud"] == "demo-native"
    assert claims["idp"] == connection
    assert claims["wechat_openid"]
    assert claims["wechat_unionid"]


def test_number_is_shown_and_picked_where_wechat_names_another_app(demo: Deployment) -> None:
    result = native(demo, "--person", "john-smith", "--app-id", "wxffffffffffffff01")

    shown = re.search(r"it is this one: (\d\d)\n", result.output)
    assert result.exit_code == 0, result.output
    assert shown
    assert f"john-smith picked {shown[1]}." in result.output
    assert claims_in(result.output)["wechat_openid"]


def test_no_number_is_asked_of_the_demo_s_own_app(demo: Deployment) -> None:
    result = native(demo, "--person", "john-smith")

    assert "picked" not in result.output


def test_same_person_through_two_connections_is_one_subject(demo: Deployment) -> None:
    mini = native(demo, "--connection", "wechat-mini", "--person", "li-lei")
    mobile = native(demo, "--connection", "wechat-mobile", "--person", "li-lei")

    assert claims_in(mini.output)["sub"] == claims_in(mobile.output)["sub"]


def test_person_whom_wechat_blocks_is_told_so(demo: Deployment) -> None:
    result = native(demo, "--person", "wang-fang")

    assert result.exit_code == 1
    assert "access_denied" in result.output


def test_client_that_is_not_first_party_is_refused(demo: Deployment) -> None:
    result = native(demo, "--client-id", "demo-web", "--person", "li-lei")

    assert result.exit_code == 1
    assert "ID token" not in result.output


def test_missing_demo_is_told_with_what_to_do() -> None:
    nowhere = f"http://127.0.0.1:{free_ports().qiao}"

    result = CliRunner().invoke(commands, ["native", "--issuer", nowhere])

    assert result.exit_code == 1
    assert "make demo" in result.output


@pytest.mark.parametrize("connection", ["wechat-mini", "wechat-mobile"])
def test_helper_for_android_signs_in_like_the_program_in_python(
    demo: Deployment, connection: str
) -> None:
    options = ("--connection", connection, "--person", "john-smith")
    by_java = native(demo, *options, "--helper", "java")
    if "not found" in by_java.output:
        services.missing("a JDK or Maven is not installed")

    by_python = native(demo, *options)

    assert by_java.exit_code == 0, by_java.output
    assert claims_in(by_java.output)["sub"] == claims_in(by_python.output)["sub"]
    assert '"sub"' in by_java.output.partition("Userinfo:")[2]


def test_helper_for_android_tells_why_nobody_was_signed_in(demo: Deployment) -> None:
    result = native(demo, "--person", "wang-fang", "--helper", "java")
    if "not found" in result.output:
        services.missing("a JDK or Maven is not installed")

    assert result.exit_code == 1
    assert "DECLINED" in result.output


@pytest.mark.parametrize("platform", ["ios", "harmony"])
def test_phones_of_every_kind_sign_in(demo: Deployment, platform: str) -> None:
    result = native(demo, "--platform", platform, "--person", "li-lei")

    assert claims_in(result.output)["idp"] == "wechat-mini"


def test_person_on_the_virtual_phone_allows_send_auth(demo: Deployment) -> None:
    def allow() -> None:
        while not (waiting := requests.get(listed, timeout=10).json()["send_auths"]):
            time.sleep(0.1)
        asked = next(one for one in waiting if one["outcome"] == "waiting")
        page = f"{demo.sandbox}/phone/li-lei/app/send-auth"
        form = {"id": asked["id"], "state": asked["state"], "decision": "allow"}
        requests.post(page, form, timeout=10)

    listed = f"{demo.sandbox}/sandbox/v1/send-auths"
    person = threading.Thread(target=allow)
    person.start()
    result = native(demo, "--connection", "wechat-mobile")
    person.join()

    assert claims_in(result.output)["idp"] == "wechat-mobile"


def test_mini_program_that_is_the_application_signs_in_by_its_own_code(demo: Deployment) -> None:
    addresses = ["--issuer", demo.issuer, "--sandbox", demo.sandbox]

    result = CliRunner().invoke(commands, ["mini-program", *addresses])

    assert result.exit_code == 0, result.output
    assert claims_in(result.output)["idp"] == "wechat-mini"
    assert "phone_number_verified" in result.output


@pytest.mark.parametrize(
    ("place", "way"),
    [
        ("computer", "scans the code"),
        ("harmony", "scans the code"),
        ("wecom", "scans the code"),
        ("phone", "opens WeChat"),
        ("wechat", "WeChat asks li-lei"),
    ],
)
def test_browser_signs_in_wherever_it_is(demo: Deployment, place: str, way: str) -> None:
    addresses = ["--application", demo.application, "--sandbox", demo.sandbox]

    result = CliRunner().invoke(commands, ["browser", *addresses, "--in", place])

    assert result.exit_code == 0, result.output
    assert way in result.output
    assert "li-lei is signed in" in result.output


def test_pushes_of_the_demo_s_wechat_are_believed(demo: Deployment) -> None:
    control = f"{demo.sandbox}/sandbox/v1/pushes"
    for app in WECHAT_APPS:
        event = {"event": "user_info_modified", "appid": app.id, "person": "li-lei"}
        sent = requests.post(control, json=event, timeout=30).json()
        assert sent["accepted"], sent
    checked = requests.post(f"{control}/verify", json={"appid": MINI_PROGRAM.id}, timeout=30)
    assert checked.json() == {"verified": True}
    forged = requests.post(control, json={**event, "token": "Forged", "retries": 0}, timeout=30)
    assert not forged.json()["accepted"]
