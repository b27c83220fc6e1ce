"""Who holds the virtual phone, and what the phone was told to open."""

from collections.abc import Mapping
from urllib.parse import parse_qs, unquote, urlencode

from flask import abort, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from ..apps import WeChatApp
from ..links import LAUNCHED, LINKED_INSIDE, PLAIN_SCHEME, SCANNED
from ..people import Person
from ..state import current_world
from ..world import World

#: Remembers who held the phone last, so that a link opens in the right hand.
COOKIE = "wechat_person"


def holder_named(person_id: str) -> Person:
    """The person of the address, or a 404 page."""
    world = current_world()
    with world.lock:
        person = world.people.get(person_id)
    if person is None:
        abort(404)
    return person


def last_holder() -> Person | None:
    world = current_world()
    with world.lock:
        return world.people.get(request.cookies.get(COOKIE, ""))


def remember(response: AnyResponse, person: Person) -> AnyResponse:
    response.set_cookie(COOKIE, person.id, httponly=True, samesite="Lax")
    return response


def mini_programs(world: World) -> list[WeChatApp]:
    with world.lock:
        return [app for app in world.apps.values() if app.kind == "miniprogram"]


def mini_program_named(appid: str) -> WeChatApp:
    """The mini program of the address, the first one if the address names none, or a 404 page."""
    found = [app for app in mini_programs(current_world()) if appid in ("", app.appid)]
    if not found:
        abort(404)
    return found[0]


def opened(world: World, person: Person, asked: Mapping[str, str]) -> str | None:
    """The address of the page that a scanned code, a link or a launch opens; None for nothing.

    :param asked: ``scene`` (with ``appid``), ``link`` (with ``inside`` where WeChat's own browser
        opens it), ``plain`` (a ``weixin://`` address without a ticket) or ``launch`` of the phone's
        address.
    """
    if asked.get("scene"):
        scene = scene_in(asked["scene"])
        with world.lock:
            appid = asked.get("appid") or world.openings.appid_for(scene)
        return mini_program_url(person, appid, scene, SCANNED)
    if asked.get("plain"):
        query = asked["plain"].partition("?")[2]
        appid = parse_qs(query).get("appid", [""])[0]
        return mini_program_url(person, appid, _ticket_of_plain(query), PLAIN_SCHEME)
    with world.lock:
        link = world.openings.links.get(asked.get("link", ""))
        launch = world.openings.launches.get(asked.get("launch", ""))
        now = world.clock()
    if link is not None and now < link.expires_at:
        inside = link.kind == "link" and asked.get("inside")
        entry = LINKED_INSIDE if inside else link.entry
        return mini_program_url(person, link.appid, ticket_in(link.query), entry)
    if launch is not None:
        _, _, query = launch.path.partition("?")
        ticket = ticket_in(query)
        return mini_program_url(person, launch.appid, ticket, LAUNCHED, launch.id, launch.app_appid)
    return None


def mini_program_url(
    person: Person, appid: str, ticket: str, entry: int, launch: str = "", referrer: str = ""
) -> str:
    """The mini program's page, entered by WeChat's scene ``entry``.

    :param referrer: the AppID of the app, or mini program, that opened it.
    """
    return url_for(
        "pages.mini_program",
        person_id=person.id,
        appid=appid or None,
        ticket=ticket,
        entry=entry,
        launch=launch or None,
        referrer=referrer or None,
    )


def ticket_in(query: str) -> str:
    """The ticket in a mini program's page query: ``ticket``, or ``scene`` as codes bring it."""
    parameters = parse_qs(query)
    if "ticket" in parameters:
        return parameters["ticket"][0]
    return unquote(parameters.get("scene", [""])[0])


def _ticket_of_plain(query: str) -> str:
    """A plain URL Scheme carries the page's query inside its own, encoded once more."""
    return ticket_in(parse_qs(query).get("query", [""])[0])


def scene_in(text: str) -> str:
    """The scene that somebody typed or pasted: itself, or inside an address."""
    text = text.strip()
    if "?" in text:
        return ticket_in(text.partition("?")[2]) or text
    return text


def link_in(text: str) -> str:
    """The ticket of a URL Link, URL Scheme or Short Link that somebody pasted, else empty."""
    if text.strip().startswith("#"):
        return text.strip().rpartition("/")[2]
    parameters = parse_qs(text.strip().partition("?")[2])
    return (parameters.get("link") or parameters.get("t") or [""])[0]


def plain_scheme_in(text: str) -> str:
    """A URL Scheme that nobody has to ask WeChat for: it names the mini program itself."""
    text = text.strip()
    is_scheme = text.startswith("weixin://dl/business/")
    return text if is_scheme and "appid" in parse_qs(text.partition("?")[2]) else ""


def waiting_for(world: World) -> dict[str, object]:
    """What native apps want of WeChat and nobody has answered yet."""
    with world.lock:
        return {
            "launches": world.openings.waiting_launches(),
            "send_auths": world.openings.waiting_send_auths(),
        }


def with_query(address: str, query: Mapping[str, str]) -> str:
    return f"{address}?{urlencode(query)}" if query else address
