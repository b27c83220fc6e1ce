"""Answers on their way out, spoiled as the quirks say."""

import functools
import json
import socket
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from flask import Response, request

from .world import current_world

View = Callable[..., Response]


def endpoint(name: str) -> Callable[[View], View]:
    """Notes each call of an endpoint, and lets faults happen at it."""

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def noted(*args: Any, **named: Any) -> Response:
            world = current_world()
            with world.lock:
                world.journal.append(
                    {
                        "endpoint": name,
                        "form": request.form.to_dict(),
                        "query": request.args.to_dict(),
                        "authorization": request.headers.get("Authorization", ""),
                    }
                )
            quirks = world.quirks
            here = quirks.fault_at in ("", name)
            if here and quirks.fault and not quirks.after:
                return _fault(quirks.fault)
            response = view(*args, **named)
            if here and quirks.delay:
                time.sleep(quirks.delay)
            return _fault(quirks.fault) if here and quirks.fault else response

        return noted

    return decorate


def _fault(fault: str) -> Response:
    if fault == "dead":
        request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
        return Response("")
    if fault == "garbage":
        return Response("<html><body>Welcome to the hotel's network</body></html>")
    return Response("{}", int(fault))


def sent() -> dict[str, str]:
    """What was sent, in query, form or JSON, by the names of RFC 6749."""
    body = request.get_json() if request.is_json else {}
    quirks = current_world().quirks
    theirs = {called: name for name, called in quirks.names.items()} | quirks.also
    both = {**request.values.to_dict(), **body}
    return {theirs.get(name, name): str(value) for name, value in both.items()}


def answered(document: dict[str, Any], status: int = 200) -> Response:
    """An object, in whatever shape this provider sends it."""
    quirks = current_world().quirks
    if quirks.string_booleans:
        document = {
            name: str(value).lower() if isinstance(value, bool) else value
            for name, value in document.items()
        }
    hidden = quirks.envelope_errors or quirks.error_member not in document
    document = {quirks.names.get(name, name): value for name, value in document.items()}
    if quirks.envelope and hidden:
        document = {quirks.envelope: document, "message": "success"}
    text = json.dumps(document, ensure_ascii=False)
    if quirks.body == "form":
        text = urlencode(document)
    elif quirks.body == "jsonp":
        text = f"callback( {text} );\n"
    elif request.endpoint == "provider.token":
        text = quirks.guard + text
    return Response(text, status, content_type=quirks.content_type)


def refused(error: str) -> Response:
    """An error of the token or user-info endpoint."""
    quirks = current_world().quirks
    called = quirks.errors.get(error, error)
    if quirks.error_header:
        response = Response("", quirks.error_status, content_type="text/plain")
        response.headers[quirks.error_header] = str(called)
        return response
    return answered({quirks.error_member: called}, quirks.error_status)
