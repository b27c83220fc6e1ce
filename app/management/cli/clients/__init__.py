"""``clients``: applications.

``add`` and ``change`` take the ``options`` that metadata has, ``listing`` and ``lookup`` find them,
``switches`` stop and end them; ``documents`` are clients that describe themselves, ``for_program``
registers a program that people run, ``check`` compares one with it, and ``access`` says who may
come in.
"""

import click

from app.management.cli.clients.access import access, decide, requests
from app.management.cli.clients.add import add
from app.management.cli.clients.change import change, rotate_secret
from app.management.cli.clients.check import check
from app.management.cli.clients.for_program import list_presets
from app.management.cli.clients.listing import list_clients, show
from app.management.cli.clients.switches import delete, disable, enable

COMMANDS = (
    add,
    list_presets,
    list_clients,
    show,
    check,
    change,
    rotate_secret,
    disable,
    enable,
    delete,
    access,
    requests,
    decide,
)

clients = click.Group("clients", list(COMMANDS), help="Register and change applications.")
