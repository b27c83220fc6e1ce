"""Times as pages write them: in the zone of whoever looks, with UTC to hover over.

The zone is the one that an administrator chose in their profile, else the browser's, which a small
script puts into a cookie, else the deployment's (``QIAO_TIME_ZONE``). Days begin and end in it too.
"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from babel.dates import get_datetime_format
from flask import Flask, current_app, g, has_request_context, request
from flask_babel import format_date, format_time, get_locale
from markupsafe import Markup, escape

from app.zones import system_zone, zone_named

COOKIE = "qiao_zone"
SHOWN = {
    "minute": "%Y-%m-%d %H:%M",
    "second": "%Y-%m-%d %H:%M:%S",
    "day": "%Y-%m-%d",
    "field": "%Y-%m-%dT%H:%M",
}


def deployment_zone() -> ZoneInfo:
    """What days are of that nobody looks at: in files, and in answers to programs."""
    named: str | None = current_app.extensions["settings"].time_zone
    return zone_named(named) or system_zone()


def prefer(name: str | None) -> None:
    """The zone that whoever looks has chosen, before their browser's; None for no choice."""
    g.chosen_zone = zone_named(name)
    g.pop("viewer_zone", None)


def viewer_zone() -> ZoneInfo:
    """The zone that this page is written in."""
    if not has_request_context():
        return deployment_zone()
    if "viewer_zone" not in g:  # asked for with each time of a list
        chosen: ZoneInfo | None = g.get("chosen_zone")
        named = chosen or zone_named(request.cookies.get(COOKIE))
        g.viewer_zone = named or deployment_zone()
    zone: ZoneInfo = g.viewer_zone
    return zone


def zone_to_compare() -> str | None:
    """The zone of this page where the browser's is wanted; None where another was chosen, and on a
    page that cannot be asked for again."""
    if g.get("chosen_zone") is not None or request.method != "GET":
        return None
    return viewer_zone().key


def moment(seconds: int | None, to: str = "minute") -> Markup:
    """A time for a page, in UTC where one hovers; empty for None.

    :param to: ``minute``, ``second`` or ``day``; ``words`` writes it as the language does, and
        ``field`` as a form's field wants it.
    """
    if seconds is None:
        return Markup()
    utc = datetime.fromtimestamp(seconds, UTC).isoformat()[:19]
    day, _t, clock = utc.partition("T")
    here = escape(said(seconds, to)) if to == "words" else said(seconds, to)
    # Put together as text, which is a fifth of the work: the rest of it is digits.
    return Markup(f'<time datetime="{utc}Z" title="{day} {clock} UTC">{here}</time>')  # noqa: S704


def said(seconds: int | None, to: str = "minute", zone: ZoneInfo | None = None) -> str:
    """The same as text alone, for sentences that are no HTML.

    :param zone: another than the viewer's.
    """
    if seconds is None:
        return ""
    here = datetime.fromtimestamp(seconds, zone or viewer_zone())
    if to == "words":
        return _in_words(here.replace(tzinfo=None))
    return here.strftime(SHOWN[to])


def _in_words(here: datetime) -> str:
    """Day and minute: seconds say nothing to the people for whom this is written."""
    day, clock = format_date(here, "medium", rebase=False), format_time(here, "short", rebase=False)
    joined = str(get_datetime_format("medium", locale=get_locale()))
    return joined.replace("{1}", day).replace("{0}", clock)


def written(seconds: int) -> str:
    """A time for a file, in the deployment's zone with its distance from UTC (RFC 3339)."""
    return datetime.fromtimestamp(seconds, deployment_zone()).isoformat()


def setup_times(app: Flask) -> None:
    """Gives templates ``moment`` and the zone that they are written in."""
    app.jinja_env.globals.update(
        moment=moment,
        viewer_zone=viewer_zone,
        deployment_zone=deployment_zone,
        zone_to_compare=zone_to_compare,
    )
