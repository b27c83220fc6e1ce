"""What an application looks like while people sign in, and what the deployment itself does."""

import base64
from collections.abc import Mapping
from typing import Any

from app.branding import store
from app.branding.pictures import MOST_BYTES, MOST_BYTES_BEHIND
from app.branding.store import OUR_OWN, Branding
from app.management.api.operation import Answer, Call, Operation
from app.management.api.problems import Invalid, Problem
from app.management.api.resources.clients import load
from app.management.api.schema import Json, Member, Record, closed, number, or_null, text
from app.management.services import branding as service
from app.management.services.branding import LANGUAGES, LIMITS, Wanted

COLOUR = "^#[0-9a-fA-F]{6}$"
BASE64 = "^[A-Za-z0-9+/]*={0,2}$"


def _encoded(most: int) -> int:
    return 4 * (most // 3 + 1)


def _texts(*names: str) -> Json:
    of_one = closed({name: text(LIMITS[name]) for name in names})
    return closed(dict.fromkeys(LANGUAGES, of_one))


_PICTURE = "A PNG, JPEG or WebP file in base64; null takes it away, left out it stays."
_LOOK = (
    Member(
        "accent",
        text(7, pattern=COLOUR),
        nullable=True,
        about="Darkened on light pages and lightened on dark ones as far as reading needs.",
    ),
    Member(
        "background",
        text(7, pattern=COLOUR),
        nullable=True,
        about="Around the card; darkened on dark pages.",
    ),
    Member(
        "logo",
        text(_encoded(MOST_BYTES), pattern=BASE64),
        "secret",
        nullable=True,
        about=_PICTURE,
    ),
    Member(
        "picture",
        text(_encoded(MOST_BYTES_BEHIND), pattern=BASE64),
        "secret",
        nullable=True,
        about=f"Behind the card. {_PICTURE}",
    ),
    Member("logo_uri", or_null(text(300)), "told", about="The picture that was drawn from it."),
    Member("picture_uri", or_null(text(300)), "told"),
    Member("version", number(), "told"),
)
_WORDS = "By language: a headline, and a line of help below. Shown as text."
_OWN_WORDS = f"What it is called, and whom people ask who cannot get in. {_WORDS}"
RECORD = Record(
    "Look",
    (
        Member("client_id", text(255), "told"),
        Member("texts", _texts("headline", "help"), about=_WORDS),
        *_LOOK,
    ),
)
OWN_RECORD = Record(
    "OwnLook",
    (
        Member("texts", _texts("name", "headline", "help", "contact"), about=_OWN_WORDS),
        *_LOOK,
    ),
)


def show(call: Call) -> Answer:
    client_id = load(call).client_id
    return _answer(call, client_id, store.of_client(call.session, client_id))


def change(call: Call) -> Answer:
    """What is left out stays."""
    return _changed(call, load(call).client_id)


def show_own(call: Call) -> Answer:
    return _answer(call, OUR_OWN, store.of_client(call.session, OUR_OWN))


def change_own(call: Call) -> Answer:
    """What is left out stays."""
    return _changed(call, OUR_OWN)


def _changed(call: Call, client_id: str) -> Answer:
    before = store.of_client(call.session, client_id)
    call.demand_version(before.version)
    body = call.body
    wanted = Wanted(
        accent=body.get("accent", before.accent) or "",
        background=body.get("background", before.background) or "",
        logo=_decoded(body, "logo"),
        picture=_decoded(body, "picture"),
        texts=body.get("texts", before.texts) or {},
    )
    return _answer(call, client_id, service.change(call.actor, client_id, wanted, before.version))


def _decoded(body: Mapping[str, Any], name: str) -> bytes | None:
    if name not in body:
        return None
    try:
        return base64.b64decode(body[name] or "", validate=True)
    except ValueError as error:
        raise Invalid([Problem(name, "must be base64")]) from error


def _answer(call: Call, client_id: str, branding: Branding) -> Answer:
    logo = branding.logo_path
    picture = f"/logos/{branding.picture}.jpg" if branding.picture else None
    told = {
        **({"client_id": client_id} if client_id else {}),
        "accent": branding.accent,
        "background": branding.background,
        "texts": {language: dict(said) for language, said in branding.texts.items()},
        "logo_uri": logo and call.provider.url(logo),
        "picture_uri": picture and call.provider.url(picture),
    }
    return Answer({**told, "version": branding.version}, branding.version)


MOST = _encoded(MOST_BYTES_BEHIND) + 4096
OPERATIONS = (
    Operation(
        "showLook",
        "Colours, pictures and words of an application; at version 0 it never had any.",
        show,
        "Look",
        versioned=True,
        fails=(404,),
    ),
    Operation(
        "changeLook",
        "Gives it other colours, pictures or words, or takes them away.",
        change,
        "Look",
        body="LookChange",
        most_bytes=MOST,
        versioned=True,
        fails=(404,),
    ),
    Operation(
        "showOwnLook",
        "The deployment's own: on pages without an application, in the console, below the others.",
        show_own,
        "OwnLook",
        versioned=True,
    ),
    Operation(
        "changeOwnLook",
        "Gives the deployment another name, colours, pictures or words.",
        change_own,
        "OwnLook",
        body="OwnLookChange",
        most_bytes=MOST,
        versioned=True,
    ),
)
