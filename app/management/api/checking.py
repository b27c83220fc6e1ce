"""Checks what was sent against the schema that documents it; every problem at once."""

import re
from collections.abc import Container, Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from flask import Request

from app.management.api.operation import MOST_BYTES
from app.management.api.problems import ApiProblem, Invalid, Problem
from app.management.api.schema import Json
from oidc.protocol import strict_json

if TYPE_CHECKING:
    from jsonschema import ValidationError

MOST_PROBLEMS = 50


def read_body(request: Request, *, needed: bool, most: int = MOST_BYTES) -> Json:
    """The JSON object that was sent; empty where none was and none is needed.

    :param most: bytes that it may have.

    :raises ApiProblem: it is no JSON object that every parser would read alike.
    """
    sent = request.get_data()
    if not sent and not needed:
        return {}
    if request.mimetype != "application/json":
        raise ApiProblem("unsupported_media_type", "Send the body as application/json.")
    if len(sent) > most:
        raise ApiProblem("too_large", f"Send at most {most} bytes.")
    try:
        body = strict_json.read(sent)
    except ValueError as error:
        raise ApiProblem("invalid_request", "The body is not well-formed JSON.") from error
    if not isinstance(body, dict):
        raise ApiProblem("invalid_request", "The body must be a JSON object.")
    return body


def problems_of(value: Any, schema: Json) -> list[Problem]:
    """Everything in which a value departs from its schema; it is never echoed."""
    errors = sorted(_validator()(schema).iter_errors(value), key=lambda error: list(error.path))
    found = (problem for error in errors[:MOST_PROBLEMS] for problem in _problems(error))
    return list(dict.fromkeys(found))


def demand(problems: Iterable[Problem]) -> None:
    """Goes on only where there is none.

    :raises Invalid: with all of them.
    """
    found = list(problems)
    if found:
        raise Invalid(found)


def _problems(error: "ValidationError") -> Iterator[Problem]:
    where = ".".join(str(step) for step in error.path)
    value: Any = error.instance
    if error.validator == "required":
        wanted: Any = error.validator_value
        yield from (Problem(_inside(where, name), "is required") for name in _but(wanted, value))
    elif error.validator == "additionalProperties":
        schema: Any = error.schema
        patterns = schema.get("patternProperties", {})
        for name in _but(value, schema["properties"]):
            if not any(re.fullmatch(pattern, name) for pattern in patterns):
                yield Problem(_inside(where, name[:64]), "cannot be set here")
    else:
        yield Problem(where, _SENTENCES.get(str(error.validator), _anything)(error.validator_value))


def _but(names: Iterable[str], known: Container[str]) -> list[str]:
    return [name for name in names if name not in known]


def _inside(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name


def _anything(_: Any) -> str:
    return "does not have the documented form"


def _types(value: Any) -> str:
    return "must be " + " or ".join([value] if isinstance(value, str) else value)


_SENTENCES = {
    "type": _types,
    "enum": lambda value: f"must be one of {', '.join(str(one) for one in value if one)}",
    "minLength": lambda value: f"must have at least {value} characters",
    "maxLength": lambda value: f"must have at most {value} characters",
    "minimum": lambda value: f"must be {value} or more",
    "maximum": lambda value: f"must be {value} or less",
    "maxItems": lambda value: f"must have at most {value} items",
    "minProperties": lambda _: "must have at least one member",
}


@cache
def _validator() -> Any:
    """Loaded with the first request that it checks; most servers never see one."""
    from jsonschema import Draft202012Validator, ValidationError
    from jsonschema.validators import extend

    def whole(_: Any, pattern: str, value: Any, __: Json) -> "Iterator[ValidationError]":
        """As ECMA 262 has it: ``$`` is the very end, not the place before a last line feed."""
        if isinstance(value, str) and not re.search(pattern.replace("$", r"\Z"), value):
            yield ValidationError("does not match")

    # 1.0 is an integer to JSON Schema; to our databases it is not.
    types = Draft202012Validator.TYPE_CHECKER.redefine(
        "integer", lambda _, value: isinstance(value, int) and not isinstance(value, bool)
    )
    return extend(Draft202012Validator, {"pattern": whole}, type_checker=types)
