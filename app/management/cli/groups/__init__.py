"""``groups``: people put together by hand and by rules.

``add`` makes one by what ``options`` say, ``listing`` shows them and who is in one, ``change``
changes and deletes one that ``lookup`` finds, ``members`` puts people in and takes them out.
"""

import click

from app.management.cli.groups.add import add
from app.management.cli.groups.change import change, delete
from app.management.cli.groups.listing import list_groups, show
from app.management.cli.groups.members import add_members, list_members, remove_members

COMMANDS = (add, list_groups, show, change, delete, list_members, add_members, remove_members)

groups = click.Group("groups", list(COMMANDS), help="Make groups of people, and fill them.")
