"""``logouts``: what applications are told of sessions that ended.

``deliver`` sends now, ``clear`` drops what waits.
"""

import click

from app.management.cli.logouts.clear import clear
from app.management.cli.logouts.deliver import deliver

COMMANDS = (deliver, clear)

logouts = click.Group("logouts", list(COMMANDS), help="Tell applications that sessions ended.")
