"""``secrets reseal``: what is to be done when a secret of ``QIAO_SECRET_KEYS`` is replaced."""

import click

from app.management.cli.secrets.reseal import reseal

COMMANDS = (reseal,)

secrets = click.Group("secrets", list(COMMANDS), help="Replace secrets of QIAO_SECRET_KEYS.")
