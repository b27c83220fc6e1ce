"""A live Qiao with its sandbox, and the Java helper compiled for it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.demo.java_helper import NoHelper, compiled
from tests import services
from tests.interop.qiao import Qiao, running_qiao
from tests.mobile.phone import CLIENT, REDIRECT, SCOPE, Phone

PROGRAMS = sorted((Path(__file__).parent / "java").rglob("*.java"))
ASKS = {"id": "asks", "mode": "wechat-miniprogram", "association": "ask"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("slow")


@pytest.fixture(scope="session")
def class_path(tmp_path_factory: pytest.TempPathFactory) -> str:
    try:
        return compiled(tmp_path_factory.mktemp("classes"), *PROGRAMS)
    except NoHelper as reason:
        services.missing(f"the helper for Android cannot be compiled ({reason})")


@pytest.fixture(scope="session")
def qiao(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Qiao]:
    with running_qiao(tmp_path_factory.mktemp("qiao")) as running:
        name = ("--name", "Asks", "--mode", "wechat-miniprogram", "--association", "ask")
        running.operate("connections", "add", "asks", *name)
        document = {
            "client_id": CLIENT,
            "client_name": "My app",
            "application_type": "native",
            "token_endpoint_auth_method": "none",
            "redirect_uris": [REDIRECT],
            "grant_types": ["authorization_code", "refresh_token"],
            "scope": SCOPE,
            "first_party": True,
            "mobile_app_ids": ["wx5a4d000000000002"],
        }
        enabled = [
            word
            for one in ("wechat-mini", "wechat-mobile", "asks")
            for word in ("--connection", one)
        ]
        command = ("clients", "add", "--from-json", "-", "--json", *enabled)
        running.operate(*command, typed=json.dumps(document))
        yield running


@pytest.fixture
def phone(qiao: Qiao, class_path: str, tmp_path: Path) -> Iterator[Phone]:
    phone = Phone(qiao.deployment, class_path, tmp_path / "memory")
    yield phone
    phone.put_away()
