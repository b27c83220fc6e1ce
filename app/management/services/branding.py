"""Giving an application its logo and colour."""

from app.branding import colours, pictures, store
from app.branding.pictures import UnusablePicture
from app.branding.store import Branding
from app.management.services.actor import Actor, differences
from federation.errors import InvalidFields, Problem
from federation.translation import N_


def change(
    actor: Actor, client_id: str, accent: str, picture: bytes | None, version: int
) -> Branding:
    """Saves what was opened at ``version``.

    :param accent: ``#rrggbb``, or empty for none.
    :param picture: a PNG, JPEG or WebP file; empty to take the logo away; None to keep it.
    :raises federation.errors.InvalidFields: with every problem at once.
    :raises federation.errors.VersionConflict: somebody else saved first.
    """
    problems, logo = [], picture
    wanted = colours.normal(accent) if accent else None
    if accent and wanted is None:
        problems.append(Problem("accent", N_("A colour is # and six hexadecimal digits.")))
    if picture:
        try:
            logo = pictures.redrawn(picture)
        except UnusablePicture as error:
            problems.append(Problem("logo", error.message))
    if problems:
        raise InvalidFields(problems)
    before = store.of_client(actor.session, client_id)
    store.save(actor.session, actor.clock, client_id, wanted, logo, version)
    after = store.of_client(actor.session, client_id)
    actor.note("client.look_changed", differences(_told(before), _told(after)), client_id=client_id)
    return after


def _told(branding: Branding) -> dict[str, str | None]:
    return {"accent": branding.accent, "logo": branding.logo and branding.logo[:12]}
