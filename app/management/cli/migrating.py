"""``db upgrade`` and ``db downgrade``: Flask-Migrate's, told as our other commands tell."""

from typing import Any

import click
from alembic import command
from alembic.runtime.migration import MigrationInfo
from alembic.script import Script
from alembic.util import CommandError
from flask import current_app, g
from flask.cli import with_appcontext
from flask_migrate.cli import db
from sqlalchemy import text

from app.database import db as database
from app.management.cli.command import refuse

HEARD = "on_version_apply"
"""In the application's extensions: who hears of each migration (`migrations/env.py`)."""


def _run(going: str, directory: str | None, sql: bool, tag: str | None, **more: Any) -> None:
    revision, x_arg = more["revision"], more["x_arg"] or g.x_arg
    settings = current_app.extensions["migrate"].migrate
    config = settings.get_config(directory or g.directory, x_arg=x_arg)
    steps: list[MigrationInfo] = []
    current_app.extensions[HEARD] = lambda step, **_: _tell(steps, step)
    if sql and revision == "-1":
        revision = "head:-1"
    try:
        getattr(command, going)(config, revision, sql=sql, tag=tag)
    except (CommandError, RuntimeError) as error:
        refuse(str(error))
    finally:
        del current_app.extensions[HEARD]
    if not sql:
        _tell_end(steps)


def _tell(steps: list[MigrationInfo], step: MigrationInfo) -> None:
    steps.append(step)
    script = step.up_revision
    said = script.doc if isinstance(script, Script) else ""
    click.echo(f"{'Applied' if step.is_upgrade else 'Took back'} {step.up_revision_id}: {said}")


def _tell_end(steps: list[MigrationInfo]) -> None:
    query = text("SELECT version_num FROM alembic_version")
    found = database.session().scalar(query)
    if not steps:
        click.echo(f"The database is at {found} already; nothing was changed.")
    elif found is None:
        click.echo("The database has none of our tables any more.")
    else:
        click.echo(f"The database is at {found}.")


@with_appcontext
def _upgrade(**options: Any) -> None:
    _run("upgrade", **options)


@with_appcontext
def _downgrade(**options: Any) -> None:
    _run("downgrade", **options)


def _told(name: str, callback: Any) -> click.Command:
    """A command of Flask-Migrate's with its options, that does it in our way."""
    theirs = db.commands[name]
    return click.Command(name, callback=callback, params=theirs.params, help=theirs.help)


MIGRATING = {
    "upgrade": _told("upgrade", _upgrade),
    "downgrade": _told("downgrade", _downgrade),
}
