"""The commands of ``flask --app wsgi``: ``COMMANDS`` is what exists."""

import click
from flask import Flask

from app.demo.commands import demo
from app.ops.accounts import accounts
from app.ops.admins import admin
from app.ops.apps import apps
from app.ops.clients import clients
from app.ops.connections import connections
from app.ops.doctor.examination import doctor
from app.ops.keys import keys
from app.ops.logouts import logouts
from app.ops.prune import prune
from app.ops.serve import serve

COMMANDS: tuple[click.Command, ...] = (
    serve,
    doctor,
    prune,
    clients,
    apps,
    connections,
    accounts,
    admin,
    keys,
    logouts,
    demo,
)


def setup_commands(app: Flask) -> None:
    for command in COMMANDS:
        app.cli.add_command(command)
