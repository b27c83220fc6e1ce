"""``keys``: our signing keys.

``listing`` shows them, ``rotation`` takes the next step, ``pruning`` removes what nothing needs.
"""

import click

from app.management.cli.keys.listing import list_keys
from app.management.cli.keys.pruning import prune
from app.management.cli.keys.rotation import rotate

COMMANDS = (list_keys, rotate, prune)

keys = click.Group("keys", list(COMMANDS), help="Rotate signing keys.")
