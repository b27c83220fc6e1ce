"""``/connect/qrconnect`` and ``/connect/oauth2/authorize`` as a person sees them."""

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from ..authorize import PAGES, Asked, allow, asked_by, decline
from ..errors import PageError
from ..minting import CannotMint
from ..people import Person
from ..state import current_world
from ..world import World
from .holder import last_holder, remember

Page = str | Response | tuple[str, int]


def add_routes(blueprint: Blueprint) -> None:
    for path in PAGES:
        endpoint = path.replace("/", "_")
        blueprint.add_url_rule(path, "ask" + endpoint, ask, methods=["GET"])
        blueprint.add_url_rule(path, "answer" + endpoint, answer, methods=["POST"])
    blueprint.register_error_handler(PageError, _refused)


def ask() -> Page:
    """Ask who signs in, or go on at once where WeChat would not ask either.

    Inside WeChat's browser it is known who holds the phone; ``snsapi_base`` and snapshot pages
    come without a question.
    """
    world, holder = current_world(), last_holder()
    with world.lock:
        asked = asked_by(world, request.full_path)
        people = list(world.people.values())
    if asked.is_silent and holder is not None and not holder.deregistered:
        return _allowed(world, asked, holder)
    return render_template("authorize.html", asked=asked, people=people, holder=holder)


def answer() -> Page:
    """Allow as the person of the button that was pressed, or decline."""
    world = current_world()
    with world.lock:
        asked = asked_by(world, request.full_path)
        person = world.people.get(request.form.get("person", ""))
        if person is None:
            location = decline(world, asked)
    if person is None:
        return (
            redirect(location, 303) if location else render_template("declined.html", asked=asked)
        )
    return _allowed(world, asked, person)


def _allowed(world: World, asked: Asked, person: Person) -> Page:
    try:
        with world.lock:
            location = allow(world, asked, person)
    except CannotMint:
        raise PageError(10004, "this WeChat account has been closed") from None
    return remember(redirect(location, 303), person)


def _refused(error: PageError) -> Page:
    """WeChat shows its refusals with HTTP 200, and so does this page."""
    return render_template("authorize_error.html", error=error)
