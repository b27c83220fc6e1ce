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

    def content(self, name: str) -> bytes:
        """:raises NoSecretThere:"""
        try:
            with (self._folder / name).open("rb") as file:
                return file.read(4 * 1024 * 1024)
        except OSError as error:
            raise NoSecretThere(f"{name} cannot be read: {error.strerror}") from error
