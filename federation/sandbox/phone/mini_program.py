"""The mini program as the person sees it: who asks, three numbers, a phone button, two answers."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ..links import LAUNCHED, SCANNED
from ..minting import CannotMint
from ..people import Person, Phone
from ..state import current_world
from ..visits import PhoneChoice, Reply, Visit
from .holder import holder_named, mini_program_named

#: Qiao's refusals after which the person can simply try once more with the same ticket.
RETRYABLE = frozenset(
    {
        "code_rejected",
        "number_required",
        "phone_required",
        "slow_down",
        "temporarily_unavailable",
        "unreachable",
        "no_code",
    }
)

#: The mini program was opened, but not for a sign-in.
NO_TICKET = Reply(404, {"error": "ticket_unknown"})

Page = str | Response | tuple[str, int]


def add_routes(blueprint: Blueprint) -> None:
    blueprint.get("/phone/<person_id>/mini-program")(mini_program)
    blueprint.post("/phone/<person_id>/mini-program")(answer)
    blueprint.get("/phone/<person_id>/result")(result)


def mini_program(person_id: str) -> Page:
    """Open the page: the ticket is read, and so counted as scanned."""
    return _sign_in_page(_visit(holder_named(person_id)), None)


def answer(person_id: str) -> Page:
    """Confirm or decline."""
    visit = _visit(holder_named(person_id))
    if request.form.get("decision") == "decline":
        reply = visit.deny()
        if not reply.is_ok:
            return _failed(visit, reply)
        return _finished(visit, "denied", reply.body.get("app_parameter"))
    reply = _confirm(visit)
    if reply.is_ok:
        return _finished(visit, "confirmed", reply.body.get("app_parameter"))
    if reply.error in RETRYABLE:
        return _sign_in_page(visit, reply)
    return _failed(visit, reply)


def result(person_id: str) -> Page:
    """How it ended; after an app launch, with the way back to the app."""
    world, person = current_world(), holder_named(person_id)
    with world.lock:
        launch = world.openings.launches.get(request.args.get("launch", ""))
    return render_template(
        "result.html",
        person=person,
        outcome=request.args.get("outcome", ""),
        is_launched=_entry() == LAUNCHED,
        is_scanned=_entry() == SCANNED,
        launch=launch,
    )


def _sign_in_page(visit: Visit, refused: Reply | None) -> Page:
    ticket = visit.read() if visit.scene else NO_TICKET
    if not ticket.is_ok:
        return _failed(visit, ticket)
    page = render_template(
        "mini_program.html",
        person=visit.person,
        app=visit.app,
        ticket=ticket.body,
        refused=refused.body if refused else None,
        chosen=request.form,
    )
    return page, 200 if refused is None else 400


def _failed(visit: Visit, reply: Reply) -> Page:
    page = render_template(
        "failed.html", person=visit.person, app=visit.app, reply=reply, here=request.full_path
    )
    return page, reply.status or 502


def _finished(visit: Visit, outcome: str, app_parameter: object) -> Page:
    launch_id = request.args.get("launch", "")
    with visit.world.lock:
        launch = visit.world.openings.launches.get(launch_id)
        if launch is not None:
            launch.state = outcome
            launch.app_parameter = None if app_parameter is None else str(app_parameter)
    address = url_for(
        "pages.result",
        person_id=visit.person.id,
        outcome=outcome,
        entry=_entry(),
        launch=launch_id or None,
    )
    return redirect(address, code=303)


def _confirm(visit: Visit) -> Reply:
    number = request.form.get("number", "")
    try:
        return visit.confirm(int(number) if number.isdigit() else None, _phone_choice())
    except CannotMint as reason:
        return Reply(0, {"error": "no_code", "error_description": f"WeChat: {reason}."})


def _phone_choice() -> PhoneChoice | None:
    """The phone button that was used, with the number picked; None if it was not used."""
    picked = request.form.get("phone", "")
    if picked == "other":
        picked = f"{request.form.get('country_code', '86')} {request.form.get('other', '')}"
    country_code, _, number = picked.partition(" ")
    if not (country_code.isdigit() and number.strip().isdigit()):
        return None
    kind = "realtime" if request.form.get("phone_kind") == "realtime" else "quick"
    return PhoneChoice(kind, Phone(country_code, number.strip()))


def _visit(person: Person) -> Visit:
    app = mini_program_named(request.args.get("appid", ""))
    ticket, referrer = request.args.get("ticket", ""), request.args.get("referrer", "")
    language = request.headers.get("Accept-Language", "")
    return Visit(current_world(), person, app, ticket, _entry(), referrer, language)


def _entry() -> int:
    return request.args.get("entry", SCANNED, int)
