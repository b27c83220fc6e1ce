"""The OpenAPI 3.1 document, and the view that tells it."""

from importlib.metadata import version
from typing import Any

from flask import Response, jsonify

from app.mini_program.blueprint import api
from app.mini_program.openapi import forms, refusals
from app.mini_program.openapi.refusals import RETRIES, Refusal, by_status
from app.mini_program.openapi.shapes import SCHEMAS, Json, text
from oidc.protocol.endpoint_paths import ENDPOINT_PATHS
from oidc.provider import current_provider

TICKET_PATH = "/federation/v1/tickets/{ticket}"
ABOUT = """
**An app:** post to /challenge; open WeChat as the answer says, or hand over its code; post again
with the newest `auth_session`, every `interval` seconds, until status 200; redeem the code at
/token. Status 403 with `insufficient_authorization` means to go on. Each `auth_session` is good
until the next one is used, so a request whose answer was lost is simply sent again. With `wait`
the answer comes when there is news, or when the time is over: poll again at once. A DPoP proof
goes with every request or with none.

**The mini program:** read the ticket (GET) before anything else, show who asks, and confirm or deny
it on a touch. `confirm` sends WeChat's codes; a code is spent by it, whatever comes back.

Members that you do not know may come: leave them alone. In `x-errors`, `retry` says of each error
what to do after it.
"""
_TICKET: Json = {
    "name": "ticket",
    "in": "path",
    "required": True,
    "description": "Of the page's query: `ticket`, or `scene`, decoded.",
    "schema": text(maxLength=64),
}
_LANGUAGE: Json = {
    "name": "Accept-Language",
    "in": "header",
    "description": "`zh` or `en`: of the connection's name, and of the place.",
    "schema": text(),
}
_SCENE: Json = {
    "name": "scene",
    "in": "query",
    "description": "As `wx.getEnterOptionsSync` tells it; without it the number is asked.",
    "schema": {"type": "integer", "minimum": 0},
}
_REFERRER: Json = {
    "name": "referrer_app_id",
    "in": "query",
    "description": "`referrerInfo.appId`: the AppID of the app that launched the mini program.",
    "schema": text(maxLength=64),
}
_PROOF: Json = {
    "name": "DPoP",
    "in": "header",
    "description": "A proof of the app's key (RFC 9449).",
    "schema": text(),
}


@api.get("/openapi.json")
def openapi() -> Response:
    """This API for phones, as an OpenAPI 3.1 document."""
    return jsonify(document(current_provider().settings.issuer))


def document(issuer: str) -> Json:
    """:param issuer: public address of this server."""
    challenge, token = "authorization_challenge_endpoint", "token_endpoint"
    return {
        "openapi": "3.1.0",
        "info": {"title": "Qiao for phones", "version": version("qiao"), "description": ABOUT},
        "servers": [{"url": issuer}],
        "paths": {
            ENDPOINT_PATHS[challenge]: {"post": _challenge()},
            ENDPOINT_PATHS[token]: {"post": _token()},
            TICKET_PATH: {"parameters": [_TICKET], "get": _read()},
            f"{TICKET_PATH}/confirm": {"parameters": [_TICKET], "post": _confirm()},
            f"{TICKET_PATH}/deny": {"parameters": [_TICKET], "post": _deny()},
        },
        "components": {"schemas": dict(SCHEMAS)},
        "x-retries": dict(RETRIES),
    }


def _challenge() -> Json:
    waiting = _content("The person has not finished: go on.", "Waiting")
    operation = _operation("challenge", "One step of a sign-in in an app", refusals.OF_CHALLENGE)
    operation["responses"] |= {"200": _content("Signed in.", "Done"), "403": waiting}
    return {**operation, "parameters": [_PROOF], "requestBody": _form(forms.CHALLENGE)}


def _token() -> Json:
    about = "Tokens for a code or for a refresh token, which is good once"
    operation = _operation("token", about, refusals.OF_TOKEN)
    operation["responses"]["200"] = _content("Tokens.", "Tokens")
    return {**operation, "parameters": [_PROOF], "requestBody": _form(forms.TOKEN)}


def _read() -> Json:
    operation = _operation("readTicket", "Who asks to sign the person in", refusals.OF_READING)
    operation["responses"]["200"] = _content("It is open, and noted as opened.", "Ticket")
    return {**operation, "parameters": [_SCENE, _REFERRER, _LANGUAGE]}


def _confirm() -> Json:
    operation = _operation("confirmTicket", "The person agrees", refusals.OF_CONFIRMING)
    operation["responses"]["200"] = _content("Whoever waits is told.", "Ended")
    schema = {"$ref": "#/components/schemas/Confirmation"}
    body = {"required": True, "content": {"application/json": {"schema": schema}}}
    return {**operation, "requestBody": body}


def _deny() -> Json:
    about = "The person says no; once more changes nothing"
    operation = _operation("denyTicket", about, refusals.OF_DENYING)
    operation["responses"]["200"] = _content("Whoever waits is told.", "Ended")
    return operation


def _operation(name: str, about: str, told: tuple[Refusal, ...]) -> Json:
    return {"operationId": name, "summary": about, "responses": by_status(told)}


def _content(about: str, schema: str) -> Json:
    ref = {"$ref": f"#/components/schemas/{schema}"}
    return {"description": about, "content": {"application/json": {"schema": ref}}}


def _form(schema: Any) -> Json:
    return {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": schema}}}
