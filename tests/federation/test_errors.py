"""The drawing at the top of the errors module is the truth about it."""

import inspect

import pytest

from federation import errors
from federation.errors import FederationError, InvalidFields, Problem


def tree(kind: type[FederationError], depth: int = 0) -> list[tuple[int, str]]:
    """The classes below ``kind``, in the order in which they are written, each with its depth."""
    found = [(depth, kind.__name__)]
    ours = [one for one in kind.__subclasses__() if one.__module__ == errors.__name__]
    for child in ours:
        found += tree(child, depth + 1)
    return found


def test_drawn_tree_is_the_tree_of_classes() -> None:
    document = inspect.getdoc(errors) or ""

    drawn = [line for line in document.splitlines() if "──" in line]
    depths = [((line.index("──") - 5) // 4 + 1, line.split("── ")[1].split()[0]) for line in drawn]

    assert [(0, "FederationError"), *depths] == tree(FederationError)


@pytest.mark.parametrize("kind", [name for _, name in tree(FederationError)])
def test_every_error_has_a_code_and_a_sentence(kind: str) -> None:
    error = getattr(errors, kind)

    assert error.code.replace("_", "").isalpha()
    assert error.hint.isascii()
    assert error.hint.endswith(".")


def test_detail_is_in_the_log_line_and_not_in_the_hint() -> None:
    error = FederationError("what only the log may know")

    assert "what only the log may know" in str(error)
    assert "what only the log may know" not in f"{error.code} {error.hint}"


def test_invalid_fields_name_every_field() -> None:
    error = InvalidFields([Problem("id", "Too long."), Problem("mode", "Unknown.")])

    assert str(error) == "invalid_configuration: id: Too long.; mode: Unknown."
