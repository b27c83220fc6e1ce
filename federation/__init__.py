"""Sources of identities: from a one-time code that a source gave to an ``Identity``.

Plain Python: no web framework, no OAuth clients, no pages, no accounts.

A source declares itself (`federation.source`) in a folder of its own and stands in a list
(`federation.catalog`). Administrators enter its credentials (`federation.credentials`, kept by
`federation.credential_store`) and make connections with them (`federation.connections`, kept by
`federation.connection_store`): the buttons that people see where `federation.devices` finds that
they fit. What a mode can do are the capabilities of `federation.upstreams`; a sign-in between two
devices is a ticket (`federation.tickets`). Who counts what happens is one of the
`federation.observers`. `federation.federation.Federation` is the front door.
"""

from federation.connections import Connection, ConnectionFields
from federation.credentials import Credential, CredentialFields, Fault
from federation.federation import Federation
from federation.identity import ExternalKey, Identity, VerifiedPhone
from federation.source import Source
from federation.sources import Sources
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

__all__ = [
    "AppAuthUpstream",
    "CodeUpstream",
    "Codes",
    "Connection",
    "ConnectionFields",
    "Credential",
    "CredentialFields",
    "ExternalKey",
    "Fault",
    "Federation",
    "Identity",
    "LaunchUpstream",
    "OpenedTicket",
    "RedirectUpstream",
    "Source",
    "Sources",
    "TicketStatus",
    "TicketStore",
    "TicketView",
    "Upstream",
    "VerifiedPhone",
]
