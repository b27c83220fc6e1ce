"""Overview: sign-ins, new people and failures of the last hours or days, drawn and in numbers."""

from collections.abc import Iterator

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.management.console import charts, desk, event_words, names
from app.management.console.access import requires
from app.management.services.spreadsheets import BEGINNING, row
from app.statistics.overview import Bar, Overview, overview
from app.statistics.periods import NAMES, Name
from app.web.times import said, viewer_zone

LONGEST_LIST = 10
"""Applications or reasons that are named on the page; the file has all."""


@requires("viewer")
def overview_page() -> ResponseReturnValue:
    """Sign-ins, new people and failures of a period, by what and why."""
    found = _look()
    clients = found.clients[:LONGEST_LIST]
    by_client = charts.stacked([bar.clients for bar in found.bars])
    return render_template(
        "admin/overview.html",
        found=found,
        periods=NAMES,
        labels=[_label(found, bar.start) for bar in found.bars],
        by_connection=charts.stacked([bar.connections for bar in found.bars]),
        by_client=by_client,
        connection_names=names.of_connections(),
        client_names=names.of_applications(name for name, _count in clients),
        clients=clients,
        new_at=dict(found.new_at),
        failures=found.failures[:LONGEST_LIST],
        reasons=event_words,
        title=title,
        live=_has_hours_of_two_days(found),
        export=url_for("admin.export_overview", period=found.period.name),
    )


@requires("viewer")
def export_overview() -> ResponseReturnValue:
    """The numbers of the same period as CSV."""
    found = _look()
    head = {
        "Content-Disposition": f"attachment; filename=qiao-overview-{found.period.name}.csv",
    }
    return Response("".join(_lines(found)), mimetype="text/csv", headers=head)


def _look() -> Overview:
    asked = request.args.get("period")
    name: Name = asked if asked in NAMES else "7d"
    return overview(desk.session(), desk.clock(), name, viewer_zone())


def _label(found: Overview, start: int) -> str:
    return said(start, "minute" if found.period.is_hours else "day")


def _has_hours_of_two_days(found: Overview) -> bool:
    """Whether days of this zone begin within an hour of UTC."""
    return not found.period.is_hours and any(start % 3600 for start in found.period.starts)


def _lines(found: Overview) -> Iterator[str]:
    groups = (
        ("connection", [name for name, _count in found.connections]),
        ("application", [name for name, _count in found.clients]),
        ("new people at", [name for name, _count in found.new_at]),
        ("failure", [name for name, _count in found.failures]),
        ("failed at", [name for name, _count in found.failed_at]),
        ("way", [name for name, _count in found.ways]),
    )
    heads = [f"{kind}: {name or '-'}" for kind, known in groups for name in known]
    zone = found.period.zone.key
    first = ("from", "time zone", "sign-ins", "new people", "failures")
    yield BEGINNING + row([*first, *heads])
    for bar in found.bars:
        parts = (bar.connections, bar.clients, bar.new_at, bar.failures, bar.failed_at, bar.ways)
        counts = [
            part.get(name, 0)
            for part, (_kind, known) in zip(parts, groups, strict=True)
            for name in known
        ]
        yield row([_label(found, bar.start), zone, *_whole(bar), *counts])


def _whole(bar: Bar) -> tuple[int, int, int]:
    return bar.sign_ins, bar.new_people, bar.failed


def title(name: str) -> str:
    """What a period is called."""
    return str(
        {
            "24h": _("24 hours"),
            "7d": _("7 days"),
            "30d": _("30 days"),
            "90d": _("90 days"),
        }[name]
    )
