"""``serve``: the WSGI server, the same in the demo and in production."""

import os
import sys
from collections.abc import Sequence

import click

from app.management.cli.command import command

THREADS = 256
"""A sign-in waits for its source for up to eight seconds, and holds a thread meanwhile; with this
many, others find one free. They are made when needed, and each waits without using processor.
Granian warns at the start that this is more than twice the cores; waiting is what they are for."""

GRACE = 15
"""Seconds that requests under way have to end in; a source answers, or is given up, in eight."""


@command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option("--port", default=8000, show_default=True, help="Port to listen at.")
@click.option(
    "--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Processes."
)
@click.option(
    "--threads",
    default=THREADS,
    show_default=True,
    type=click.IntRange(1, 512),
    help="Requests that a process handles at once.",
)
@click.option("--access-log", is_flag=True, help="Log every request.")
def serve(host: str, port: int, workers: int, threads: int, access_log: bool) -> None:
    """Serve Qiao.

    Ctrl-C or SIGTERM stops it; requests under way are finished first. The settings come from
    the environment and have been checked by now, and so nothing secret is among the server's
    arguments. Give one worker to each processor core.

    \b
    flask --app wsgi serve
    flask --app wsgi serve --host 0.0.0.0 --port 8000 --workers 4
    """
    click.echo(f"Serving at http://{host}:{port} (workers: {workers}, threads each: {threads}).")
    sys.stdout.flush()
    arguments = server_arguments(host, port, workers, threads, access_log)
    # The server takes this process's place: signals reach it, and the settings stay where they are.
    os.execv(sys.executable, [sys.executable, *arguments])  # noqa: S606


def server_arguments(
    host: str, port: int, workers: int, threads: int, access_log: bool = False
) -> Sequence[str]:
    """What Python is run with."""
    return [
        *("-m", "granian", "--interface", "wsgi", "wsgi:app"),
        *("--host", host, "--port", str(port)),
        *("--workers", str(workers), "--blocking-threads", str(threads)),
        *("--workers-kill-timeout", str(GRACE), "--respawn-failed-workers", "--no-ws"),
        "--access-log" if access_log else "--no-access-log",
    ]
