"""One step of replacing the signing keys."""

from sqlalchemy.orm import Session

from app.management.services.actor import Actor
from oidc.keys.maintenance import retire_dropped as retire
from oidc.keys.rotation import Pace, RotationStep, rotate_at_once
from oidc.keys.rotation import rotate as step
from oidc.protocol.signing_algorithms import MANDATORY
from oidc.provider import Provider


def algorithms(provider: Provider, session: Session) -> list[str]:
    """Those of this deployment that have keys, else the one that every client knows."""
    known = {key.alg for key in provider.keys.states(session)}
    return sorted(known & set(provider.settings.signing_algorithms)) or [MANDATORY]


def retire_dropped(actor: Actor) -> list[str]:
    """Ends the signing of what `QIAO_SIGNING_ALGORITHMS` has dropped."""
    provider, now = actor.provider, actor.clock()
    session = actor.session
    gone = retire(session, provider.keys, provider.clients, provider.settings, now)
    for kid in gone:
        actor.note("signing_key.rotated", {"kid": kid}, outcome="retire")
    return gone


def rotate(actor: Actor, alg: str, *, at_once: bool = False, due: bool = False) -> RotationStep:
    """Publishes the next key of an algorithm, or lets the one that waited long enough sign.

    :param at_once: both, this moment.
    :param due: only what is due by age.
    """
    keys, settings = actor.provider.keys, actor.provider.settings
    if at_once:
        moved = rotate_at_once(keys, actor.session, alg)
    else:
        pace = Pace(settings.key_rotation_age, settings.key_publish_ahead)
        moved = step(keys, actor.session, alg, actor.clock(), pace, by_age=due)
    if moved.move in ("publish", "activate"):
        detail = {"alg": alg, "kid": moved.kid, "at_once": at_once}
        actor.note("signing_key.rotated", detail, outcome=moved.move)
    return moved
