"""Keeping what applications look like, and what is the deployment's own."""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import urlencode

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.audit.trail import Clock
from app.tables.branding import APPLICATION_BRANDING as LOOK
from federation.errors import VersionConflict

OUR_OWN = ""
"""Stands for the deployment where a client_id is expected."""
Texts = Mapping[str, Mapping[str, str]]
"""By language (``en``, ``zh``) what stands on the pages: ``headline``, ``help``; of the deployment
``name`` and ``contact`` as well."""


@dataclass(frozen=True, slots=True)
class Branding:
    """What the pages of an application look like; all of it may be missing.

    :param accent: ``#rrggbb``.
    :param logo: the digest that its picture is found by.
    :param background: ``#rrggbb`` around the card.
    :param picture: the digest of what lies behind the card.
    """

    accent: str | None = None
    logo: str | None = None
    version: int = 0
    background: str | None = None
    picture: str | None = None
    texts: Texts = field(default_factory=dict)

    def says(self, what: str, language: str) -> str:
        """A text in a language such as ``zh-Hans``, or else in the other one."""
        first = language.partition("-")[0].lower()
        found = (self.texts.get(one, {}).get(what, "") for one in (first, "en", "zh"))
        return next((text for text in found if text), "")

    @property
    def logo_path(self) -> str | None:
        """Where pages load the logo; all of a look lies at our own origin."""
        return f"/logos/{self.logo}.png" if self.logo else None

    @property
    def stylesheet_path(self) -> str | None:
        """Where pages load colour and background; None where there is neither."""
        parts = {
            "accent": self.accent and self.accent[1:],
            "background": self.background and self.background[1:],
            "picture": self.picture,
        }
        given = {name: value for name, value in parts.items() if value}
        if list(given) == ["accent"]:
            return f"/accents/{given['accent']}.css"
        return f"/looks.css?{urlencode(given)}" if given else None

    def over(self, below: "Branding") -> "Branding":
        """This, with what it lacks from the other: but for its logo and name, which are no
        application's but their own."""
        around = self if self.background or self.picture else below
        words = _over(self.texts, below.texts)
        return Branding(
            self.accent or below.accent,
            self.logo,
            self.version,
            around.background,
            around.picture,
            words,
        )


class Changes(NamedTuple):
    """What is to be stored.

    :param logo: and ``picture``: another one; empty bytes for none any more; None to keep it.
    """

    accent: str | None
    logo: bytes | None
    background: str | None
    picture: bytes | None
    texts: Texts


def _over(own: Texts, below: Texts) -> Texts:
    """Texts, with those that are missing in every language from below; never another's name."""
    said = {what for texts in own.values() for what in texts} | {"name"}
    filled = {
        language: {what: text for what, text in texts.items() if what not in said}
        for language, texts in below.items()
    }
    return {one: {**filled.get(one, {}), **own.get(one, {})} for one in {**filled, **own}}


PLAIN = Branding()
_TOLD = (
    *(LOOK.c.client_id, LOOK.c.accent, LOOK.c.logo_digest, LOOK.c.version),
    *(LOOK.c.background, LOOK.c.picture_digest, LOOK.c.texts),
)


def of_client(session: Session, client_id: str) -> Branding:
    """The application's own; `OUR_OWN` for the deployment's."""
    return of_clients(session, [client_id]).get(client_id, PLAIN)


def of_clients(session: Session, client_ids: Collection[str]) -> Mapping[str, Branding]:
    """The looks of those that have one, in one statement."""
    rows = session.execute(select(*_TOLD).where(LOOK.c.client_id.in_(client_ids)))
    return {
        row.client_id: Branding(
            row.accent,
            row.logo_digest,
            row.version,
            row.background,
            row.picture_digest,
            json.loads(row.texts) if row.texts else {},
        )
        for row in rows
    }


def picture(session: Session, digest: str) -> bytes | None:
    """The picture of this digest, as long as an application wears it."""
    known = or_(LOOK.c.logo_digest == digest, LOOK.c.picture_digest == digest)
    query = select(LOOK.c.logo_digest, LOOK.c.logo, LOOK.c.picture).where(known).limit(1)
    row = session.execute(query).first()
    if row is None:
        return None
    found: bytes | None = row.logo if row.logo_digest == digest else row.picture
    return found


def save(session: Session, clock: Clock, client_id: str, wanted: Changes, version: int) -> None:
    """Stores the look over the one that was read at ``version``.

    :raises VersionConflict: somebody else saved first.
    """
    values: dict[str, Any] = {
        "accent": wanted.accent,
        "background": wanted.background,
        "texts": json.dumps(wanted.texts, ensure_ascii=False) if wanted.texts else None,
        "updated_at": clock(),
        "version": version + 1,
    }
    for name, content in (("logo", wanted.logo), ("picture", wanted.picture)):
        if content is not None:
            digest = hashlib.sha256(content).hexdigest() if content else None
            values |= {name: content or None, f"{name}_digest": digest}
    if version:
        known = (LOOK.c.client_id == client_id, LOOK.c.version == version)
        done = session.execute(update(LOOK).where(*known).values(values))
        if done.rowcount != 1:  # type: ignore[attr-defined]
            raise VersionConflict
        return
    try:
        with session.begin_nested():
            session.execute(insert(LOOK), {"client_id": client_id, **values})
    except IntegrityError as error:
        raise VersionConflict from error


def forget_client(session: Session, client_id: str) -> None:
    session.execute(delete(LOOK).where(LOOK.c.client_id == client_id))
