"""Groups: their names and rules, and who is in them."""

import io
from collections.abc import Sequence
from itertools import dropwhile
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.elements import current_federation
from app.groups import access as of_applications
from app.groups import catalog, members
from app.groups.catalog import Group, GroupFields
from app.groups.rules import KINDS, Rule
from app.management.console import access, desk, forms, names
from app.management.console.access import requires
from app.management.console.forms import Form
from app.management.console.saving import doing, saving
from app.management.services import groups as service
from app.management.services.groups import Named
from app.management.services.people_files import first_column

PER_PAGE, PEOPLE_PER_PAGE = 40, 30
TOLD = 5
"""Names that one notice repeats."""
LISTED = {kind: f"rule_{kind}" for kind in KINDS}
"""The fields of the form that hold the values of each kind of rule, a line each."""
_BESIDE = {"rules": "rule_email_domain", **{f"rules.{kind}": LISTED[kind] for kind in KINDS}}
"""Beside which of them a problem is told."""


@requires("viewer")
def groups() -> ResponseReturnValue:
    """Groups by name, or those whose name has the words in it, a page at a time."""
    wanted = request.args.get("q", "").replace("\0", "").strip()[:100]
    after = request.args.get("after", "")[:64]
    found = catalog.every(desk.session(), wanted)
    if after:  # in the order of the database, whatever that is
        found = list(dropwhile(lambda one: one.name != after, found))[1:]
    shown = found[:PER_PAGE]
    return render_template(
        "admin/groups.html",
        found=shown,
        wanted=wanted,
        after=after,
        next_after=shown[-1].name if len(found) > PER_PAGE else None,
        counts=members.put_counts(desk.session(), (one.id for one in shown)),
        ceiling=members.CEILING,
    )


@requires("editor")
def new_group() -> ResponseReturnValue:
    """The form of a new group."""
    form = Form(_typed() if forms.is_sent() else _values(GroupFields("")))
    if not forms.is_sent():
        return _page(form)
    with saving(form, {}, 0, _BESIDE):
        made = service.create(access.acting(), _fields())
    if form.status != 200:
        return _page(form), form.status
    flash(_("The group is there. Put people into it, or let its rules do so."))
    return redirect(url_for("admin.group", group_id=made.id), 303)


@requires("viewer")
def group(group_id: str) -> ResponseReturnValue:
    """One group: its name, its rules, and its members with a search."""
    known = _load(group_id)
    if not forms.is_sent():
        return _page(Form(_values(known.fields), known.version), known)
    return access.if_allowed("editor", lambda: _save(known))


def _save(known: Group) -> ResponseReturnValue:
    form = Form(_typed(), forms.version())
    with saving(form, _values(known.fields), known.version, _BESIDE):
        service.change(access.acting(), known, _fields(), form.version)
    if form.status != 200:
        return _page(form, known), form.status
    flash(_("Saved."))
    return _back(known)


@requires("editor")
def add_to_group(group_id: str) -> ResponseReturnValue:
    """Puts people into the group, by hand or from a file with one of them on each line."""
    known, content = _load(group_id), forms.upload("file")
    names, origin = forms.all_lines("people"), "import" if content else "hand"
    left = names
    with doing() as done:
        names = [*names, *first_column(io.BytesIO(content or b""))]
        named = service.people_named(desk.session(), names)
        left = [*named.unknown, *named.several]
        added = service.add_members(access.acting(), known, named.ids, origin)
    if done.ok:
        flash(_("People put into the group: %(count)s.", count=added))
        tell_missing(named)
    return _page(Form(_values(known.fields), known.version), known, left) if left else _back(known)


@requires("editor")
def remove_from_group(group_id: str) -> ResponseReturnValue:
    """Takes somebody out who was put there."""
    known = _load(group_id)
    with doing() as done:
        removed = service.remove_members(access.acting(), known, [forms.text("sub")])
    if done.ok and removed:
        flash(_("Taken out. Applications see it at the next refresh."))
    elif done.ok:
        flash(_("Somebody else took this away before. Nothing was changed."), "warn")
    return _back(known)


@requires("editor", confirmed=True)
def delete_group(group_id: str) -> ResponseReturnValue:
    """The group with its members and rules."""
    known = _load(group_id)
    with doing() as done:
        service.delete(access.acting(), known, forms.version())
    if not done.ok:
        return _back(known)
    flash(_("The group is deleted. Nobody is let in by it any more."))
    return redirect(url_for("admin.groups"), 303)


def tell_missing(named: Named) -> None:
    """What named nobody, or more than one person, so that it can be looked up."""
    if named.unknown:
        flash(_("Nobody is called: %(names)s", names=_some(named.unknown)), "warn")
    if named.several:
        names = _some(named.several)
        flash(_("Several people are called: %(names)s. Name one by the sub.", names=names), "warn")


def _some(names: tuple[str, ...]) -> str:
    more = [f"… (+{len(names) - TOLD})"] if len(names) > TOLD else []
    return ", ".join([*(name[:60] for name in names[:TOLD]), *more])


def _load(group_id: str) -> Group:
    known = catalog.get(desk.session(), group_id) if len(group_id) <= 64 else None
    if known is None:
        abort(404)
    return known


def _back(known: Group) -> ResponseReturnValue:
    return redirect(url_for("admin.group", group_id=known.id), 303)


def _page(form: Form, known: Group | None = None, left: Sequence[str] = ()) -> str:
    """:param left: of the names that were sent, those of whom nobody was put into the group."""
    return render_template(
        "admin/group.html",
        form=form,
        known=known,
        left=left,
        connections=current_federation().connections.all(desk.session()),
        **(_members(known) if known else {}),
    )


def _members(known: Group) -> dict[str, Any]:
    words = request.args.get("q", "").replace("\0", "").strip()[:200]
    moment, _dot, account_id = request.args.get("after", "").partition(".")
    numeric = moment.isascii() and moment.isdigit() and len(moment) < 16
    after = (int(moment), account_id[:22]) if numeric else None
    session = desk.session()
    found = members.page(session, known.id, words=words, after=after, limit=PEOPLE_PER_PAGE + 1)
    last = found[PEOPLE_PER_PAGE - 1] if len(found) > PEOPLE_PER_PAGE else None
    used_by = of_applications.of_group(session, known.id)
    return {
        "members": found[:PEOPLE_PER_PAGE],
        "count": members.count(session, known.id),
        "ceiling": members.CEILING,
        "wanted": words,
        "after": request.args.get("after", ""),
        "next_after": f"{last.created_at}.{last.account_id}" if last else None,
        "used_by": used_by,
        "applications": names.of_applications(used_by),
    }


def _typed() -> dict[str, Any]:
    """The form as it was sent, so that nothing typed is lost."""
    words = {name: forms.text(name) for name in ("name", "display")}
    description = forms.text("description").replace("\r\n", "\n")
    listed = {name: forms.lines(name) for name in LISTED.values()}
    return {**words, "description": description, **listed} | {
        "rule_connection": forms.chosen("rule_connection")
    }


def _fields() -> GroupFields:
    typed = _typed()
    rules = frozenset(Rule(kind, value) for kind, name in LISTED.items() for value in typed[name])
    return GroupFields(typed["name"], typed["display"], typed["description"], rules)


def _values(fields: GroupFields) -> dict[str, Any]:
    listed = {
        name: sorted(rule.value for rule in fields.rules if rule.kind == kind)
        for kind, name in LISTED.items()
    }
    words = {name: getattr(fields, name) for name in ("name", "display", "description")}
    return {**words, **listed}
