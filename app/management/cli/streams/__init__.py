"""``streams``: security events that applications receive.

``listing`` shows the streams, ``switches`` stops and removes them, ``pushing`` sends what waits.
"""

import click

from app.management.cli.streams.listing import list_streams
from app.management.cli.streams.pushing import push
from app.management.cli.streams.switches import delete, disable, enable, pause

COMMANDS = (list_streams, pause, disable, enable, delete, push)

streams = click.Group(
    "streams", list(COMMANDS), help="Streams of security events that applications receive."
)
