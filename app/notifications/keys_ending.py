"""Signing keys whose successor is published: they end soon, whoever began it."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from app.notifications.events import Announcement
from app.notifications.listener import Listener
from oidc.keys.store import KeyState
from oidc.provider import Provider

TYPE = "signing_key.ending"


def announce_ending(session: Session, provider: Provider, listener: Listener) -> None:
    """Tells of each key that is about to end, once. The caller commits."""
    if listener.is_wanted(session, TYPE):
        now, ahead = provider.clock(), provider.settings.key_publish_ahead
        for told in ending(provider.keys.states(session), now, ahead):
            listener.announce(session, told)


def ending(states: list[KeyState], now: int, ahead: int) -> Iterator[Announcement]:
    """:param ahead: seconds for which a key is published before it signs."""
    for waiting in states:
        if waiting.state != "next":
            continue
        for key in states:
            if key.alg == waiting.alg and key.state == "active":
                data = {
                    "kid": key.kid,
                    "alg": key.alg,
                    "next_kid": waiting.kid,
                    "next_signs_from": waiting.created_at + ahead,
                }
                yield Announcement(TYPE, data, now, once=f"{TYPE}\n{key.kid}")
