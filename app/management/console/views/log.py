"""The log: sign-ins and changes, filtered, page by page, as they happen, and as a file."""

import json
from collections.abc import Container, Iterator, Sequence
from typing import Any, NamedTuple

from flask import Response, abort, redirect, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.records import listing
from app.administrators import admins
from app.audit import trail
from app.audit.trail import Event, Filter, page
from app.management.console import desk, event_words, misread, names
from app.management.console.access import requires
from app.management.console.event_labels import EVENTS, by_surface
from app.management.console.labels import OUTCOMES
from app.management.services.spreadsheets import BEGINNING, row
from app.sign_in.places import told_place
from app.web.client_address import client_address, read_address
from app.web.i18n import current_language
from app.web.times import said, viewer_zone, written
from app.zones import read_time

PER_PAGE = 20
BATCH = 1000
MOST = 100_000
"""Rows of one export."""
MOST_PEOPLE = 50
"""Whom a name may mean: those who are found first."""
AROUND = 1800
"""Seconds before and after an event in which others may belong to it."""
EXACT = ("kind", "client_id", "connection_id", "outcome", "rule", "request_id")
FIELDS = (*EXACT, "subject", "person", "address", "since", "until")
COLUMNS = (
    *("time", "kind", "actor", "subject", "client_id", "connection_id", "rule", "outcome"),
    *("admin_id", "address", "device", "request_id", "seconds"),
)


@requires("viewer")
def log() -> ResponseReturnValue:
    """Sign-ins and changes, filtered, the newest first; with ``live`` it follows what happens."""
    before, after = _number("before"), _number("after")
    live = bool(request.args.get("live"))
    unclear, found = _unclear_times(), list[Event]()
    if not unclear:
        found = page(desk.session(), _filter(), before=before, after=after, limit=PER_PAGE + 1)
    misread.tell(unclear if found else [*unclear, *_unknown()])
    shown = found[-PER_PAGE:] if after else found[:PER_PAGE]
    more = len(found) > PER_PAGE
    kept: dict[str, Any] = {name: request.args[name] for name in _sent()}
    return render_template(
        "admin/log.html",
        found=shown,
        kept=kept,
        surfaces=by_surface(),
        known_kinds=EVENTS,
        chips=list(_chips(kept)),
        live=live,
        said=event_words,
        connections=names.of_connections(),
        previous=_page(kept, after=shown[0].id) if shown and (before or (after and more)) else "",
        next=_page(kept, before=shown[-1].id) if shown and (after or more) else "",
        first=url_for("admin.log", **kept),
        follow=url_for("admin.log", **kept, live=1),
        export=url_for("admin.export_log", **kept),
        **_called(shown, *([kept["subject"]] if "subject" in kept else [])),
    )


class Chip(NamedTuple):
    """A filter that is often wanted; pressed again it is taken away."""

    said: str
    address: str
    is_on: bool


def _chips(kept: dict[str, Any]) -> Iterator[Chip]:
    now = desk.clock()()
    wanted: dict[str, dict[str, Any]] = {
        _("Last hour"): {"since": said(now - 3600, "field")},
        _("24 hours"): {"since": said(now - 86400, "field")},
        _("Signed in"): {"kind": "sign_in.succeeded"},
        _("Refused"): {"outcome": "refused"},
    }
    for name, values in wanted.items():
        is_on = all(_is_near(kept.get(field), value) for field, value in values.items())
        rest = {field: value for field, value in kept.items() if field not in values}
        yield Chip(str(name), _page(rest, **({} if is_on else values)), is_on)


def _is_near(kept: str | None, wanted: str) -> bool:
    """The same, or the same ten minutes of a time that moves on while the page is read."""
    return kept is not None and kept[:15] == wanted[:15]


def _page(kept: dict[str, Any], **place: Any) -> str:
    return url_for("admin.log", **kept, **place)


@requires("viewer")
def log_event(event_id: str) -> ResponseReturnValue:
    """One event: what happened, why, from where, what mends it, and what else belongs to it."""
    session = desk.session()
    number = _read_number(event_id)
    event = None if number is None else trail.one(session, number)
    if event is None:
        abort(404)
    together = _together(event)
    return render_template(
        "admin/event.html",
        event=event,
        said=event_words,
        reason=event_words.reason(event),
        details=list(event_words.details(event)),
        where=_place(event),
        together=together,
        connections=names.of_connections(),
        around={"since": event.time - AROUND, "until": event.time + AROUND},
        **_called([event, *together]),
    )


