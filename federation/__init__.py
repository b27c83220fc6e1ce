"""Upstream identity sources: from a one-time code that WeChat gave to an ``Identity``.

Plain Python: no web framework, no OAuth clients, no pages, no accounts.
"""

from federation.app_store import WeChatAppStore
from federation.apps import Fault, WeChatApp, WeChatAppFields
from federation.connection_store import ConnectionStore
from federation.connections import Connection, ConnectionFields
from federation.federation import Federation
from federation.identity import ExternalKey, Identity, VerifiedPhone
from federation.push import Cancelled, Modified, PersonEvent, PushDesk, Revoked
from federation.ticket_desk import TicketDesk
from federation.tickets import OpenedTicket, TicketStatus, TicketView
from federation.upstreams import (
    AppAuthUpstream,
    Codes,
    CodeUpstream,
    LaunchUpstream,
    RedirectUpstream,
    Upstream,
)
from federation.wechat.settings import WeChatSettings

__all__ = [
    "AppAuthUpstream",
    "Cancelled",
    "CodeUpstream",
    "Codes",
    "Connection",
    "ConnectionFields",
    "ConnectionStore",
    "ExternalKey",
    "Fault",
    "Federation",
    "Identity",
    "LaunchUpstream",
    "Modified",
    "OpenedTicket",
    "PersonEvent",
    "PushDesk",
    "RedirectUpstream",
    "Revoked",
    "TicketDesk",
    "TicketStatus",
    "TicketView",
    "Upstream",
    "VerifiedPhone",
    "WeChatApp",
    "WeChatAppFields",
    "WeChatAppStore",
    "WeChatSettings",
]
