"""``qiao``: every command under one name. What needs the application loads it; help does not."""

import gc
import sys
from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Any

import click
from click.shell_completion import get_completion_class
from flask import Flask
from flask.cli import ScriptInfo

from app.management.cli.commands import COMMANDS
from app.management.cli.late import Late, LateGroup
from app.metrics.version import version

SHELLS = ("bash", "zsh", "fish")
APPLICATION = "wsgi"
ELSEWHERE = {
    "routes": Late("flask.cli:routes_command", "Show the routes for the app."),
    "shell": Late("flask.cli:shell_command", "Run a shell in the app context."),
}
"""Commands beside those of ``flask --app wsgi`` that are ours."""


def load() -> Flask:
    """The application, with the settings of the environment. Exits with 2 where they are wrong."""
    app: Flask = import_module(APPLICATION).app
    return app


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
def completion(shell: str) -> None:
    """Print what completes commands and options in a shell.

    \b
    qiao completion bash > /etc/bash_completion.d/qiao
    qiao completion zsh > ~/.zfunc/_qiao
    qiao completion fish > ~/.config/fish/completions/qiao.fish
    """
    known = get_completion_class(shell)
    assert known is not None
    click.echo(known(qiao, {}, "qiao", "_QIAO_COMPLETE").source())


@click.group(
    cls=LateGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(version(), prog_name="Qiao")
@click.pass_context
def qiao(context: click.Context) -> None:
    """Qiao, an OpenID Connect provider.

    Settings are environment variables (docs/configuration.md). Exit codes: 0 done, 1 refused or
    something is wrong, 2 the call or the settings make no sense.
    """
    context.obj = ScriptInfo(create_app=load, set_debug_flag=False)


qiao.later(COMMANDS | ELSEWHERE)
qiao.add_command(completion)


def main() -> None:
    """The entry point. A database that cannot be used is one line, whichever command meets it."""
    gc.disable()  # until wsgi.py has loaded the application, which says why
    sys.exit(_told(partial(qiao.main, prog_name="qiao")))


def _told(run: Callable[[], Any]) -> int:
    try:
        run()
    except Exception as error:
        from sqlalchemy.exc import SQLAlchemyError

        if not isinstance(error, SQLAlchemyError):
            raise
        from app.management.cli.command import database_problem  # which loads the application

        click.echo(f"Error: {database_problem(error)}", err=True)
        return 1
    return 0


if __name__ == "__main__":
    main()
