"""Imports and actions on many: brought, looked through, run with progress, and told row by row.

A worker of the server does the work; these pages look how far it is, and need no script for it.
"""

from typing import Any

from flask import (
    Response,
    abort,
    flash,
    redirect,
    render_template,
    request,
    stream_with_context,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.imports.columns import FIELDS
from app.accounts.imports.decoding import ENCODINGS, Encoding
from app.accounts.imports.rows import sentences
from app.accounts.records import directory, listing
from app.administrators import admins
from app.management.console import access, desk, forms
from app.management.console.access import requires
from app.management.console.forms import Form
from app.management.console.saving import doing, saving
from app.management.services import people_filters
from app.management.services.jobs import acting, control, store, uploads
from app.management.services.jobs.store import Job
from federation.errors import InvalidFields, Problem
from federation.translation import N_

PER_PAGE = 30
SHOWN = 50
"""Rows of a result that a page shows; the file has all of them."""


@requires("editor")
def account_jobs() -> ResponseReturnValue:
    """What was imported and done to many, the newest first."""
    sent = request.args.get("after", "")
    found = store.page(desk.session(), people_filters.place(sent), PER_PAGE + 1)
    shown = found[:PER_PAGE]
    who = {one.actor.removeprefix("admin:") for one in shown}
    return render_template(
        "admin/account_jobs.html",
        jobs=shown,
        who=admins.names(desk.session(), who),
        after=sent,
        next_after=f"{shown[-1].created_at}.{shown[-1].id}" if len(found) > PER_PAGE else "",
    )


@requires("editor")
def import_accounts() -> ResponseReturnValue:
    """Takes a file; nothing is imported before its columns were named and its rows looked at."""
    form = Form({"encoding": forms.text("encoding") or "auto"})
    if forms.is_sent():
        sent = request.files.get("file")
        job = None
        with saving(form, {}, 0):
            if sent is None or not sent.filename:
                raise InvalidFields([Problem("file", N_("Choose a file."))])
            known: Encoding = "auto"
            encoding = next((one for one in ENCODINGS if one == form.values["encoding"]), known)
            job = uploads.upload(access.acting(), sent.stream, encoding, sent.filename)
        if form.status == 200 and job is not None:
            return _to(job)
    page = render_template("admin/import.html", form=form, encodings=ENCODINGS, fields=FIELDS)
    return page, form.status


@requires("editor")
def account_job(job_id: str) -> ResponseReturnValue:
    """How far it is; of an import first what its columns mean, and what it would do."""
    return _job_page(_load(job_id), None)


@requires("editor")
def check_job(job_id: str) -> ResponseReturnValue:
    """Has the rows looked through, with these columns."""
    job = _load(job_id)
    form = Form({name: forms.text(name) for name in (*FIELDS, "open_platform", "appid", "region")})
    with saving(form, {}, 0):
        mapped = uploads.mapped(form.values, job.options.get("columns", ()))
        options = {name: form.values[name] for name in ("open_platform", "appid")}
        region = str(form.values["region"]).upper()[:2] or "CN"
        control.check(access.acting(), job, {**options, "region": region, "mapped": mapped})
    return _to(job) if form.status == 200 else (_job_page(job, form), form.status)


@requires("editor", confirmed=True)
def run_job(job_id: str) -> ResponseReturnValue:
    """Imports, or goes on with what was stopped."""
    job = _load(job_id)
    with doing():
        control.run(access.acting(), job)
    return _to(job)


@requires("editor")
def stop_job(job_id: str) -> ResponseReturnValue:
    """Ends it; what was done stays, and the rest can be done later."""
    job = _load(job_id)
    with doing() as done:
        control.stop(access.acting(), job)
    if done.ok:
        flash(_("Stopped. What was done stays done; it can go on from here."))
    return _to(job)


@requires("editor")
def job_result(job_id: str) -> ResponseReturnValue:
    """What became of each row, as a file that a spreadsheet can open safely."""
    job = _load(job_id)
    lines = control.lines(access.acting(), job)
    head = {"Content-Disposition": f"attachment; filename=result-{job.id[:8].strip('-_')}.csv"}
    return Response(stream_with_context(lines), mimetype="text/csv", headers=head)


@requires("editor")
def ask_action() -> ResponseReturnValue:
    """Says to how many it would be done, and asks."""
    action = next((one for one in acting.ACTIONS if one == forms.text("action")), None)
    if action is None:
        abort(400)
    wanted, kept, unclear = people_filters.read(request.form.get)
    if unclear:  # no form of ours: everybody would be meant by what was to narrow them down
        abort(400)
    whole = forms.text("whom") == "all"
    chosen = [] if whole else forms.chosen("chosen")[: acting.MOST_CHOSEN]
    if not whole and not chosen:
        flash(_("Choose somebody first."), "warn")
        return redirect(url_for("admin.accounts", **kept), 303)  # type: ignore[arg-type]
    people = [directory.get(desk.session(), one.partition(".")[0][:22]) for one in chosen]
    return render_template(
        "admin/ask_action.html",
        action=action,
        kept=kept,
        chosen=chosen,
        meant=[one for one in people if one],
        count=listing.count(desk.session(), wanted) if whole else None,
    )


@requires("editor", confirmed=True)
def begin_action() -> ResponseReturnValue:
    """Has it done, with progress."""
    action = next((one for one in acting.ACTIONS if one == forms.text("action")), None)
    if action is None:
        abort(400)
    wanted, kept, unclear = people_filters.read(request.form.get)
    if unclear:  # no form of ours: everybody would be meant by what was to narrow them down
        abort(400)
    sent = [one.partition(".") for one in forms.chosen("chosen")[: acting.MOST_CHOSEN]]
    some = [(name[:22], forms.whole(seen) if seen else None) for name, _dot, seen in sent]
    with doing() as done:
        whom = wanted if forms.text("whom") == "all" else some
        job = acting.begin(access.acting(), action, whom)
    if not done.ok:
        return redirect(url_for("admin.accounts", **kept), 303)  # type: ignore[arg-type]
    return _to(job)


def _load(job_id: str) -> Job:
    found = store.get(desk.session(), job_id)
    if found is None:
        abort(404)
    return found


def _to(job: Job) -> ResponseReturnValue:
    return redirect(url_for("admin.account_job", job_id=job.id), 303)


def _job_page(job: Job, form: Form | None) -> str:
    actor = access.acting()
    who = admins.names(desk.session(), {job.actor.removeprefix("admin:")})
    values: dict[str, Any] = {"region": "CN", **job.options, **job.options.get("mapped", {})}
    return render_template(
        "admin/account_job.html",
        job=job,
        by=who.get(job.actor.removeprefix("admin:"), job.actor),
        form=form or Form(values),
        fields_known=FIELDS,
        platforms=uploads.open_platforms(actor),
        troubles=control.told(actor, job, "conflict", "refused", "kept", most=SHOWN),
        why=_why,
        now=actor.clock(),
    )


def _why(reason: str) -> str:
    """What the codes of a row say, or what an action on somebody answered."""
    return " ".join(str(_(one)) for one in sentences(reason) or [reason] if one)
