"""A group of commands that loads a command when it is called: a server needs none but its own."""

from collections.abc import Mapping

import click
from flask.cli import AppGroup
from werkzeug.utils import import_string


class LateGroup(AppGroup):
    """A group that knows some of its commands by their places, as ``package.module:name``.

    Help loads them all, for their first lines.
    """

    def later(self, places: Mapping[str, str]) -> None:
        """Adds commands.

        :param places: by the names that people type.
        """
        self._places = {**getattr(self, "_places", {}), **places}

    def list_commands(self, context: click.Context) -> list[str]:
        return sorted({*super().list_commands(context), *self._places})

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        place = self._places.get(name)
        if place is None:
            return super().get_command(context, name)
        found: click.Command = import_string(place)
        return found
