"""RFC 6749 3.1 and 3.2: parameters that we do not know are ignored, whatever they are like."""

import ast
from pathlib import Path

import pytest

from oidc.protocol.parameters import KNOWN
from tests.deployment import Deployment
from tests.flows.story import signed_in

ROOT = Path(__file__).parents[2]

UNKNOWN = {
    "repeated": "&from=singlemessage&isappinstalled=0&from=groupmessage&isappinstalled=0",
    "long": "&utm_source=" + "x" * 20000,
    "many": "".join(f"&p{n}=x" for n in range(300)),
    "no text": "&from=%ff%fe&from=%00",
}


@pytest.mark.parametrize("unknown", UNKNOWN)
def test_3_1_authorization_request_goes_on(deployment: Deployment, unknown: str) -> None:
    deployment.connection()
    shop = deployment.application()

    answer = deployment.browser().get(shop.start().url + UNKNOWN[unknown])

    assert answer.status_code == 303
    assert answer.location.startswith("/sign-in/")


@pytest.mark.parametrize("unknown", UNKNOWN)
def test_3_2_token_request_goes_on(deployment: Deployment, unknown: str) -> None:
    story = signed_in(deployment)
    form = f"grant_type=refresh_token&refresh_token={story.tokens()['refresh_token']}"

    answer = story.shop.http.post(
        "/token",
        data=form + UNKNOWN[unknown],
        content_type="application/x-www-form-urlencoded",
        auth=(story.shop.client_id, story.shop.secret or ""),
    )

    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("unknown", UNKNOWN)
def test_logout_request_goes_on(deployment: Deployment, unknown: str) -> None:
    deployment.application()

    answer = deployment.browser().get("/logout?client_id=shop" + UNKNOWN[unknown])

    assert answer.status_code == 200, answer.text


def test_every_parameter_that_is_read_is_known() -> None:
    """By the names that modules of the provider look up in parameters and forms."""
    read = set()
    for module in (ROOT / "oidc").rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text())):
            read |= _looked_up(node)

    assert {"client_id", "code_verifier", "device_code", "actor_token"} <= read
    assert not read - KNOWN


def _looked_up(node: ast.AST) -> set[str]:
    match node:
        case ast.Call(func=ast.Attribute(value=owner, attr="get"), args=[name, *_]):
            return _name(name) if _is_form(owner) else set()
    if isinstance(node, ast.Subscript) and _is_form(node.value):
        return _name(node.slice)
    return set()


def _is_form(node: ast.AST) -> bool:
    called = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return called in ("form", "parameters")


def _name(node: ast.AST) -> set[str]:
    given = node.value if isinstance(node, ast.Constant) else None
    return {given} if isinstance(given, str) else set()
