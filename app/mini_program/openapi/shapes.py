"""What is sent and told, as JSON Schema."""

from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]
SECONDS: Json = {"type": "integer", "minimum": 0}
FLAG: Json = {"type": "boolean"}


def text(about: str = "", **more: Any) -> Json:
    return {"type": "string", **({"description": about} if about else {}), **more}


def words(*values: str | None) -> Json:
    """One of these; with None among them, or null."""
    kind = ["string", "null"] if None in values else "string"
    return {"type": kind, "enum": list(values)}


def record(properties: Mapping[str, Json], *optional: str) -> Json:
    """An object; all its members are always there but for the ``optional`` ones."""
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": dict(properties), "required": required}


def told(about: str, schema: Json) -> Json:
    return {**schema, "description": about}


_TEXT_OR_NULL: Json = {"type": ["string", "null"]}
_CLIENT = record(
    {
        "name": text(),
        "host": _TEXT_OR_NULL,
        "logo_uri": _TEXT_OR_NULL,
        "registered_itself": told("Nobody here has looked at what it says of itself.", FLAG),
    }
)
_LINKED = record(
    {
        "source": text(),
        "name": _TEXT_OR_NULL,
        "ending": _TEXT_OR_NULL,
        "confirmed_at": {"type": ["integer", "null"]},
        "device": _TEXT_OR_NULL,
        "place": _TEXT_OR_NULL,
        "ip": _TEXT_OR_NULL,
    }
)
_LINK = record({"identity": {**_LINKED, "type": ["object", "null"]}, "account": _TEXT_OR_NULL})
_CHOICES = {"type": ["array", "null"], "items": {"type": "integer"}, "minItems": 3, "maxItems": 3}

TICKET = record(
    {
        "state": words("scanned"),
        "purpose": words("scan", "launch", "link"),
        "action": told("`link`: a WeChat becomes a way into an account.", words("sign_in", "link")),
        "client": told("The application as it is registered.", _CLIENT),
        "connection": record({"id": text(), "name": text()}),
        "device": told("What asks; of an app, what it calls its device.", _TEXT_OR_NULL),
        "place": told("City, or whether it is the phone's own network.", _TEXT_OR_NULL),
        "ip": _TEXT_OR_NULL,
        "requested_at": told("Seconds since the epoch.", SECONDS),
        "expires_in": SECONDS,
        "numbers": told("Three to pick from; null: none is asked.", _CHOICES),
        "phone": words("never", "optional", "required"),
        "sandbox": told("WeChat is played by a sandbox.", FLAG),
        "link": told(
            "What is connected, where `action` is `link`.", {**_LINK, "type": ["object", "null"]}
        ),
    }
)
_CODE = text(minLength=1, maxLength=512)
CONFIRMATION = record(
    {
        "js_code": told("Of `wx.login`, a new one for each try.", _CODE),
        "number": told(
            "As the person picked it.", {"type": "integer", "minimum": 0, "maximum": 99}
        ),
        "phone_code": told("Of the phone-number button.", _CODE),
        "phone_kind": {**words("quick", "realtime"), "default": "quick"},
        "scene": told("As `wx.getEnterOptionsSync` tells it.", {"type": "integer", "minimum": 0}),
        "referrer_app_id": text("Of the app that launched the mini program.", maxLength=64),
    },
    *("number", "phone_code", "phone_kind", "scene", "referrer_app_id"),
)
ENDED = record(
    {
        "state": words("confirmed", "denied"),
        "app_parameter": told(
            "For the `launchApp` button; it means: ask Qiao again. Null: no app waits.",
            words("qiao:confirmed", "qiao:denied", None),
        ),
    }
)
ERROR = record(
    {
        "error": text("For the program."),
        "error_description": text("For its developer; never for the person."),
        "request_uri": text("With `redirect_to_web`: open /authorize with it and the client_id."),
        "expires_in": told("With `redirect_to_web`: seconds that it is good for.", SECONDS),
    },
    *("request_uri", "expires_in"),
)
_LAUNCH = record(
    {
        "user_name": text("The mini program's original ID, `gh_…`."),
        "path": text("With the ticket in its query."),
        "type": told("0 release, 1 development, 2 trial.", {"type": "integer", "enum": [0, 1, 2]}),
    }
)
_SEND_AUTH = record(
    {
        "scope": text(),
        "state": text("To be sent with `wechat_code`."),
        "non_automatic": told("`nonAutomatic`: WeChat must ask the person.", FLAG),
    }
)
WAITING = record(
    {
        "error": words("insufficient_authorization"),
        "error_description": text(),
        "auth_session": text("For the next request. The one before is good until it is used."),
        "connection": text("Which connection it is."),
        "mode": text("How that connection reaches WeChat."),
        "launch": told("For `WXLaunchMiniProgram`; in the first answer alone.", _LAUNCH),
        "number": told("To be shown from now to the end; in the first answer alone.", SECONDS),
        "opened": told("The person has the mini program before them.", FLAG),
        "interval": told("Seconds until the next request; 0 after one that waited.", SECONDS),
        "expires_in": told("Seconds until the sign-in has to be begun again.", SECONDS),
        "send_auth": told("For `SendAuth`.", _SEND_AUTH),
        "reason": told(
            "The code that was sent is of no use: another.",
            words("code_rejected", "phone_required"),
        ),
        "connections": {
            **{"type": "array", "items": record({"id": text(), "mode": text()})},
            "description": "Several fit: send `connection`, with this auth_session.",
        },
    },
    *("connection", "mode", "launch", "number", "opened", "interval", "expires_in"),
    *("send_auth", "reason", "connections"),
)
DONE = record({"authorization_code": text("For /token, within 60 seconds.")})
TOKENS = record(
    {
        "access_token": text(),
        "token_type": words("Bearer", "DPoP"),
        "expires_in": SECONDS,
        "scope": text(),
        "id_token": text("With scope `openid`: check signature, iss, aud, exp and nonce."),
        "refresh_token": text("With scope `offline_access`: keep the newest alone."),
        "refresh_token_expires_in": SECONDS,
    },
    *("id_token", "refresh_token", "refresh_token_expires_in"),
)
SCHEMAS: Mapping[str, Json] = {
    "Ticket": TICKET,
    "Confirmation": CONFIRMATION,
    "Ended": ENDED,
    "Waiting": WAITING,
    "Done": DONE,
    "Tokens": TOKENS,
    "Error": ERROR,
}
