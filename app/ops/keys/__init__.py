"""``keys``: what ID tokens are signed with."""

import click

from app.ops.keys.listing import list_keys
from app.ops.keys.pruning import prune
from app.ops.keys.rotation import rotate

COMMANDS = (list_keys, rotate, prune)

keys = click.Group("keys", list(COMMANDS), help="Rotate signing keys.")
