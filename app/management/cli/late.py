"""A group of commands that loads a command when it is called: a server needs none but its own."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import click
from flask.cli import AppGroup
from werkzeug.utils import import_string

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


class Late(NamedTuple):
    """A command that is not loaded yet.

    :param place: as ``package.module:name``.
    :param says: the first paragraph of its help; None hides it.
    """

    place: str
    says: str | None


class LateGroup(AppGroup):
    """A group that knows some of its commands by their places.

    Its help and its completion load none of them.
    """

    def later(self, places: Mapping[str, Late]) -> None:
        """Adds commands.

        :param places: by the names that people type.
        """
        self._places = {**getattr(self, "_places", {}), **places}

    def list_commands(self, context: click.Context) -> list[str]:
        return sorted({*super().list_commands(context), *self._places})

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        late = self._places.get(name)
        if late is None:
            return super().get_command(context, name)
        found: click.Command = import_string(late.place)
        return found

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        self._unloaded().format_commands(context, formatter)

    def shell_complete(self, context: click.Context, incomplete: str) -> "list[CompletionItem]":
        unloaded = self._unloaded()
        return unloaded.shell_complete(click.Context(unloaded, context.parent), incomplete)

    def _unloaded(self) -> click.Group:
        late = {
            name: click.Command(name, help=says, hidden=says is None)
            for name, (_, says) in self._places.items()
        }
        return click.Group(self.name, {**self.commands, **late}, params=self.params)
