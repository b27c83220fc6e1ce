"""Refusals of the control API, and the reading of JSON that leads to them."""

from collections.abc import Mapping
from typing import TypeVar

from flask import Response, jsonify, request

Value = TypeVar("Value")


class Refusal(Exception):
    """A request of a script that cannot be done.

    :param status: HTTP status.
    :param code: for machines; ``sentence``: for whoever wrote the script.
    """

    def __init__(self, status: int, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.code = code
        self.sentence = sentence


def on_refusal(refusal: Refusal) -> tuple[Response, int]:
    return jsonify(error=refusal.code, error_description=refusal.sentence), refusal.status


def unknown(what: str, name: str) -> Refusal:
    return Refusal(404, "not_found", f"There is no {what} {name!r} in this sandbox.")


class Fields:
    """The JSON body, read field by field; ``done`` refuses what nobody has asked for.

    :raises Refusal: 400 for a body that is not a JSON object and for values of a wrong type.
    """

    def __init__(self, body: Mapping[str, object]) -> None:
        self._body = dict(body)
        self._read: set[str] = set()

    @classmethod
    def of_request(cls) -> "Fields":
        body = request.get_json(force=True, silent=True) if request.get_data() else {}
        if not isinstance(body, dict):
            raise Refusal(400, "invalid_request", "The body must be a JSON object.")
        return cls(body)

    def text(self, name: str, default: str | None = None) -> str:
        return self._typed(name, str, "a string", default)

    def optional_text(self, name: str, default: str | None = None) -> str | None:
        value = self._take(name, default)
        if value is None or isinstance(value, str):
            return value
        raise _wrong(name, "a string or null")

    def flag(self, name: str, default: bool) -> bool:
        return self._typed(name, bool, "true or false", default)

    def whole(self, name: str, default: int | None = None) -> int:
        value = self._typed(name, int, "a whole number", default)
        if isinstance(value, bool):
            raise _wrong(name, "a whole number")
        return value

    def optional_whole(self, name: str, default: int | None = None) -> int | None:
        """A number; the default where nothing is sent, None where ``null`` is."""
        if self._take(name, default) is None:
            return None
        return self.whole(name, default)

    def number(self, name: str, default: float) -> float:
        value = self._take(name, default)
        if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0:
            return float(value)
        raise _wrong(name, "a number that is not negative")

    def choice(self, name: str, choices: tuple[Value, ...], default: Value | None = None) -> Value:
        value = self._take(name, default)
        for choice in choices:
            if choice == value:
                return choice
        raise _wrong(name, "one of " + ", ".join(str(choice) for choice in choices))

    def texts(self, name: str, default: tuple[str, ...]) -> tuple[str, ...]:
        value = self._take(name, list(default))
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        raise _wrong(name, "a list of strings")

    def objects(self, name: str) -> list["Fields"] | None:
        """A list of objects, or None if the field is not there."""
        value = self._take(name, None)
        if value is None:
            return None
        if isinstance(value, list) and all(isinstance(item, dict) for item in value):
            return [Fields(item) for item in value]
        raise _wrong(name, "a list of objects")

    def texts_by_name(self, name: str) -> Mapping[str, str]:
        value = self._take(name, {})
        if isinstance(value, dict):
            return {str(key): str(item) for key, item in value.items()}
        raise _wrong(name, "an object")

    def done(self) -> None:
        """:raises Refusal: 400 for fields that were not read: probably misspelt."""
        strange = sorted(set(self._body) - self._read)
        if strange:
            raise Refusal(400, "invalid_request", f"Unknown fields: {', '.join(strange)}.")

    def _take(self, name: str, default: object) -> object:
        self._read.add(name)
        return self._body.get(name, default)

    def _typed(self, name: str, kind: type[Value], what: str, default: Value | None) -> Value:
        value = self._take(name, default)
        if isinstance(value, kind):
            return value
        raise _wrong(name, what)


def _wrong(name: str, what: str) -> Refusal:
    return Refusal(400, "invalid_request", f"{name} must be {what}.")
