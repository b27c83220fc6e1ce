"""``streams pause``, ``disable``, ``enable`` and ``delete``."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from app.management.cli.command import command, refuse
from app.management.cli.deployment import operator, session
from app.management.services import event_streams
from federation.errors import NotFound
from oidc.protocol.security_events import DISABLED, ENABLED, PAUSED

_reason = click.option("--reason", default="", help="What the receiver is told.")


@command("pause")
@click.argument("stream_id", metavar="STREAM")
@_reason
def pause(stream_id: str, reason: str) -> None:
    """Hold the events of a stream back; its receiver cannot undo it."""
    _switch(stream_id, PAUSED, reason)


@command("disable")
@click.argument("stream_id", metavar="STREAM")
@_reason
def disable(stream_id: str, reason: str) -> None:
    """Stop a stream and drop what waits in it; its receiver cannot undo it."""
    _switch(stream_id, DISABLED, reason)


@command("enable")
@click.argument("stream_id", metavar="STREAM")
def enable(stream_id: str) -> None:
    """Let a stream run again."""
    _switch(stream_id, ENABLED, "")


@command("delete")
@click.argument("stream_id", metavar="STREAM")
def delete(stream_id: str) -> None:
    """Remove a stream, with what waits in it.

    \b
    qiao streams delete deadbeef00010061626364
    """
    with known(stream_id):
        event_streams.delete(operator(), stream_id)
    session().commit()
    click.echo(f"Deleted {stream_id}.")


def _switch(stream_id: str, status: str, reason: str) -> None:
    with known(stream_id):
        event_streams.set_status(operator(), stream_id, status, reason)
    session().commit()
    click.echo(f"{stream_id} is {status}.")


@contextmanager
def known(stream_id: str) -> Iterator[None]:
    """Names the stream that there is not."""
    try:
        yield
    except NotFound:
        refuse(f"There is no stream {stream_id}; see streams list.")
