"""Who may come in to an application, which groups it sees, and the roles of their members."""

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.audit.trail import Filter, page
from app.groups import access as store
from app.groups import catalog, people
from app.groups.access import FORMS, MODES, SEEN, Access, GroupThere
from app.groups.catalog import Group
from app.management.console import access, desk, event_words, forms, names
from app.management.console.access import requires
from app.management.console.forms import Form
from app.management.console.saving import doing, saving
from app.management.console.views.applications import load
from app.management.console.views.groups import tell_missing
from app.management.services import application_access as service
from app.management.services.groups import people_named
from oidc.clients.client import Client

FEW = 30
"""Groups that all stand on the page; of more, those that say something and those looked for."""
PER_PAGE = 50
KEPT_OUT = "access.refused"
MOST_KEPT = 5
"""Of whom was kept out; the log has all."""


@requires("viewer")
def application_access(client_id: str) -> ResponseReturnValue:
    """Who may come in, and what the application is told of groups."""
    client = load(client_id)
    known = store.of_client(desk.session(), client.client_id)
    if not forms.is_sent():
        return _page(Form(_values(known), known.version), client, known)
    return access.if_allowed("editor", lambda: _save(client, known))


def _save(client: Client, known: Access) -> ResponseReturnValue:
    typed = _typed(client)
    form = Form(_values(typed), typed.version)
    with saving(form, _values(known), known.version):
        service.save(access.acting(), typed)
    if form.status != 200:
        return _page(form, client, typed), form.status
    flash(_("Saved."))
    return _back(client)


@requires("editor")
def decide_person(client_id: str) -> ResponseReturnValue:
    """Lets somebody in, refuses them, or forgets what was decided."""
    client, decision = load(client_id), forms.text("decision")
    with doing() as done:
        _decide(client, forms.text("sub")[:22], decision)
    if done.ok:
        flash(_("Decided."))
    if forms.text("from") == "requests":
        return redirect(url_for("admin.access_requests"), 303)
    return _back(client)


def _decide(client: Client, sub: str, decision: str) -> None:
    seen = forms.text("seen")
    if decision == "forget":
        service.withdraw(access.acting(), client.client_id, sub, seen)
    elif decision in ("allowed", "refused"):
        service.decide(access.acting(), client.client_id, sub, decision, seen)


@requires("editor")
def let_people_in(client_id: str) -> ResponseReturnValue:
    """Lets in people who have not asked."""
    client, names = load(client_id), forms.all_lines("people")
    left, rest = names, names[PER_PAGE:]
    with doing() as done:
        named = people_named(desk.session(), names[:PER_PAGE])
        for account_id in named.ids:
            service.decide(access.acting(), client.client_id, account_id, "allowed")
        left = [*named.unknown, *named.several, *rest]
    if done.ok:
        flash(_("People let in: %(count)s.", count=len(named.ids)))
        tell_missing(named)
    if done.ok and rest:
        flash(
            _("Lines for the next time, which still stand there: %(count)s.", count=len(rest)),
            "warn",
        )
    if not left:
        return _back(client)
    known = store.of_client(desk.session(), client.client_id)
    return _page(Form(_values(known), known.version), client, known, left)


def _back(client: Client) -> ResponseReturnValue:
    return redirect(url_for("admin.application_access", client_id=client.client_id), 303)


def _typed(client: Client) -> Access:
    groups = {
        group_id: GroupThere(
            enters=forms.ticked(f"enters-{group_id}"),
            seen=forms.ticked(f"seen-{group_id}"),
            roles=_roles(forms.text(f"roles-{group_id}")),
        )
        for group_id in forms.chosen("group")
    }
    said = {group_id: there for group_id, there in groups.items() if there.says_something}
    texts = {name: forms.text(name) for name in ("mode", "seen", "form", "contact")}
    return Access(client.client_id, groups=said, version=forms.version(), **texts)


def _roles(typed: str) -> tuple[str, ...]:
    parts = typed.replace("，", ",").split(",")
    return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))


def _values(known: Access) -> dict[str, Any]:
    plain = {name: getattr(known, name) for name in ("mode", "seen", "form", "contact")}
    names = catalog.names_of(desk.session(), known.groups)
    groups = [_line(names.get(one, one), there) for one, there in known.groups.items()]
    return {**plain, "groups": sorted(groups)}


def _line(name: str, there: GroupThere) -> str:
    """One group in a line, for whoever compares what two have saved."""
    said = [*([_("may come in")] if there.enters else []), *([_("seen")] if there.seen else [])]
    return f"{name}: {', '.join([*said, *there.roles])}"


def _page(form: Form, client: Client, known: Access, left: Sequence[str] = ()) -> str:
    """:param left: of the names that were sent, those of whom nobody was let in."""
    every = catalog.every(desk.session())
    shown = _shown(every, known)
    return render_template(
        "admin/application_access.html",
        form=form,
        client=client,
        tab="access",
        known=known,
        left=left,
        rows=[(one, known.groups.get(one.id, GroupThere())) for one in shown],
        hidden=len(every) - len(shown),
        wanted=_words(),
        modes=MODES,
        seen=SEEN,
        forms_of_group=FORMS,
        **_people(client),
        **_kept_out(client),
    )


def _kept_out(client: Client) -> dict[str, Any]:
    """Who was kept out last, and what they are called."""
    found = page(desk.session(), Filter(kind=KEPT_OUT, client_id=client.client_id), limit=MOST_KEPT)
    called = names.of_people(one.subject for one in found if one.subject)
    return {"kept_out": found, "called": called, "said": event_words}


def _words() -> str:
    return request.args.get("q", "").replace("\0", "").strip()[:100]


def _shown(every: list[Group], known: Access) -> list[Group]:
    if len(every) <= FEW:
        return every
    words = _words().casefold()
    found = [one for one in every if words and words in f"{one.name} {one.called}".casefold()]
    wanted = {*known.groups, *(one.id for one in found[:FEW])}
    return [one for one in every if one.id in wanted]


def _people(client: Client) -> dict[str, Any]:
    after = after_of(request.args.get("after", ""))
    found = people.page(desk.session(), client_id=client.client_id, after=after, limit=PER_PAGE + 1)
    return {
        "people": found[:PER_PAGE],
        "deciders": names.of_administrators(one.decided_by for one in found),
        "after": request.args.get("after", ""),
        "next_after": key_of(found[PER_PAGE - 1]) if len(found) > PER_PAGE else None,
        "most": PER_PAGE,
    }


def key_of(one: people.PersonThere) -> str:
    """The place of a line in the list, for the page after it."""
    return f"{one.asked_at}.{one.account_id}.{one.client_id}"


def after_of(sent: str) -> tuple[int, str, str] | None:
    """What `key_of` said; None for what it never says."""
    moment, _dot, rest = sent.replace("\0", "").partition(".")
    account_id, _dot, client_id = rest.partition(".")
    numeric = moment.isascii() and moment.isdigit() and len(moment) < 16
    return (int(moment), account_id[:22], client_id[:255]) if numeric else None
