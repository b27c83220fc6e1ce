"""Upstream identity sources: from a one-time code that WeChat gave to an ``Identity``.

Plain Python: no web framework, no OAuth clients, no pages, no accounts.
"""

from federation.connection_store import ConnectionStore
from federation.connections import Connection, ConnectionFields
from federation.federation import Federation
from federation.identity import ExternalKey, Identity, VerifiedPhone
from federation.push import Cancelled, Modified, PersonEvent, PushReceiver, Revoked
from federation.ticket_store import TicketStore
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
from federation.wechat_app_store import WeChatAppStore
from federation.wechat_apps import Fault, WeChatApp, WeChatAppFields

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
    "PushReceiver",
    "RedirectUpstream",
    "Revoked",
    "TicketStatus",
    "TicketStore",
    "TicketView",
    "Upstream",
    "VerifiedPhone",
    "WeChatApp",
    "WeChatAppFields",
    "WeChatAppStore",
    "WeChatSettings",
]
