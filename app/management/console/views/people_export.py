"""The list of people as a file: which columns, and whether for a spreadsheet or a program."""

from flask import Response, flash, redirect, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.records import listing
from app.management.console import access, desk
from app.management.console.access import requires
from app.management.services import people_exports, people_filters
from app.management.services.people_exports import COLUMNS, USUAL


@requires("editor")
def export_accounts() -> ResponseReturnValue:
    """Chooses columns and form; the list is the one that was looked at."""
    wanted, kept, unclear = people_filters.read(request.args.get)
    if unclear:
        return _back_to_list()
    return render_template(
        "admin/export.html",
        kept=kept,
        count=listing.count(desk.session(), wanted),
        columns=COLUMNS,
        usual=USUAL,
    )


@requires("editor", confirmed=True)
def export_accounts_file() -> ResponseReturnValue:
    """The file, while it is read from the database."""
    wanted, kept, unclear = people_filters.read(request.args.get)
    if unclear:
        return _back_to_list()
    columns = [name for name in COLUMNS if name in request.args.getlist("column")]
    if not columns:
        flash(_("Choose a column at least."), "warn")
        return redirect(url_for("admin.export_accounts", **kept), 303)  # type: ignore[arg-type]
    as_json = request.args.get("format") == "json"
    actor = access.acting()
    actor.note("accounts.exported", {"columns": columns, "filters": sorted(kept)})
    desk.session().commit()
    make = people_exports.json_lines if as_json else people_exports.csv_lines
    name, mimetype = (
        ("people.jsonl", "application/x-ndjson") if as_json else ("people.csv", "text/csv")
    )
    head = {"Content-Disposition": f"attachment; filename={name}"}
    told = people_exports.told(actor, make(actor, wanted, columns), int(not as_json))
    lines = stream_with_context(told)
    return Response(lines, mimetype=mimetype, headers=head)


def _back_to_list() -> ResponseReturnValue:
    """To where it is said that a filter was not understood; a file would look like an answer."""
    sent = {name: request.args[name] for name in people_filters.NAMES if name in request.args}
    return redirect(url_for("admin.accounts", **sent), 303)  # type: ignore[arg-type]
