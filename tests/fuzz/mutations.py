"""One change to a request: what is sent twice, left out, empty, huge, of another type, badly
encoded, unknown, cut off, named twice or nested."""

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import partial
from random import Random
from typing import Any

from tests.fuzz.sending import Jwt, Pairs, Raw, Request, dumped

HUGE = "a" * 20_000
DEEP = Raw("[" * 2000 + "]" * 2000)
ODD_TEXTS = (
    *("", " ", "\x00", "\t", "\r\nX-Odd: 1", "\u202eodd", "\U0001f600", "\ufffd", "\u3000", "null"),
    *("<b>\"'&", "' OR 1=1 --", "%", "%00", "{{7*7}}", "../..", "//evil.example", "javascript:x"),
    *("-1", "0", "9" * 40, "1e309", "NaN", "true", "[]", "{}", "a" * 300, HUGE, "a\nb", "é", "i̇İ"),
)
BAD_BYTES = ("%ff", "%c3%28", "%ed%a0%80", "%", "%zz", "%00", "+%20+")
ODD_VALUES: tuple[Any, ...] = (
    *(
        None,
        True,
        False,
        0,
        -1,
        2**31,
        2**63,
        2**70,
        0.5,
        -0.0,
        "",
        " ",
        [],
        {},
        [None],
        {"": None},
    ),
    *("\x00", "\u202e", "\U0001f600", "a" * 300, HUGE, "null", [[[]]], {"a": {"b": {"c": []}}}),
    *(Raw("NaN"), Raw("Infinity"), Raw("1e400"), Raw('"\\ud800"'), Raw('"\\u0000"'), DEEP, Raw("")),
    *(Raw("9" * 400), Raw("[,]"), Raw('{"a":1,"a":2}')),
)
ODD_HEADERS = {
    "Accept": (
        "application/jwt",
        "*/*;q=x",
        "",
        "text/html",
        "application/token-introspection+jwt",
    ),
    "Accept-Language": ("zh-CN,é;q=9", "*" * 300, "xx;q=0", ""),
    "Authorization": ("Basic", "Bearer", "DPoP x", "Bearer " + "a" * 5000, "Basic Og==", "é"),
    "DPoP": ("", "x", "a.b.c"),
    "If-Match": ("*", '"0"', 'W/"1"', "x" * 500),
    "Origin": ("null", "https://evil.example", ""),
    "Prefer": ("wait=1e9", "wait=-1"),
    "Referer": ("http://[", "é"),
    "Sec-Fetch-Site": ("cross-site", "none", "x"),
    "User-Agent": ("", "MicroMessenger/8.0.50 \x01", "a" * 3000, "wxwork WindowsWechat"),
    "X-Forwarded-For": ("1.2.3.4:x", "[::1", "é", "fe80::1%eth0", "a" * 3000),
    "X-Forwarded-Proto": ("javascript", "https,http"),
    "X-Request-Id": ("é\x07", "a" * 500),
}
CONTENT_TYPES = (
    *("application/json", "text/plain", "multipart/form-data; boundary=x", "é", ""),
    *("application/x-www-form-urlencoded; charset=utf-16", "application/json; charset=utf-7"),
)

Change = Callable[[Random], None]


WEIGHTS = {"form": 4, "query": 4, "json": 5, "jwt": 4}
"""Of changes that are not as good as all others."""


def mutated(request: Request, random: Random) -> tuple[Request, str]:
    """A copy with one change, and the name of the change."""
    copy = deepcopy(request)
    kinds = list(_kinds(copy))
    weights = [WEIGHTS.get(name.partition(" ")[0], 1) for name, _ in kinds]
    [(name, change)] = random.choices(kinds, weights)
    change(random)
    return copy, name


def _kinds(request: Request) -> Iterator[tuple[str, Change]]:
    yield "header", partial(_change_header, request)
    yield "unknown header", partial(_add_header, request)
    yield "unknown query", partial(_add_pair, request.query)
    yield "method", partial(_change_method, request)
    yield "path", partial(_change_path, request)
    if request.visitor.cookies:
        yield "cookie", partial(_change_cookie, request)
    for where, found in (("query", request.query), ("form", request.form)):
        if found:
            yield where, partial(_change_pairs, found)
            yield f"{where} further", partial(_add_pair, found)
    if request.document is not None:
        yield "json", partial(_change_json, request)
        yield "json further", partial(_add_member, request)
    if request.form is not None or request.document is not None:
        yield "body", partial(_change_body, request)
    for tokens in (request.headers, request.form or [], request.query):
        for _, value in tokens:
            if isinstance(value, Jwt):
                yield "jwt", partial(_change_jwt, value)


def _add_header(request: Request, random: Random) -> None:
    request.headers.append((f"X-{random.randrange(99)}", random.choice(ODD_TEXTS)))


def _add_pair(found: Pairs, random: Random) -> None:
    found.append((_name(random), random.choice(ODD_TEXTS)))


def _name(random: Random) -> str:
    return random.choice(("from", "isappinstalled", "é", "a[b]", "a" * 500, "__proto__", "", "utm"))


