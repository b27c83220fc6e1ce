"""Merging two accounts with a preview, undoing it, and the queue of what must be decided."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.records import conflicts as queue
from app.accounts.records import directory, listing, merge
from app.accounts.records.conflicts import Conflict
from app.accounts.records.merge import CannotMerge
from app.management.console import access, comparing, desk, forms
from app.management.console.access import requires
from app.management.console.saving import doing, said
from app.management.services import accounts as service
from app.management.services import comparison
from app.management.services.refusals import refusal_of

PER_PAGE = 50


@requires("viewer")
def preview_merge(account_id: str) -> ResponseReturnValue:
    """What a merge would do; nothing is done."""
    other = request.args.get("other", "").strip()[:200]
    problem, seen, sides = "", None, []
    try:
        if other:
            found = listing.search(desk.session(), other, limit=2)
            if len(found) > 1:
                problem = _("Several accounts match. Name one by its sub.")
            else:
                dropped = found[0].id if found else other[:22]
                seen = merge.preview(desk.session(), account_id[:22], dropped)
                sides = comparison.sides(access.acting(), account_id, dropped)
    except CannotMerge as error:
        problem = said(refusal_of(error))
    return render_template(
        "admin/merge.html",
        account_id=account_id,
        name=directory.names(desk.session(), [account_id]).get(account_id, account_id),
        other=other,
        seen=seen,
        problem=problem,
        sides=sides,
        rows=comparing.rows(sides),
    )


@requires("editor", confirmed=True)
def merge_accounts(account_id: str) -> ResponseReturnValue:
    """Makes two accounts one; can be undone for thirty days."""
    with doing() as done:
        merged = service.join(access.acting(), account_id, forms.text("other"))
    if not done.ok:
        return redirect(url_for("admin.preview_merge", account_id=account_id), 303)
    flash(_("Merged. It can be undone for 30 days."))
    return redirect(url_for("admin.account", account_id=merged.kept), 303)


@requires("editor", confirmed=True)
def undo_merge(merge_id: str) -> ResponseReturnValue:
    """Takes a merge back: there are two accounts again."""
    with doing() as done:
        parted = service.part(access.acting(), merge_id)
    if not done.ok:
        return redirect(url_for("admin.accounts"), 303)
    flash(_("Undone: there are two accounts again, and what the merge had decided is open again."))
    return redirect(url_for("admin.account", account_id=parted.kept), 303)


@requires("viewer")
def conflicts() -> ResponseReturnValue:
    """What nobody guessed about; the oldest first."""
    state = request.args.get("state", "open")
    state = state if state in ("open", "resolved", "dismissed") else "open"
    moment, _dot, conflict_id = request.args.get("after", "").partition(".")
    numeric = moment.isascii() and moment.isdigit() and len(moment) < 16
    after = (int(moment), conflict_id[:22]) if numeric else None
    found = queue.page(desk.session(), state, after=after, limit=PER_PAGE + 1)
    last = found[PER_PAGE - 1] if len(found) > PER_PAGE else None
    return render_template(
        "admin/conflicts.html",
        found=found[:PER_PAGE],
        names=_names(found[:PER_PAGE]),
        state=state,
        after=request.args.get("after", ""),
        next_after=f"{last.opened_at}.{last.id}" if last else None,
    )


@requires("viewer")
def conflict(conflict_id: str) -> ResponseReturnValue:
    """Both sides of one conflict, and what can be decided."""
    found = _load(conflict_id)
    sides = comparison.sides(access.acting(), found.account_id, found.other_account_id)
    return render_template(
        "admin/conflict.html", conflict=found, sides=sides, rows=comparing.rows(sides)
    )


@requires("editor", confirmed=True)
def decide_conflict(conflict_id: str) -> ResponseReturnValue:
    """Leaves everything as it is, or follows the new shared name. Merging has a page of its own."""
    found = _load(conflict_id)
    if forms.text("decision") == "follow":
        done = queue.follow_changed_name(desk.session(), desk.clock(), found.id, access.actor())
    else:
        done = queue.dismiss(desk.session(), desk.clock(), found.id, access.actor())
    if not done:
        desk.session().rollback()
        flash(_("This conflict is no longer open, or cannot be decided this way."), "warn")
        return redirect(url_for("admin.conflict", conflict_id=found.id), 303)
    desk.session().commit()
    flash(_("Decided."))
    return redirect(url_for("admin.conflicts"), 303)


def _names(found: list[Conflict]) -> dict[str, str]:
    ids = {one for each in found for one in (each.account_id, each.other_account_id) if one}
    return directory.names(desk.session(), ids)


def _load(conflict_id: str) -> Conflict:
    found = queue.get(desk.session(), conflict_id) if len(conflict_id) <= 22 else None
    if found is None:
        abort(404)
    return found
