"""When signing keys move on: a pure decision, and the move itself.

``nothing`` → (old enough) ``publish`` → (published long enough) ``activate`` → ``nothing``
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from oidc.database.driver_statement import AnySession
from oidc.keys.store import KeyState, KeyStore

Move = Literal["publish", "activate", "wait", "nothing"]


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds after which a key is replaced, and for which its successor is published before."""

    rotation_age: int
    publish_ahead: int


@dataclass(frozen=True, slots=True)
class RotationStep:
    """What was done with the keys of one algorithm.

    :param kid: the key that was published or activated, or that waits.
    :param ready_at: when a waiting key may sign, in seconds since the epoch.
    """

    alg: str
    move: Move
    kid: str | None = None
    ready_at: int | None = None


def next_move(states: Sequence[KeyState], now: int, pace: Pace, *, by_age: bool) -> Move:
    """What to do next with the keys of one algorithm.

    :param by_age: leave a key alone that is not old enough; False replaces it whatever its age.
    """
    waiting = next((key for key in states if key.state == "next"), None)
    if waiting is not None:
        ready = now - waiting.created_at >= pace.publish_ahead
        return "activate" if ready else "wait"
    active = next((key for key in states if key.state == "active"), None)
    if active is None or (by_age and now - _since(active) < pace.rotation_age):
        return "nothing" if by_age else "publish"
    return "publish"


def rotate(
    keys: KeyStore, session: AnySession, alg: str, now: int, pace: Pace, *, by_age: bool = False
) -> RotationStep:
    """Takes one step for ``alg``; run it again after ``publish_ahead`` seconds for the next."""
    states = [key for key in keys.states(session) if key.alg == alg]
    move = next_move(states, now, pace, by_age=by_age)
    waiting = next((key for key in states if key.state == "next"), None)
    if move == "publish":
        return RotationStep(alg, move, keys.create(session, alg, "next"), now + pace.publish_ahead)
    if move == "activate":
        keys.promote(session, alg)
    ready_at = waiting.created_at + pace.publish_ahead if waiting else None
    return RotationStep(alg, move, waiting.kid if waiting else None, ready_at)


def rotate_at_once(keys: KeyStore, session: AnySession, alg: str) -> RotationStep:
    """Publishes a key that signs from this moment; the one before it stays published.

    Relying parties that keep the key set must fetch it again when they meet the new ``kid``
    (OpenID Connect Core 10.1.1), which is what a leaked key leaves no other choice than.
    """
    states = [key for key in keys.states(session) if key.alg == alg]
    if not any(key.state == "next" for key in states):
        keys.create(session, alg, "next")
    keys.promote(session, alg)
    active = [key for key in keys.states(session) if key.alg == alg and key.state == "active"]
    return RotationStep(alg, "activate", active[0].kid if active else None)


def _since(key: KeyState) -> int:
    return key.activated_at if key.activated_at is not None else key.created_at
