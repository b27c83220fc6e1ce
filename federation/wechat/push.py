"""What WeChat pushes to us when a person changes their mind (``/federation/v1/push/<AppID>``).

A push is believed only if the app's push token signed it, its time is near, and it was not
handled before. An app with an EncodingAESKey takes encrypted pushes alone, because the signature
of a plain push does not cover its body.
"""

import hashlib
from collections.abc import Mapping
from typing import cast

from sqlalchemy import Table, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from federation.credential_store import CredentialStore
from federation.credentials import Credential
from federation.errors import PushRefused, PushReplayed
from federation.models import PushReceiptRow
from federation.ports import Clock
from federation.pushes import Withdrawal
from federation.wechat.push_crypto import check_signature, decrypt
from federation.wechat.push_event import withdrawal
from federation.wechat.push_message import Fields, fields_of

WINDOW = 300
"""Seconds by which a push's timestamp may differ from ours."""
BODY_LIMIT = 64 * 1024

_RECEIPT = cast(Table, PushReceiptRow.__table__)


class PushReceiver:
    """Verifies pushes. It flushes and never commits: the receipt and what it caused are one."""

    def __init__(self, apps: CredentialStore, clock: Clock) -> None:
        self._apps = apps
        self._clock = clock

    def answer_check(self, session: Session, app_id: str, query: Mapping[str, str]) -> str:
        """The whole body with which to answer WeChat's check of the URL (a GET)."""
        token, _ = self._push_token(session, app_id)
        self._check_time(query)
        check_signature(query.get("signature", ""), token, *_stamp(query))
        return query.get("echostr", "")

    def receive(
        self, session: Session, app_id: str, query: Mapping[str, str], body: bytes
    ) -> Withdrawal | None:
        """What a verified push wants forgotten; None for one that does not concern us.

        Answer ``success`` in both cases and after ``PushReplayed``; answer 403 after any other
        ``PushRefused``. If handling the event fails, roll back: WeChat sends it again.
        """
        token, app = self._push_token(session, app_id)
        self._check_time(query)
        message = self._verified(app, token, query, body)
        self._remember(session, app_id, query)
        return withdrawal(app, message)

    def prune(self, session: Session, limit: int = 1000) -> int:
        """Forgets at most ``limit`` receipts of pushes that are too old to be replayed."""
        connection = session.connection()
        old = select(_RECEIPT.c.digest).where(_RECEIPT.c.expires_at < self._clock()).limit(limit)
        digests = connection.scalars(old).all()
        if digests:
            connection.execute(delete(_RECEIPT).where(_RECEIPT.c.digest.in_(digests)))
        return len(digests)

    def _push_token(self, session: Session, app_id: str) -> tuple[str, Credential]:
        app = self._apps.get(session, app_id)
        if app is None or not app["push_token"]:
            raise PushRefused("no push token is configured for this app")
        return app["push_token"], app

    def _check_time(self, query: Mapping[str, str]) -> None:
        timestamp = query.get("timestamp", "")
        if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 12):
            raise PushRefused("no timestamp")
        if abs(self._clock() - int(timestamp)) > WINDOW:
            raise PushRefused("the timestamp is too far from our clock")

    def _verified(
        self, app: Credential, token: str, query: Mapping[str, str], body: bytes
    ) -> Fields:
        if len(body) > BODY_LIMIT:
            raise PushRefused("the body is too large")
        if not app["push_key"]:
            check_signature(query.get("signature", ""), token, *_stamp(query))
            return fields_of(body)
        encrypted = fields_of(body).get("Encrypt", "")
        check_signature(query.get("msg_signature", ""), token, *_stamp(query), encrypted)
        return fields_of(decrypt(encrypted, app["push_key"], app.id))

    def _remember(self, session: Session, app_id: str, query: Mapping[str, str]) -> None:
        """Notes what was signed, so that neither the push nor its signature works again."""
        signed = query.get("msg_signature") or query.get("signature", "")
        parts = (app_id, *_stamp(query), signed)
        digest = hashlib.sha256("\0".join(parts).encode()).hexdigest()
        receipt = {"digest": digest, "expires_at": self._clock() + 2 * WINDOW}
        try:
            with session.begin_nested():
                session.connection().execute(_RECEIPT.insert().values(**receipt))
        except IntegrityError:
            raise PushReplayed("received before") from None


def _stamp(query: Mapping[str, str]) -> tuple[str, str]:
    return query.get("timestamp", ""), query.get("nonce", "")
