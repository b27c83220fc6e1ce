"""Forms: what was typed, what is wrong with it, and what somebody else saved meanwhile."""

import base64
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Protocol, TypeVar

from flask import request
from flask_babel import gettext as _
from markupsafe import Markup

from federation.fields import Field

KEPT = "_file_"
"""Begins the names of fields that hold a file."""
LONGEST_KEPT = 1024 * 1024
"""Bytes of a file that a form keeps while somebody signs in; a longer one is chosen again."""
LIMIT = 10_000
"""Characters that one field may have; whatever is longer is told by the field's own rules."""


class Versioned(Protocol):
    """A record that is saved at the version at which it was read."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def version(self) -> int: ...


Known = TypeVar("Known", bound=Versioned)


@dataclass
class Form:
    """What a template shows: values as typed, problems beside their fields.

    :param version: the version that the next save overwrites knowingly.
    :param theirs: field: what is saved now, where it differs from what was typed.
    """

    values: Mapping[str, Any]
    version: int = 0
    problems: dict[str, list[str]] = field(default_factory=dict)
    theirs: dict[str, str] = field(default_factory=dict)
    was_outrun: bool = False

    @property
    def status(self) -> int:
        if self.was_outrun:
            return 409
        return 422 if self.problems else 200

    def add(self, problems: Iterable[tuple[str, str]], say: Callable[[str], str] = _) -> None:
        """Adds problems: field and message id."""
        for name, message in problems:
            said = say(message)
            if said not in self.problems.setdefault(name, []):
                self.problems[name].append(said)

    def outrun(self, saved: Mapping[str, Any], version: int) -> None:
        """Somebody else saved first: shows both, keeps what was typed; saving again decides."""
        self.was_outrun = True
        self.version = version
        self.theirs = {
            name: _plain(value)
            for name, value in saved.items()
            if name in self.values and _plain(value) != _plain(self.values[name])
        }


def is_sent() -> bool:
    """Whether the form comes back, filled in."""
    return request.method == "POST"


def text(name: str) -> str:
    """What was typed into a line, without blanks around it."""
    return request.form.get(name, "").replace("\0", "").strip()[:LIMIT]


def typed(declared: Field) -> str:
    """What was typed into an input that a source declares."""
    return text(declared.name).replace("\r\n", "\n")


def lines(name: str) -> list[str]:
    """What was typed into an area, a value for each line."""
    return _lines(request.form.get(name, "")[: 10 * LIMIT])


def all_lines(name: str) -> list[str]:
    """The same of an area that takes as much as a form may hold: nothing of it is cut off."""
    return _lines(request.form.get(name, ""))


def _lines(typed: str) -> list[str]:
    return [line.strip() for line in typed.replace("\0", "").splitlines() if line.strip()]


def upload(name: str) -> bytes | None:
    """The file that was chosen, or that was kept while somebody signed in; None for none."""
    sent = request.files.get(name)
    if sent is not None and sent.filename:
        return bytes(sent.read())
    kept = request.form.get(KEPT + name)
    try:
        return base64.b64decode(kept, validate=True) if kept else None
    except ValueError:
        return None


def kept_files() -> list[tuple[str, str]]:
    """The files of a form as fields, so that a sign-in in between loses none."""
    sent = (
        (name, one.read(LONGEST_KEPT + 1)) for name, one in request.files.items() if one.filename
    )
    return [
        (KEPT + name, base64.b64encode(content).decode())
        for name, content in sent
        if len(content) <= LONGEST_KEPT
    ]


def ticked(name: str) -> bool:
    return request.form.get(name) == "1"


def chosen(name: str) -> list[str]:
    return [value for value in request.form.getlist(name) if value]


def version() -> int:
    """The version that the form was opened at; 0 for one that was tampered with."""
    sent = request.form.get("version", "")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) <= 10 else 0


def opened(known: Known) -> Known:
    """What is stored, as the page showed it from which a button was pressed: to change it raises
    `federation.errors.VersionConflict` where somebody else has saved since. As it is, where the
    page did not say."""
    return replace(known, version=version() or known.version)


def whole(typed: str) -> int:
    """The number that was typed; -1, which no field takes, for what is none."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else -1


def aria(form: Form, name: str, hint: str) -> Markup:
    """What a field says to assistive software: whether it is wrong, and where that is told."""
    problems = form.problems.get(name, [])
    told = [f"hint-{name}"] if hint else []
    told += [f"problem-{name}-{number}" for number in range(1, len(problems) + 1)]
    invalid = Markup(' aria-invalid="true"') if problems else Markup("")
    if not told:
        return invalid
    return invalid + Markup(' aria-describedby="{}"').format(" ".join(told))


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, (list, tuple)):
        return "\n".join(map(str, value))
    return "" if value is None else str(value)