def _together(event: Event) -> list[Event]:
    """What the same request did as well."""
    if event.request_id is None:
        return []
    found = page(desk.session(), Filter(request_id=event.request_id), limit=20)
    return [one for one in found if one.id != event.id]


def _place(event: Event) -> str | None:
    return told_place(event.address, client_address(), current_language().tag, "browser")


def _called(events: Sequence[Event], *people: str) -> dict[str, Any]:
    """What those are called whom the events name, and these people."""
    actors = {one.actor for one in events}
    clients = {one.client_id for one in events if one.client_id}
    clients |= {actor.removeprefix("client:") for actor in actors if actor.startswith("client:")}
    ids = {actor.removeprefix("admin:") for actor in actors if actor.startswith("admin:")}
    ids |= {one.admin_id for one in events if one.admin_id}
    return {
        "who": admins.names(desk.session(), ids),
        "people": names.of_people([*people, *(one.subject for one in events if one.subject)]),
        "applications": names.of_applications(clients),
    }


@requires("editor")
def export_log() -> ResponseReturnValue:
    """The filtered log as CSV, its times in the deployment's zone."""
    if _unclear_times():  # said there: a file would be taken for the answer
        sent: dict[str, Any] = {name: request.args[name] for name in _sent()}
        return redirect(url_for("admin.log", **sent), 303)
    lines = _lines(_filter())
    head = {"Content-Disposition": "attachment; filename=qiao-log.csv"}
    return Response(stream_with_context(lines), mimetype="text/csv", headers=head)


def _lines(wanted: Filter) -> Iterator[str]:
    session = desk.session()
    yield BEGINNING + row([*COLUMNS, "detail"])
    before, count = None, 0
    while count < MOST:
        batch = page(session, wanted, before=before, limit=BATCH)
        session.rollback()  # no connection is held while the reader takes its time
        for event in batch:
            detail = json.dumps(dict(event.detail), ensure_ascii=False)
            yield row([written(event.time), *_cells(event), detail])
        count += len(batch)
        if len(batch) < BATCH:
            return
        before = batch[-1].id


def _cells(event: Event) -> Iterator[object]:
    for name in COLUMNS[1:]:
        value = getattr(event, name)
        yield "" if value is None else value


def _sent() -> list[str]:
    return [name for name in FIELDS if request.args.get(name, "").strip()]


def _text(name: str) -> str:
    return request.args.get(name, "").replace("\0", "").strip()[:255]


def _number(name: str) -> int | None:
    return _read_number(request.args.get(name, ""))


def _read_number(sent: str) -> int | None:
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 18 else None


def _filter() -> Filter:
    zone = viewer_zone()
    exact = {name: _text(name) for name in EXACT if _text(name)}
    address = read_address(_text("address"))
    return Filter(
        **exact,
        subject=_text("subject") or None,
        subjects=_people(),
        address=str(address) if address else _text("address") or None,
        since=read_time(_text("since"), zone),
        until=read_time(_text("until"), zone, end=True),
    )


def _unclear_times() -> list[str]:
    """What the page calls the times that were typed and are none."""
    times = {"since": _("Since"), "until": _("Until")}
    zone = viewer_zone()
    return [
        str(said)
        for name, said in times.items()
        if _text(name) and read_time(_text(name), zone) is None
    ]


def _unknown() -> list[str]:
    """The same of codes that no event is known to have."""
    known: dict[str, tuple[str, Container[str]]] = {
        "kind": (_("What"), EVENTS),
        "outcome": (_("Outcome"), OUTCOMES),
        "rule": (_("Why it failed"), event_words.REASONS),
    }
    return [
        str(said)
        for name, (said, codes) in known.items()
        if _text(name) and _text(name) not in codes
    ]


def _people() -> tuple[str, ...] | None:
    """Whom the name, number or id means that was typed; None where none was."""
    typed = _text("person")
    if not typed:
        return None
    found = listing.search(desk.session(), typed, limit=MOST_PEOPLE)
    return tuple(one.id for one in found)
