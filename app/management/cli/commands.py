"""The operator's commands of ``flask --app wsgi``: ``COMMANDS`` is what exists."""

import click
from flask import Flask

from app.management.cli.accounts import accounts
from app.management.cli.admins import admin
from app.management.cli.apis import apis
from app.management.cli.clients import clients
from app.management.cli.connections import connections
from app.management.cli.credentials import credentials
from app.management.cli.deployment_file import apply, export_file
from app.management.cli.doctor.examination import doctor
from app.management.cli.domain_files import domain_files
from app.management.cli.keys import keys
from app.management.cli.logouts import logouts
from app.management.cli.prune import prune
from app.management.cli.secrets import secrets
from app.management.cli.serve import serve
from app.management.cli.statistics import statistics
from app.management.cli.wechat_apps import apps, wechat_apps

COMMANDS: tuple[click.Command, ...] = (
    serve,
    doctor,
    prune,
    statistics,
    apply,
    export_file,
    clients,
    apis,
    wechat_apps,
    apps,
    credentials,
    connections,
    domain_files,
    accounts,
    admin,
    keys,
    logouts,
    secrets,
)


def setup_commands(app: Flask) -> None:
    for command in COMMANDS:
        app.cli.add_command(command)
