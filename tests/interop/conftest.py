"""Clients that others wrote, against Qiao as it is deployed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.interop.person import Person
from tests.interop.qiao import Qiao, running_qiao


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything below this folder carries the marker ``interop``."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("interop")


@pytest.fixture(scope="session")
def qiao(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Qiao]:
    with running_qiao(tmp_path_factory.mktemp("qiao")) as running:
        yield running


@pytest.fixture
def person(qiao: Qiao) -> Iterator[Person]:
    """Signs in with a password."""
    with qiao.person() as somebody:
        yield somebody


@pytest.fixture
def li_lei(qiao: Qiao) -> Iterator[Person]:
    """Signs in with WeChat."""
    with qiao.person("li-lei") as somebody:
        yield somebody