def _change_pairs(found: Pairs, random: Random) -> None:
    place = random.randrange(len(found))
    name, value = found[place]
    text = str(value)
    kind = random.choice(("repeat", "drop", "odd", "odd", "odd", "bytes", "cut", "nest", "twice"))
    if kind == "repeat":
        found.insert(random.randrange(len(found) + 1), (name, value))
    elif kind == "drop":
        found.pop(place)
    elif kind == "odd":
        found[place] = (name, random.choice(ODD_TEXTS))
    elif kind == "bytes":
        found[place] = (name, Raw(random.choice(BAD_BYTES)))
    elif kind == "cut":
        found[place] = (name, text[: random.randrange(len(text) + 1)])
    elif kind == "nest":
        found[place] = (f"{name}[]", value)
    else:
        found[place] = (name, text + random.choice(ODD_TEXTS))


def _change_json(request: Request, random: Random) -> None:
    """Any value within the document, or all of it."""
    if not _change_within(request.document, random):
        request.document = random.choice(ODD_VALUES[1:])


def mutated_json(request: Request, random: Random) -> tuple[Request, str]:
    """The request with one change in its document."""
    _change_json(request, random)
    return request, "json"


def _change_within(document: Any, random: Random) -> bool:
    """Changes one value inside; False where there is none."""
    places: list[tuple[Any, Any]] = []
    _collect(document, places)
    if not places:
        return False
    holder, key = random.choice(places)
    kind = random.choice(("odd", "odd", "odd", "drop", "twice", "cut", "wrap"))
    if kind == "drop":
        del holder[key]
    elif kind == "twice" and isinstance(holder, dict):
        again = random.choice((holder[key], random.choice(ODD_VALUES)))
        holder[key] = Raw(f"{dumped(holder[key])},{json.dumps(key)}:{dumped(again)}")
    elif kind == "cut" and isinstance(holder[key], str):
        holder[key] = holder[key][: random.randrange(len(holder[key]) + 1)]
    elif kind == "wrap":
        holder[key] = random.choice(([holder[key]], {"x": holder[key]}, str(holder[key])))
    else:
        holder[key] = random.choice(ODD_VALUES)
    return True


def _collect(value: Any, places: list[tuple[Any, Any]]) -> None:
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for key, each in list(inner) if isinstance(value, dict | list) else []:
        places.append((value, key))
        if isinstance(each, dict | list):
            _collect(each, places)


def _add_member(request: Request, random: Random) -> None:
    if isinstance(request.document, dict):
        request.document[_name(random)] = random.choice(ODD_VALUES)


def _change_jwt(token: Jwt, random: Random) -> None:
    _change_within(random.choice((token.header, token.claims, token.claims)), random)


def _change_body(request: Request, random: Random) -> None:
    body, content_type = request.content()
    kind = random.choice(("cut", "type", "bytes", "empty", "long", "utf16"))
    request.content_type = content_type
    if kind == "type":
        request.content_type = random.choice(CONTENT_TYPES)
    elif kind == "cut":
        request.body = body[: random.randrange(len(body) + 1)]
    elif kind == "bytes":
        at = random.randrange(len(body) + 1)
        request.body = body[:at] + random.choice((b"\xff", b"\x00", b"\xed\xa0\x80")) + body[at:]
    elif kind == "empty":
        request.body = b""
    elif kind == "long":
        request.body = body + b" " * random.choice((1, 70_000, 300_000))
    else:
        request.body = body.decode().encode("utf-16")


def _change_header(request: Request, random: Random) -> None:
    if request.headers and random.random() < 0.3:
        kind = random.choice(("drop", "cut", "again"))
        place = random.randrange(len(request.headers))
        name, value = request.headers[place]
        if kind == "drop":
            request.headers.pop(place)
        elif kind == "cut":
            request.headers[place] = (name, str(value)[: random.randrange(len(str(value)) + 1)])
        else:
            request.headers.append((name, value))
        return
    name = random.choice(list(ODD_HEADERS))
    request.headers = [each for each in request.headers if each[0] != name]
    request.headers.append((name, random.choice(ODD_HEADERS[name])))


def _change_method(request: Request, random: Random) -> None:
    request.method = random.choice(("HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "GET", "POST"))


def _change_path(request: Request, random: Random) -> None:
    parts = request.path.split("/")
    place = random.randrange(1, len(parts)) if len(parts) > 1 else 0
    kind = random.choice(("odd", "cut", "after", "slash"))
    if kind == "odd":
        parts[place] = random.choice(("%00", "%ff", "%2e%2e", "%F0%9F%98%80", "a" * 400, "-1", " "))
    elif kind == "cut":
        parts[place] = parts[place][: random.randrange(len(parts[place]) + 1)]
    elif kind == "after":
        parts[place] += random.choice(("%00", "%0a", ";x", "%e2%80%ae", "."))
    else:
        parts.insert(place, "")
    request.path = "/".join(parts)


def _change_cookie(request: Request, random: Random) -> None:
    request.cookies = dict(request.visitor.cookies)
    name = random.choice(list(request.cookies))
    kind = random.choice(("drop", "odd", "cut", "other"))
    if kind == "drop":
        del request.cookies[name]
    elif kind == "cut":
        value = request.cookies[name]
        request.cookies[name] = value[: random.randrange(len(value) + 1)]
    elif kind == "other":
        request.cookies[name] = random.choice(list(request.cookies.values()))
    else:
        request.cookies[name] = random.choice(("", "x", "a=b", '"', "é", "a" * 5000, "%00"))
