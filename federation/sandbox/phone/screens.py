"""The phone's own screens: who holds it, its home screen, and WeChat's scanner."""

import time

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ..pictures import scanned
from ..state import current_world
from ..world import World
from .holder import (
    holder_named,
    last_holder,
    link_in,
    opened,
    plain_scheme_in,
    remember,
    scene_in,
    waiting_for,
    with_query,
)

#: Codes older than this have left the screens nearby, in seconds.
CODE_VISIBLE = 300

Page = str | Response | tuple[str, int]


def add_routes(blueprint: Blueprint) -> None:
    blueprint.get("/")(front)
    blueprint.get("/phone")(people)
    blueprint.get("/phone/<person_id>")(home)
    blueprint.get("/phone/<person_id>/waiting")(waiting)
    blueprint.get("/phone/<person_id>/scanner")(scanner)
    blueprint.post("/phone/<person_id>/scanner")(scan)
    blueprint.get("/phone/<person_id>/scanner/codes")(nearby_codes)
    blueprint.app_template_filter("clock_time")(clock_time)
    blueprint.app_context_processor(_status_bar)


def front() -> Response:
    return redirect("/phone")


def people() -> Page:
    """Who holds the phone; an address with something to open goes on with the last holder."""
    world, holder = current_world(), last_holder()
    if request.args and holder is not None and not request.args.get("ask"):
        return redirect(with_query(f"/phone/{holder.id}", request.args.to_dict()))
    query = {name: value for name, value in request.args.items() if name != "ask"}
    with world.lock:
        found = list(world.people.values())
    return render_template("people.html", people=found, query=query, holder=holder)


def home(person_id: str) -> Page:
    """The home screen, or straight what the address asks to open."""
    world, person = current_world(), holder_named(person_id)
    target = opened(world, person, request.args)
    if target is not None:
        return remember(redirect(target), person)
    is_dead_link = bool(request.args)
    page = render_template(
        "home.html",
        person=person,
        codes=_codes_nearby(world),
        is_dead_link=is_dead_link,
        **waiting_for(world),
    )
    return remember(Response(page, mimetype="text/html"), person)


def waiting(person_id: str) -> Page:
    """What native apps want of WeChat, alone, for the home screen to renew itself."""
    return render_template(
        "_waiting.html", person=holder_named(person_id), **waiting_for(current_world())
    )


def scanner(person_id: str) -> Page:
    person = holder_named(person_id)
    return render_template("scanner.html", person=person, codes=_codes_nearby(current_world()))


def nearby_codes(person_id: str) -> Page:
    """The list of codes alone, for the page to renew itself."""
    person = holder_named(person_id)
    return render_template("_codes.html", person=person, codes=_codes_nearby(current_world()))


def scan(person_id: str) -> Page:
    """A scene typed or pasted in, or a picture of a code chosen from the album."""
    person = holder_named(person_id)
    pasted = request.form.get("scene", "")
    if plain_scheme_in(pasted):
        return redirect(url_for("pages.home", person_id=person.id, plain=pasted.strip()))
    if link_in(pasted):
        return redirect(url_for("pages.home", person_id=person.id, link=link_in(pasted)))
    appid, scene = "", scene_in(pasted)
    picture = request.files.get("picture")
    if picture is not None and picture.filename:
        appid, scene = scanned(picture.read(5_000_000)) or ("", "")
    if scene:
        return redirect(
            url_for("pages.home", person_id=person.id, appid=appid or None, scene=scene)
        )
    codes = _codes_nearby(current_world())
    return render_template("scanner.html", person=person, codes=codes, is_unreadable=True), 400


def clock_time(moment: int) -> str:
    """A moment as the clock on the wall shows it."""
    return time.strftime("%H:%M:%S", time.localtime(moment))


def _codes_nearby(world: World) -> list[dict[str, object]]:
    with world.lock:
        now = world.clock()
        return [
            {
                "code": code,
                "name": world.apps[code.appid].name if code.appid in world.apps else code.appid,
                "age": now - code.at,
            }
            for code in world.openings.recent_codes()
            if now - code.at < CODE_VISIBLE
        ]


def _status_bar() -> dict[str, object]:
    now = time.localtime(current_world().clock())
    return {"status_time": time.strftime("%H:%M", now), "route": url_for}
