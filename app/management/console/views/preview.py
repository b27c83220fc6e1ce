"""The sign-in page as people will see it, for the frames of the page on which its look is chosen.

It is the real template with the real style sheet, in a frame that runs no script and sends no form.
Light and dark are forced by a style sheet of its own, since a frame has no say in what the browser
prefers.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Response, current_app, make_response, render_template, request, url_for
from flask_babel import force_locale

from app.branding import colours, source_look, store
from app.branding.serving import stylesheet_of
from app.branding.store import OUR_OWN, Branding
from app.elements import current_elements, current_federation, passwords_are_on
from app.enablement.sources import usable_connections
from app.management.console import desk
from app.management.console.access import requires
from app.management.console.views.applications import load
from app.management.services.branding import LANGUAGES, LIMITS
from app.pages.brand import current_brand, worn_by
from app.pages.connections import name_of, name_of_all
from app.sign_in.client_display import ClientDisplay, from_client, host
from app.web.headers import PAGE_POLICY
from app.web.i18n import current_language, spoken
from federation.devices import Offers, offers
from federation.tickets import LIFE, TicketStatus
from oidc.clients.client import Client

AGENTS = {
    "desktop": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/141.0 Safari/537.36",
    "phone": "Mozilla/5.0 (Linux; Android 15) Chrome/141.0 Mobile Safari/537.36",
}
SCHEMES = {"light": "@media not all", "dark": "@media all"}
PREFERRED = "@media (prefers-color-scheme: dark)"
TYPED = ("accent", "background", *(f"{what}_{one}" for what in LIMITS for one in LANGUAGES))
"""What a frame takes from the form beside it, saved or not."""
POLICY = PAGE_POLICY.replace("frame-ancestors 'none'", "frame-ancestors 'self'")


@dataclass(frozen=True, slots=True)
class Preview:
    """A frame: what it shows, and where its page lies."""

    device: str
    scheme: str
    address: str


def previews(client: Client | None, typed: Mapping[str, Any]) -> list[Preview]:
    """A phone and a computer, by day and by night."""
    values = {name: typed[name] for name in TYPED if typed.get(name)}
    if client is None:
        place = url_for("admin.own_look_preview")
    else:
        place = url_for("admin.look_preview", client_id=client.client_id)
    found = []
    for device in AGENTS:
        for scheme in SCHEMES:
            asked = {"device": device, "scheme": scheme, "language": current_language().tag}
            found.append(Preview(device, scheme, f"{place}?{urlencode({**asked, **values})}"))
    return found


@requires("viewer")
def look_preview(client_id: str) -> Response:
    """The sign-in page of an application, in a frame."""
    client = load(client_id)
    saved = worn_by(desk.session(), client.client_id)
    with force_locale(_locale()):
        branding = _typed_over(saved)
        registered = client.metadata.redirect_uris
        address = registered[0] if registered else None
        shown = from_client(client, current_language().tag, address, branding)
        return _framed(shown, branding, client.client_id, "sign_in")


@requires("viewer")
def own_look_preview() -> Response:
    """The sign-in page of our own pages, in a frame."""
    with force_locale(_locale()):
        branding = _typed_over(store.of_client(desk.session(), OUR_OWN))
        name = branding.says("name", current_language().tag) or current_brand().plain_name
        shown = ClientDisplay(
            "",
            name,
            host=host(desk.settings().issuer),
            logo=current_brand().logo,
            accent=branding.stylesheet_path,
            headline=branding.says("headline", current_language().tag),
            help=branding.says("help", current_language().tag),
        )
        return _framed(shown, branding, None, "sign_in")


@requires("viewer")
def preview_styles(scheme: str) -> Response:
    """Every style of a page for people, as for a browser that prefers this scheme."""
    static = Path(current_app.static_folder or "")
    every = (
        (static / "qiao.css").read_text(encoding="utf-8"),
        source_look.stylesheet(current_elements().sources),
        stylesheet_of(request.args),
        f":root {{ color-scheme: {_scheme(scheme)}; }}",
    )
    css = "\n".join(every).replace(PREFERRED, SCHEMES[_scheme(scheme)])
    return Response(css, mimetype="text/css", headers={"Cache-Control": "no-store"})


def _framed(shown: ClientDisplay, branding: Branding, client_id: str | None, task: str) -> Response:
    device = "phone" if request.args.get("device") == "phone" else "desktop"
    usable = usable_connections(desk.session(), current_federation(), client_id)
    found = offers(usable, AGENTS[device])
    values = {
        "application": replace(shown, accent=None),
        "interaction_id": "preview",
        "task": task,
        "again": False,
        "signed_in_as": None,
        "passkey": False,
        "previewed": True,
        "preview_styles": _styles(branding),
    }
    begins = {button.way.begins for button in found.buttons}
    is_ticket = len(found.buttons) == 1 and begins != {"redirect"} and not passwords_are_on()
    template, more = _ticket(found) if is_ticket else ("sign_in.html", _choice(found))
    response = make_response(render_template(template, **values, **more))
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


def _styles(branding: Branding) -> str:
    parts = {
        "accent": (branding.accent or "")[1:],
        "background": (branding.background or "")[1:],
        "picture": branding.picture or "",
    }
    given = {name: value for name, value in parts.items() if value}
    place = url_for("admin.preview_styles", scheme=_scheme(request.args.get("scheme", "")))
    return f"{place}?{urlencode(given)}"


def _choice(found: Offers) -> dict[str, Any]:
    connections = [button.connection for button in found.buttons]
    return {
        "connections": connections,
        "source_name": name_of_all(connections),
        "advice": found.advice,
        "advised": name_of(found.advised),
        "password": passwords_are_on(),
        "problem": None,
        "username": "",
    }


def _ticket(found: Offers) -> tuple[str, dict[str, Any]]:
    [button] = found.buttons
    way = "scan" if button.way.begins == "scan" else "link"
    import segno

    drawn = segno.make("https://qiao.example/preview", error="m")
    return "scan.html" if way == "scan" else "open_app.html", {
        "ticket_id": "preview",
        "ticket": TicketStatus("pending", LIFE),
        "number": 42,
        "way": way,
        "connection": button.connection,
        "source_name": name_of(button.connection.source),
        "another_way": False,
        "drawn_code": drawn.svg_data_uri(scale=8, border=2, light="#fff"),
    }


def _typed_over(saved: Branding) -> Branding:
    """What is saved, with what stands in the form now: a colour that is none yet is left out."""
    asked = request.args
    texts = {
        language: {what: text for what in LIMITS if (text := _text(f"{what}_{language}"))}
        for language in LANGUAGES
    }
    known = {language: dict(said) for language, said in saved.texts.items()}
    own = {one: {**known.get(one, {}), **texts[one]} for one in LANGUAGES}
    return replace(
        saved,
        accent=colours.normal(asked["accent"]) if "accent" in asked else saved.accent,
        background=colours.normal(asked["background"])
        if "background" in asked
        else saved.background,
        texts=own,
    )


def _text(name: str) -> str:
    return " ".join(request.args.get(name, "").replace("\0", "").split())[:160]


def _locale() -> str:
    language = spoken(request.args.get("language", ""))
    return (language or current_language()).locale


def _scheme(asked: str) -> str:
    return asked if asked in SCHEMES else "light"
