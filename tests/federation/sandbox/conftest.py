"""Fixtures for the phone: a sandbox whose mini program speaks to a stand-in for Qiao."""

from collections.abc import Iterator

import pytest

from tests.federation.sandbox.ticket_server import TicketServer
from tests.sandbox_server import LiveSandbox


@pytest.fixture(scope="session")
def ticket_server() -> Iterator[TicketServer]:
    server = TicketServer()
    yield server
    server.close()


@pytest.fixture
def qiao(ticket_server: TicketServer) -> TicketServer:
    ticket_server.reset()
    return ticket_server


@pytest.fixture(scope="session")
def live_phone(ticket_server: TicketServer) -> Iterator[LiveSandbox]:
    sandbox = LiveSandbox(ticket_server.url)
    yield sandbox
    sandbox.close()


@pytest.fixture
def phone(live_phone: LiveSandbox, qiao: TicketServer) -> LiveSandbox:
    live_phone.reset()
    return live_phone
