"""Secrets by reference: from the environment, or the first line of a file."""

from collections.abc import Mapping
from pathlib import Path


class NoSecretThere(ValueError):
    """The reference leads nowhere; the text says why."""


class References:
    """:param folder: what files are named from; that of the file itself."""

    def __init__(self, environment: Mapping[str, str], folder: Path) -> None:
        self._environment = environment
        self._folder = folder
        self.kept: list[str] = []
        """Variables that are not set, where what is stored stays."""

    def secret(self, reference: Mapping[str, str]) -> str:
        """:raises NoSecretThere:"""
        if name := reference.get("env"):
            if found := self._environment.get(name, "").strip():
                return found
            raise NoSecretThere(f"the variable {name} is not set")
        text = self.content(reference["file"]).decode("utf-8", "replace")
        if found := text.partition("\n")[0].strip():
            return found
        raise NoSecretThere(f"{reference['file']} is empty")

    def another(self, reference: Mapping[str, str] | None, *, has_one: bool) -> str | None:
        """The secret that stands there; None where what is stored already is to stay.

        :param has_one: whether one is stored: a variable that is not set leaves it alone.
        :raises NoSecretThere:
        """
        if reference is None:
            return None
        name = reference.get("env")
        if has_one and name and not self._environment.get(name, "").strip():
            self.kept.append(name)
            return None
        return self.secret(reference)

    def content(self, name: str) -> bytes:
        """:raises NoSecretThere:"""
        try:
            with (self._folder / name).open("rb") as file:
                return file.read(4 * 1024 * 1024)
        except OSError as error:
            raise NoSecretThere(f"{name} cannot be read: {error.strerror}") from error
