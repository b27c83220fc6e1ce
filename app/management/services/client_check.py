"""An application compared with the program that it is, and with what its last requests did.

Each finding says in one sentence what was seen, in another what to do, and which members of the
application to change where that is ours to do.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.enablement import sources
from app.management.services import apis, presets
from app.management.services.actor import Actor
from app.management.services.client_refusals import Explained, last_refusals
from app.management.services.first_sign_in import last_sign_in
from app.management.services.preset_comparison import Difference, differences
from app.management.services.presets import Preset
from federation.translation import N_
from oidc.clients.client import Client

MENDED = N_("Changed since then: it may do that now.")


@dataclass(frozen=True, slots=True)
class Finding:
    """:param level: ``wrong``: it cannot work; ``care``: look at it; ``past``: over since.

    :param about: the member of the application, ``connections``, ``state`` or ``requests``.
    :param seen: with ``advice`` a sentence (message id), filled in with ``values``.
    :param change: members of the application to be changed, with what to.
    :param detail: of a request: what it had that does not fit; ``told``: what it was answered.
    """

    level: str
    about: str
    seen: str
    advice: str = ""
    change: Mapping[str, Any] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    detail: str = ""
    told: str = ""
    times: int = 0
    last_at: int | None = None


@dataclass(frozen=True, slots=True)
class Examination:
    """:param preset: the program that it was compared with; None for none.

    :param signed_in_at: when it last redeemed what a sign-in gave it.
    """

    client: Client
    preset: Preset | None
    findings: tuple[Finding, ...]
    signed_in_at: int | None

    @property
    def is_well(self) -> bool:
        return all(one.level != "wrong" for one in self.findings)

    @property
    def change(self) -> dict[str, Any]:
        """Every member that would have to be changed for what is wrong, with what to."""
        wrong = (one.change for one in self.findings if one.level == "wrong")
        return {name: value for change in wrong for name, value in change.items()}


def examine(actor: Actor, client: Client, program: str | None = None) -> Examination:
    """:param program: the preset to compare with; left out, the one it was registered as.

    :raises UnknownPreset: there is no such program.
    """
    preset = presets.load(program) if program else presets.of_client(client.metadata.preset)
    signed_in_at = last_sign_in(actor.session, client.client_id)
    findings = [*_state(actor, client), *_compared(client, preset)]
    findings += [
        _requested(client, one, signed_in_at)
        for one in last_refusals(actor.session, client.client_id)
    ]
    return Examination(client, preset, tuple(findings), signed_in_at)


def _state(actor: Actor, client: Client) -> Iterator[Finding]:
    if client.disabled:
        yield Finding(
            "wrong", "state", N_("It is stopped."), N_("Let it work again, if it should.")
        )
    unknown = apis.scopes_of_nothing(actor, client.metadata.scope)
    if unknown:
        yield Finding(
            "care",
            "scope",
            N_("It may ask for %(scopes)s, which no API here has."),
            N_("Correct the spelling, or register the API that has it."),
            values={"scopes": " ".join(unknown)},
        )
    if "authorization_code" not in client.metadata.grant_types:
        return
    if not sources.of_client(actor.session, client.client_id, enabled_only=True):
        yield Finding(
            "wrong",
            "connections",
            N_("No connection is enabled for it, so nobody can sign in."),
            N_("Enable one."),
        )


def _compared(client: Client, preset: Preset | None) -> Iterator[Finding]:
    if preset is None or not preset.registers:
        return
    found: list[Difference] = differences(client.metadata, preset)
    for one in found:
        level = "wrong" if one.matters else "care"
        values = {"program": preset.name, **one.values}
        yield Finding(level, one.member, one.seen, one.advice, one.change, values)


def _requested(client: Client, one: Explained, signed_in_at: int | None) -> Finding:
    """What was refused, unless the application may do it now or has signed somebody in since."""
    own = client.metadata.to_document()
    change = {name: value for name, value in one.mend.change.items() if own.get(name) != value}
    allowed = bool(one.mend.change) and not change
    over = allowed or (signed_in_at is not None and signed_in_at > one.counted.last_at)
    return Finding(
        "past" if over else "wrong",
        "requests",
        one.mend.happened,
        MENDED if allowed else one.mend.advice,
        {} if over else change,
        detail=one.counted.detail,
        told=f"{one.counted.path} {one.counted.error}: {one.counted.hint}",
        times=one.counted.times,
        last_at=one.counted.last_at,
    )
