"""Home: what is healthy, what to do next, and the first steps on an empty server."""

from dataclasses import dataclass

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.records import conflicts
from app.audit.trail import Filter, page
from app.elements import current_federation
from app.enablement.sources import connections_in_use
from app.management.console import access, desk, event_words, labels, names
from app.management.console.access import requires
from app.management.services import connections as service
from federation import Connection, Credential, Fault


@dataclass(frozen=True, slots=True)
class Tile:
    """:param level: ``good``, ``warn`` or ``bad``. :param next: what to do about it."""

    title: str
    level: str
    fact: str
    next: str
    address: str


@dataclass(frozen=True, slots=True)
class FirstStep:
    """One of the steps from nothing to the first sign-in."""

    title: str
    done: bool
    address: str


@dataclass(frozen=True, slots=True)
class _Known:
    """What the page rests on, read once."""

    credentials: list[Credential]
    faults: list[Fault]
    connections: list[Connection]
    some_client: str | None
    enabled: set[str]
    signed_in: bool
    conflicts: int


@requires("viewer")
def home() -> ResponseReturnValue:
    """What is healthy, what to do next, and the first steps on an empty server."""
    known = _look()
    steps = _first_steps(known)
    recent = page(desk.session(), limit=8)
    return render_template(
        "admin/home.html",
        tiles=[
            _credentials(known),
            _connections(known),
            _applications(known),
            _accounts(known),
            _keys(),
        ],
        steps=[] if all(step.done for step in steps) else steps,
        recent=recent,
        applications=names.of_applications(one.client_id or "" for one in recent),
        people=names.of_people(one.subject for one in recent if one.subject),
        said=event_words,
        has_second_factor=access.current_admin().has_totp
        or bool(desk.passkeys().of(desk.session(), access.current_admin().id)),
    )


def _look() -> _Known:
    session, federation = desk.session(), current_federation()
    stores = federation.credentials.used(session)
    clients = desk.provider().clients.page(session, limit=1)
    return _Known(
        credentials=[one for store in stores for one in store.all(session)],
        faults=[one for store in stores for one in store.faults(session)],
        connections=federation.connections.all(session),
        some_client=clients[0].client_id if clients else None,
        enabled=connections_in_use(session),
        signed_in=bool(page(session, Filter(kind="sign_in.succeeded"), limit=1)),
        conflicts=conflicts.open_count(session),
    )


def _first_steps(known: _Known) -> list[FirstStep]:
    client = known.some_client
    application = url_for("admin.new_application")
    return [
        FirstStep(_add_credential(), bool(known.credentials), _new_credential()),
        FirstStep(_("Add a connection"), bool(known.connections), url_for("admin.choose_mode")),
        FirstStep(_("Register an application"), client is not None, application),
        FirstStep(
            _("Let the application use the connection"),
            bool(known.enabled),
            url_for("admin.matrix"),
        ),
        FirstStep(
            _("Try it"),
            known.signed_in,
            url_for("admin.try_application", client_id=client) if client else application,
        ),
    ]


def _add_credential() -> str:
    """What adding one is called: as the first source calls it, with which people begin."""
    return str(_(next(iter(current_federation().sources)).credentials.words.add))


def _new_credential() -> str:
    """Where one of the first source is added, as the step's title says."""
    source = next(iter(current_federation().sources))
    return url_for("admin.new_credential", source_id=source.id)


def _credentials(known: _Known) -> Tile:
    address, title = url_for("admin.credentials"), labels.credentials_title()
    unusable = [one.id for one in known.credentials if not one.is_usable]
    if not known.credentials:
        return Tile(title, "warn", _("None yet."), _add_credential(), address)
    if unusable or known.faults:
        names = ", ".join([*unusable, *(fault.credential_id for fault in known.faults)][:3])
        fact = _("Refused, or nobody can read: %(names)s.", names=names)
        return Tile(title, "bad", fact, _("See what to mend"), address)
    fact = _("%(count)s, none refused.", count=len(known.credentials))
    return Tile(title, "good", fact, _("See them"), address)


def _connections(known: _Known) -> Tile:
    address, title = url_for("admin.connections"), _("Connections")
    on = [one for one in known.connections if one.enabled and one.credential.is_usable]
    broken = [one.id for one in known.connections if one.enabled and not one.credential.is_usable]
    if broken:
        fact = _("Without a usable credential: %(names)s.", names=", ".join(broken[:3]))
        return Tile(title, "bad", fact, _("See what to mend"), address)
    refused = sorted(service.refused(access.acting()))
    if refused:
        fact = _("Their credential was refused: %(names)s.", names=", ".join(refused[:3]))
        return Tile(title, "bad", fact, _("See what to mend"), address)
    if not on:
        return Tile(title, "warn", _("Nobody can sign in yet."), _("Add a connection"), address)
    return Tile(title, "good", _("%(count)s can be used.", count=len(on)), _("See them"), address)


def _applications(known: _Known) -> Tile:
    title = _("Applications")
    if known.some_client is None:
        new = url_for("admin.new_application")
        return Tile(title, "warn", _("None yet."), _("Register an application"), new)
    if not known.enabled:
        matrix = url_for("admin.matrix")
        return Tile(title, "warn", _("None may use a connection."), _("Switch one on"), matrix)
    fact = _("Registered, with ways to sign in.")
    return Tile(title, "good", fact, _("See them"), url_for("admin.applications"))


def _accounts(known: _Known) -> Tile:
    title = _("Accounts and conflicts")
    if known.conflicts:
        fact = _("Conflicts that wait for your decision: %(count)s.", count=known.conflicts)
        return Tile(title, "warn", fact, _("Decide them"), url_for("admin.conflicts"))
    fact = _("Nothing to decide.")
    return Tile(title, "good", fact, _("Look somebody up"), url_for("admin.accounts"))


def _keys() -> Tile:
    address, title = url_for("admin.keys"), _("Signing keys")
    states = desk.provider().keys.states(desk.session())
    active = [key for key in states if key.state == "active"]
    if not active:
        return Tile(title, "good", _("The first sign-in makes one."), _("See them"), address)
    oldest = min(key.activated_at or key.created_at for key in active)
    days = (desk.clock()() - oldest) // 86400
    fact = _("The oldest has signed for %(days)s days.", days=days)
    late = days * 86400 > desk.provider().settings.key_rotation_age
    return Tile(title, "warn" if late else "good", fact, _("See them"), address)
