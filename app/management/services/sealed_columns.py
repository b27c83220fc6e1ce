"""Every column that holds something sealed by the secrets of `QIAO_SECRET_KEYS`.

What is not in one of the two lists does not exist: a test compares them with the tables, and with
the places that seal.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

from sqlalchemy import Column, Table

from app.accounts.identification import association, source_tokens
from app.administrators import totp
from app.notifications import webhooks
from app.pages.which_account import proof
from app.sessions import at_source
from app.sign_in import in_app_answer, question_token
from app.sign_in.in_app_answer import ANSWER
from app.tables.administrators import ADMIN
from app.tables.people import PARKED_ASSOCIATION, SOURCE_SESSION
from app.tables.source_tokens import SOURCE_TOKEN
from app.tables.webhooks import WEBHOOK
from federation import credential_documents
from federation.models import CredentialRow, TicketRow, WeChatAppRow
from federation.ticket_store import IDENTITY_PURPOSE
from federation.wechat import app_table
from oidc.clients import client
from oidc.database.models import ClientRow, EventStreamRow, InteractionRow, SigningKeyRow
from oidc.keys import store as keys
from oidc.shared_signals import streams

Rewrite = Callable[[str, str], str]
"""Gives a sealed value anew; its second argument is what it is sealed for."""


@dataclass(frozen=True)
class SealedColumn:
    """A column of text with sealed values.

    :param each: gives the text of a row anew, given what does so for one value.
    """

    column: Column[str]
    each: Callable[[str, Rewrite], str]

    @property
    def table(self) -> Table:
        return self.column.table

    @property
    def name(self) -> str:
        return f"{self.table.name}.{self.column.name}"


def _whole(purpose: str) -> Callable[[str, Rewrite], str]:
    return lambda text, rewrite: rewrite(text, purpose)


def _members(purposes: Mapping[str, str]) -> Callable[[str, Rewrite], str]:
    """Of a JSON object, the members that are sealed."""

    def each(text: str, rewrite: Rewrite) -> str:
        document = json.loads(text)
        sealed = {
            name: rewrite(document[name], purpose)
            for name, purpose in purposes.items()
            if document.get(name)
        }
        return json.dumps({**document, **sealed}, separators=(",", ":")) if sealed else text

    return each


def _client_secrets(text: str, rewrite: Rewrite) -> str:
    """Secrets that sign: all others are digests."""
    known = json.loads(text)
    for secret in known:
        if secret.get("sealed"):
            secret["sealed"] = rewrite(secret["sealed"], client.PURPOSE)
    return json.dumps(known, separators=(",", ":"))


def _column(row: type, name: str) -> "Column[str]":
    return cast("Column[str]", row.__table__.c[name])  # type: ignore[attr-defined]


RESEALED = (
    SealedColumn(_column(SigningKeyRow, "private_sealed"), _whole(keys.PURPOSE)),
    SealedColumn(_column(ClientRow, "secrets"), _client_secrets),
    *(
        SealedColumn(_column(WeChatAppRow, f"{name}_sealed"), _whole(purpose))
        for name, purpose in app_table.PURPOSES.items()
    ),
    SealedColumn(_column(CredentialRow, "document_sealed"), _whole(credential_documents.PURPOSE)),
    SealedColumn(cast("Column[str]", ADMIN.c.totp_sealed), _whole(totp.PURPOSE)),
    SealedColumn(
        cast("Column[str]", PARKED_ASSOCIATION.c.identity_sealed), _whole(association.PURPOSE)
    ),
    SealedColumn(cast("Column[str]", SOURCE_SESSION.c.id_token_sealed), _whole(at_source.PURPOSE)),
    SealedColumn(cast("Column[str]", SOURCE_TOKEN.c.tokens_sealed), _whole(source_tokens.PURPOSE)),
    SealedColumn(cast("Column[str]", WEBHOOK.c.secret_sealed), _whole(webhooks.PURPOSE)),
    SealedColumn(cast("Column[str]", WEBHOOK.c.old_secret_sealed), _whole(webhooks.PURPOSE)),
    SealedColumn(_column(TicketRow, "identity_sealed"), _whole(IDENTITY_PURPOSE)),
    SealedColumn(_column(EventStreamRow, "authorization_sealed"), _whole(streams.PURPOSE)),
    SealedColumn(
        _column(InteractionRow, "host_state"),
        _members(
            {
                "question": question_token.PURPOSE,
                "proven": proof.PURPOSE,
                ANSWER: in_app_answer.PURPOSE,
            }
        ),
    ),
)
"""Sealed anew by ``secrets reseal``, in this order."""
DIE_BY_THEMSELVES = {
    "grant.pending": "it is read while the code lives, at most QIAO_CODE_LIFETIME",
}
"""Left as they are, and why nothing is lost by it."""
