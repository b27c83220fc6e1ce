"""What applications, connections and people are called, in brief, for lists that have their ids."""

from collections import Counter
from collections.abc import Iterable

from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.visible_names import shows
from app.administrators import admins
from app.audit.trail import masked
from app.elements import current_federation
from app.management.console import desk, labels
from app.tables.people import ACCOUNT
from app.web.i18n import current_language
from oidc.clients import search


def of_applications(ids: Iterable[str]) -> dict[str, str]:
    """Each in the language of the page, with its id where two are called alike; what is gone is
    called by its id.
    """
    wanted, tag = {*ids} - {""}, current_language().tag
    found = search.some(desk.provider().clients, desk.session(), wanted)
    known = {one.client_id: one for one in found}
    names = {}
    for client_id in wanted:
        client = known.get(client_id)
        name = client.metadata.in_language("client_name", tag) if client else None
        names[client_id] = labels.brief(name or client_id)
    called = Counter(names.values())
    alike = {id_: f"{name} ({id_})" for id_, name in names.items() if called[name] > 1}
    return {"": str(_("This service's own pages")), **names, **alike}


def of_connections() -> dict[str, str]:
    """Each with its id, since several may be called alike."""
    locale = current_language().locale
    known = current_federation().connections.all(desk.session())
    names = {one.id: labels.brief(one.label(locale)) for one in known}
    shown = {id_: f"{name} ({id_})" if name != id_ else id_ for id_, name in names.items()}
    return {"": str(_("Password")), **shown}


def of_administrators(actors: Iterable[str | None]) -> dict[str, str]:
    """The user names of those among them who are administrators, as the audit trail names them."""
    ids = {one.removeprefix("admin:") for one in actors if one and one.startswith("admin:")}
    return {f"admin:{id_}": name for id_, name in admins.names(desk.session(), ids).items()}


def of_people(subjects: Iterable[str]) -> dict[str, str]:
    """What they are called: by name, user name, or as much of the phone number as may be seen."""
    wanted = {*subjects}
    if not wanted:
        return {}
    of = ACCOUNT.c
    rows = desk.session().execute(
        select(of.id, of.name, of.username, of.phone).where(of.id.in_(wanted))
    )
    ways = {row.id: (row.name, row.username, masked(row.phone)) for row in rows}
    called = {id_: next((one for one in some if shows(one)), "") for id_, some in ways.items()}
    return {id_: labels.brief(str(name)) for id_, name in called.items() if name}
