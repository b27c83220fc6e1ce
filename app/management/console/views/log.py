"""The log: sign-ins and changes, filtered, page by page, and as a file."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from flask import Response, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue

from app.administrators import admins
from app.audit.trail import Event, Filter, page
from app.management.console import desk
from app.management.console.access import requires
from app.management.console.blueprint import admin
from app.management.console.labels import EVENTS

PER_PAGE = 30
BATCH = 1000
MOST = 100_000
"""Rows of one export."""
NAMES = ("kind", "subject", "client_id", "connection_id", "outcome", "request_id")
COLUMNS = (
    *("time", "kind", "actor", "subject", "client_id", "connection_id", "rule", "outcome"),
    *("admin_id", "address", "device", "request_id"),
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@admin.get("/log")
@requires("viewer")
def log() -> ResponseReturnValue:
    """Sign-ins and changes, filtered, the newest first."""
    sent = request.args.get("before", "")
    before = int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 18 else None
    found = page(desk.session(), _filter(), before=before, limit=PER_PAGE + 1)
    shown = found[:PER_PAGE]
    kept: dict[str, Any] = {name: request.args[name] for name in _sent()}
    actors = {one.actor.removeprefix("admin:") for one in shown if one.actor.startswith("admin:")}
    return render_template(
        "admin/log.html",
        found=shown,
        kept=kept,
        kinds=EVENTS,
        who=admins.names(desk.session(), actors),
        after=sent,
        first=url_for("admin.log", **kept),
        next=url_for("admin.log", before=shown[-1].id, **kept) if shown else "",
        next_after=len(found) > PER_PAGE,
        export=url_for("admin.export_log", **kept),
    )


@admin.get("/log.csv")
@requires("editor")
def export_log() -> ResponseReturnValue:
    """The filtered log as CSV; cells that a spreadsheet would run are made harmless."""
    lines = _lines(_filter())
    head = {"Content-Disposition": "attachment; filename=qiao-log.csv"}
    return Response(stream_with_context(lines), mimetype="text/csv", headers=head)


def _lines(wanted: Filter) -> Iterator[str]:
    session = desk.session()
    yield "﻿" + _row([*COLUMNS, "detail"])
    before, written = None, 0
    while written < MOST:
        batch = page(session, wanted, before=before, limit=BATCH)
        session.rollback()  # no connection is held while the reader takes its time
        for event in batch:
            yield _row([*_cells(event), json.dumps(dict(event.detail), ensure_ascii=False)])
        written += len(batch)
        if len(batch) < BATCH:
            return
        before = batch[-1].id


def _cells(event: Event) -> list[str]:
    moment = datetime.fromtimestamp(event.time, UTC).isoformat()
    return [moment, *(str(getattr(event, name) or "") for name in COLUMNS[1:])]


def _row(cells: list[str]) -> str:
    line = io.StringIO()
    safe = ["'" + cell if cell.startswith(_FORMULA) else cell for cell in cells]
    csv.writer(line).writerow(safe)
    return line.getvalue()


def _sent() -> list[str]:
    return [name for name in (*NAMES, "since", "until") if request.args.get(name, "").strip()]


def _filter() -> Filter:
    exact = {
        name: request.args[name].replace("\0", "").strip()[:255]
        for name in NAMES
        if name in _sent()
    }
    return Filter(**exact, since=_day("since"), until=_day("until", end=True))


def _day(name: str, *, end: bool = False) -> int | None:
    """Midnight UTC that a day begins or ends with; None for what is no day."""
    try:
        day = datetime.strptime(request.args.get(name, ""), "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return None
    return int(day.timestamp()) + (86400 if end else 0)
