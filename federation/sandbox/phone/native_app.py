"""A demo native app beside WeChat: it launches mini programs and asks WeChat to sign people in.

It also plays the forger: the ticket of a launch, opened in another way than by the app's launch.
"""

import json
from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from ..apps import WeChatApp
from ..links import (
    FROM_MINI_PROGRAM,
    LAUNCHED,
    LINKED,
    LINKED_INSIDE,
    PLAIN_SCHEME,
    RECENT,
    SCANNED,
    SCHEME,
    SHORT_LINK,
    SINGLE_PAGE,
)
from ..minting import CannotMint, authorize
from ..state import current_world
from ..visits import launch
from ..world import World
from .holder import (
    holder_named,
    mini_program_url,
    mini_programs,
    scene_in,
    ticket_in,
    waiting_for,
)

Page = str | Response | tuple[str, int]

#: AppIDs that nobody here has registered with Qiao.
ANOTHER_APP = "wxffffffffffffff01"
ANOTHER_MINI_PROGRAM = "wxffffffffffffff02"

#: How the mini program can be made to open, and what WeChat tells it then: scene and AppID.
#: ``app`` is the genuine way; the others are what a phisher could do with somebody's ticket.
OPENINGS: Mapping[str, tuple[int, str]] = {
    "app": (LAUNCHED, ""),
    "another-app": (LAUNCHED, ANOTHER_APP),
    "another-mini-program": (FROM_MINI_PROGRAM, ANOTHER_MINI_PROGRAM),
    "scheme": (SCHEME, ""),
    "plain-scheme": (PLAIN_SCHEME, ""),
    "link": (LINKED, ""),
    "link-inside": (LINKED_INSIDE, ""),
    "short-link": (SHORT_LINK, ""),
    "code": (SCANNED, ""),
    "recent": (RECENT, ""),
    "single-page": (SINGLE_PAGE, ""),
}

#: What WeChat's SDK tells the app: all is well, or the person said no.
OK = 0
DENIED = -4


def add_routes(blueprint: Blueprint) -> None:
    blueprint.get("/phone/<person_id>/app")(native_app)
    blueprint.post("/phone/<person_id>/app/launch")(launch_mini_program)
    blueprint.get("/phone/<person_id>/app/send-auth")(send_auth)
    blueprint.post("/phone/<person_id>/app/send-auth")(answer_send_auth)


def native_app(person_id: str) -> Page:
    """The app's screen; ``launch`` in the address shows what a mini program has brought back."""
    return _app_page(person_id)


def launch_mini_program(person_id: str) -> Page:
    """``WXLaunchMiniProgram`` with pasted parameters: JSON, a path, or a bare ticket.

    ``opened_by`` may name a forgery of it (``OPENINGS``).
    """
    world, person = current_world(), holder_named(person_id)
    user_name, path, launch_type = _launch_parameters(world, request.form.get("parameters", ""))
    entry, app_appid = OPENINGS.get(request.form.get("opened_by", ""), OPENINGS["app"])
    with world.lock:
        launched = launch(world, user_name, path, launch_type, app_appid)
    if launched is None or not path:
        return _app_page(person_id, is_bad_param=True), 400
    ticket = ticket_in(launched.path.partition("?")[2])
    referrer = launched.app_appid if entry in (LAUNCHED, FROM_MINI_PROGRAM) else ""
    return redirect(
        mini_program_url(person, launched.appid, ticket, entry, launched.id, referrer), 303
    )


def send_auth(person_id: str) -> Page:
    """WeChat's question: may this app know who you are?"""
    person = holder_named(person_id)
    app = _mobile_app(current_world(), request.args.get("appid", ""))
    if app is None:
        return _app_page(person_id, is_bad_param=True), 400
    asked = {"state": request.args.get("state", ""), "id": request.args.get("id", "")}
    return render_template("send_auth.html", person=person, app=app, asked=asked)


def answer_send_auth(person_id: str) -> Page:
    """``SendAuth.Resp`` as the app receives it."""
    world, person = current_world(), holder_named(person_id)
    app = _mobile_app(world, request.form.get("appid", ""))
    if app is None:
        return _app_page(person_id, is_bad_param=True), 400
    response: dict[str, object] = {"errCode": DENIED, "state": request.form.get("state", "")}
    if request.form.get("decision") == "allow":
        try:
            with world.lock:
                code = authorize(world, app, person)
            response |= {"errCode": OK, "code": code.value, "lang": "zh_CN", "country": "CN"}
        except CannotMint:
            response["errCode"] = DENIED
    with world.lock:
        asked = world.openings.send_auths.get(request.form.get("id", ""))
        if asked is not None and asked.outcome == "waiting":
            asked.outcome = "allowed" if response["errCode"] == OK else "denied"
            asked.code = str(response["code"]) if response["errCode"] == OK else None
    return _app_page(person_id, send_auth_response=response)


def _app_page(person_id: str, **more: object) -> str:
    world, person = current_world(), holder_named(person_id)
    with world.lock:
        returned = world.openings.launches.get(request.args.get("launch", ""))
        apps = [app for app in world.apps.values() if app.kind == "mobile"]
    return render_template(
        "app.html", person=person, returned=returned, apps=apps, **waiting_for(world), **more
    )


def _launch_parameters(world: World, text: str) -> tuple[str, str, int]:
    """The ``gh_`` id, path and type in what was pasted; the first mini program by default."""
    found = mini_programs(world)
    usual = (found[0].original_id or "") if found else ""
    text = text.strip()
    if text.startswith("{"):
        try:
            pasted = json.loads(text)
        except ValueError:
            return "", "", 0
        pasted = pasted.get("launch", pasted)
        launch_type = pasted.get("type", 0)
        path = str(pasted.get("path", ""))
        user_name = str(pasted.get("user_name") or usual)
        return user_name, path, launch_type if isinstance(launch_type, int) else 0
    if text and "?" not in text:
        text = f"pages/login/index?ticket={scene_in(text)}"
    return usual, text, 0


def _mobile_app(world: World, appid: str) -> WeChatApp | None:
    with world.lock:
        apps = [app for app in world.apps.values() if app.kind == "mobile"]
    return next((app for app in apps if appid in ("", app.appid)), None)
