"""Commands that only tell something tell it to programs as well."""

from importlib import import_module

import click
import pytest

from app.management.cli.commands import COMMANDS

TELLING = {"list", "show", "check", "members", "sessions", "invitations", "jobs", "deliveries"} | {
    *("events", "presets", "requests", "compare", "receipt", "search", "statistics", "doctor"),
    "preview-move",
}
FLASKS = {"db"}
"""Flask-Migrate's, whose commands are its own."""


@pytest.mark.parametrize("name", sorted({*COMMANDS} - FLASKS))
def test_command_that_tells_something_tells_it_as_json_too(name: str) -> None:
    module, _, member = COMMANDS[name].place.partition(":")
    command: click.Command = getattr(import_module(module), member)
    known = command.commands if isinstance(command, click.Group) else {name: command}

    silent = [
        each
        for each, one in known.items()
        if each in TELLING and not any("--json" in option.opts for option in one.params)
    ]
    assert silent == []
