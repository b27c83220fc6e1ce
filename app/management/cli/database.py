"""``db``: what moves the tables, by Flask-Migrate, and the whole database to another one."""

import click
from flask_migrate.cli import db

from app.management.cli.copying import copy
from app.management.cli.migrating import MIGRATING

database = click.Group(
    "db",
    {**db.commands, **MIGRATING, "copy": copy},
    callback=db.callback,
    params=db.params,
    help="Migrate, check and move the database.",
)
