"""The native app on the command line, against the live demo."""

import json
import re

import pytest
from click.testing import CliRunner, Result

from app.demo.commands import demo as commands
from app.demo.deployment import Deployment
from tests.live import free_ports

pytestmark = pytest.mark.slow


def native(demo: Deployment, *options: str) -> Result:
    addresses = ["--issuer", demo.issuer, "--sandbox", demo.sandbox]
    return CliRunner().invoke(commands, ["native", *addresses, *options])


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
