"""What holds for every answer, whatever was sent."""

import json
import re

from tests.fuzz.sending import Answer, Request

_DESCRIPTION = re.compile(r"[\x20-\x21\x23-\x5b\x5d-\x7e]*")
"""RFC 6749 5.2: what an error_description may hold."""
_HEADER = re.compile(r"[\x20-\x7e\x80-\xff\t]*")
_OURS = re.compile(
    r"/(?!/)|http://(127\.0\.0\.1|localhost):|https?://([a-z]+\.)?shop\.example/|com\.example\.app:/"
)
_CLOSED = re.compile(r"This (way of signing in|sign-in method) is not available")
"""True where a changed request of the management has pointed a connection at nobody's app."""
_METHODS_WITHOUT_CONTENT = ("HEAD", "OPTIONS")


def faults(request: Request, answer: Answer) -> list[str]:
    """What is wrong with the answer; an empty list when it is well formed."""
    return [
        *_status(answer),
        *(f"header {n}: {v!r}" for n, v in answer.headers if not _HEADER.fullmatch(v)),
        *_content(request, answer),
        *_redirect(answer),
    ]


def _status(answer: Answer) -> list[str]:
    found = []
    if answer.status >= 500 and not (answer.status == 503 and _CLOSED.search(answer.text)):
        found.append(f"status {answer.status}")
    if answer.status == 401 and not answer.get("WWW-Authenticate"):
        found.append("401 without WWW-Authenticate")
    if answer.status == 405 and not answer.get("Allow"):
        found.append("405 without Allow")
    if answer.status == 429 and not answer.get("Retry-After"):
        found.append("429 without Retry-After")
    if b"Traceback" in answer.body:
        found.append("a traceback")
    return found


def _content(request: Request, answer: Answer) -> list[str]:
    if request.method in _METHODS_WITHOUT_CONTENT or 300 <= answer.status < 400 or not answer.body:
        return []
    kind = answer.get("Content-Type").partition(";")[0]
    if not kind:
        return ["content of no type"]
    if kind == "application/json" or kind.endswith("+json"):
        return _json(answer, is_oauth="/v1/" not in request.path)
    if kind == "text/html" and "</html>" not in answer.text:
        return ["a page that does not end"]
    return []


def _no_number(name: str) -> None:
    raise ValueError(name)


def _json(answer: Answer, *, is_oauth: bool) -> list[str]:
    try:
        said = json.loads(answer.body, parse_constant=_no_number)
    except ValueError:
        return ["not JSON"]
    if answer.status < 400 or not isinstance(said, dict):
        return [] if answer.status < 400 else ["an error that is no object"]
    if not isinstance(said.get("error"), str):
        return ["an error without its code"]
    told = said.get("error_description")
    if told is not None and is_oauth and not _DESCRIPTION.fullmatch(told):
        return [f"error_description {told!r}"]
    return []


def _redirect(answer: Answer) -> list[str]:
    locations = answer.all("Location")
    if answer.status in (301, 302, 303, 307, 308) and len(locations) != 1:
        return ["a redirect to no place, or to two"]
    return [f"leads to {each!r}" for each in locations if not _OURS.match(each)]
