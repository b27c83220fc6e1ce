"""Giving an application, or the deployment itself, its look: colours, pictures and words."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.branding import colours, pictures, store
from app.branding.pictures import UnusablePicture
from app.branding.store import OUR_OWN, Branding, Changes, Texts
from app.management.services.actor import Actor, differences
from app.pages import brand
from federation.errors import InvalidFields, Problem
from federation.translation import N_

LANGUAGES = ("en", "zh")
LIMITS = {"headline": 60, "help": 160, "name": 40, "contact": 254}
"""Characters of each text."""
OWN_ALONE = ("name", "contact")
"""Texts of the deployment alone: applications register theirs, and say with who may come in whom to
ask."""


@dataclass(frozen=True)
class Wanted:
    """A look as somebody sends it.

    :param accent: and ``background``: ``#rrggbb``, or empty for none.
    :param logo: and ``picture``: a PNG, JPEG or WebP file; empty to take it away; None to keep it.
    """

    accent: str = ""
    background: str = ""
    logo: bytes | None = None
    picture: bytes | None = None
    texts: Texts = field(default_factory=dict)


def texts_of(client_id: str) -> tuple[str, ...]:
    """The texts that there are; an application's name is in its registration."""
    return tuple(what for what in LIMITS if what not in OWN_ALONE or client_id == OUR_OWN)


def change(actor: Actor, client_id: str, wanted: Wanted, version: int) -> Branding:
    """Saves what was opened at ``version``.

    :param client_id: `OUR_OWN` for the deployment's own look.
    :raises federation.errors.InvalidFields: with every problem at once.
    :raises federation.errors.VersionConflict: somebody else saved first.
    """
    problems = [*_problems(client_id, wanted)]
    changes = Changes(
        colours.normal(wanted.accent),
        _drawn("logo", wanted.logo, pictures.redrawn, problems),
        colours.normal(wanted.background),
        _drawn("picture", wanted.picture, pictures.backdrop, problems),
        _said(wanted.texts),
    )
    if problems:
        raise InvalidFields(problems)
    before = store.of_client(actor.session, client_id)
    store.save(actor.session, actor.clock, client_id, changes, version)
    brand.forget()
    after = store.of_client(actor.session, client_id)
    kind = "deployment.look_changed" if client_id == OUR_OWN else "client.look_changed"
    actor.note(kind, differences(_told(before), _told(after)), client_id=client_id or None)
    return after


def _problems(client_id: str, wanted: Wanted) -> Iterator[Problem]:
    for name in ("accent", "background"):
        value = getattr(wanted, name)
        if value and colours.normal(value) is None:
            yield Problem(name, N_("A colour is # and six hexadecimal digits."))
    for language, texts in wanted.texts.items():
        for what, text in texts.items():
            if what not in texts_of(client_id) or language not in LANGUAGES:
                yield Problem(f"{what}_{language}", N_("There is no such text."))
            elif len(_one_line(text)) > LIMITS[what]:
                yield Problem(f"{what}_{language}", _TOO_LONG[what])


_TOO_LONG = {
    "headline": N_("Use at most 60 characters."),
    "help": N_("Use at most 160 characters."),
    "name": N_("Use at most 40 characters."),
    "contact": N_("Use at most 254 characters."),
}


def _drawn(
    name: str,
    sent: bytes | None,
    draw: Callable[[bytes], bytes],
    problems: list[Problem],
) -> bytes | None:
    if not sent:
        return sent
    try:
        return draw(sent)
    except UnusablePicture as error:
        problems.append(Problem(name, error.message))
        return None


def _said(texts: Texts) -> Texts:
    said = {
        language: {what: _one_line(text) for what, text in sorted(given.items()) if text.strip()}
        for language, given in sorted(texts.items())
    }
    return {language: given for language, given in said.items() if given}


def _one_line(text: str) -> str:
    return " ".join(text.replace("\0", "").split())


def _told(branding: Branding) -> Mapping[str, Any]:
    return {
        "accent": branding.accent,
        "logo": branding.logo and branding.logo[:12],
        "background": branding.background,
        "picture": branding.picture and branding.picture[:12],
        "texts": branding.texts or None,
    }
