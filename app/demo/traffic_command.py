"""``qiao demo traffic``: a week of sign-ins for the overview and the log to show."""

import logging
import os
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import click
from flask import Flask

from app.database import db
from app.demo.deployment import WEB_CLIENT, Deployment
from app.demo.processes import CannotStart, Processes, Server, answers
from app.demo.seed import WEB_CONNECTIONS, add_client, enable, prepare
from app.demo.traffic import DAY, MovedClock, Traffic, count_anew
from app.demo.traffic_people import CODES, Crowd
from app.demo.virtual_phone import SignInFailed
from app.elements import current_federation
from app.enablement.sources import usable_connections
from app.factory import create_app
from app.settings import Settings
from app.settings_reading import InvalidSettings, read_settings
from app.web.times import deployment_zone
from app.zones import day_of, midnight
from federation import CodeUpstream, Connection
from oidc.clock import system_clock
from oidc.provider import current_provider

MORE = {"demo-shop": ("Shop", "网上商城"), "demo-intranet": ("Intranet", "内网门户")}
"""Applications that the demo gets beside its own, so that there are some to compare."""
MOST_APPLICATIONS = 20


@click.command()
@click.option(
    "--folder",
    default="var/demo",
    show_default=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="The demo's, whether it runs or not.",
)
@click.option("--days", default=7, show_default=True, type=click.IntRange(1, 90))
@click.option("--sign-ins", default=3000, show_default=True, type=click.IntRange(1, 100_000))
@click.option("--people", default=60, show_default=True, type=click.IntRange(5, 5000))
def traffic(folder: Path, days: int, sign_ins: int, people: int) -> None:
    """Have the sandbox's people sign in for some days: the past ones up to now, in minutes.

    Into the demo's database; or, where QIAO_SECRET_KEYS is set, into that of the environment, whose
    applications and connections are used as they are. Only where WeChat is a sandbox.
    """
    try:
        settings = _settings(folder)
    except InvalidSettings as invalid:
        raise click.UsageError("\n".join(invalid.problems)) from invalid
    if not settings.wechat_sandbox:
        raise click.ClickException("Set QIAO_WECHAT_SANDBOX=1: this is not for real people.")
    clock = MovedClock(system_clock())
    app = create_app(settings, clock)
    try:
        with _sandbox(settings.wechat_api_base):
            _run(app, clock, settings.wechat_api_base, (days, sign_ins, people))
    except (CannotStart, SignInFailed) as error:
        raise click.ClickException(str(error)) from error


def _settings(folder: Path) -> Settings:
    """Those of the environment, or of the demo in the folder, which is made where there is none."""
    if "QIAO_SECRET_KEYS" in os.environ:
        return read_settings(os.environ)
    written = folder / "env"
    if not written.exists():
        deployment = Deployment.at(folder)
        prepare(deployment)
        deployment.write_environment()
    lines = shlex.split(written.read_text(encoding="utf-8"))
    return read_settings(dict(line.split("=", 1) for line in lines))


@contextmanager
def _sandbox(address: str) -> Iterator[None]:
    """The sandbox that runs, or one for as long as this takes.

    :raises CannotStart: nothing answers there, and it is not on this machine.
    """
    if answers(f"{address}/phone"):
        yield
        return
    parts = urlsplit(address)
    if parts.port is None:
        raise CannotStart(f"No sandbox answers at {address}.")
    command = (sys.executable, "-m", "federation.sandbox", "--port", str(parts.port))
    server = Server("sandbox", command, {}, parts.port, "/phone")
    processes = Processes(lambda _name, _line: None)
    try:
        processes.start(server)
        processes.wait_until_answers(server)
        yield
    finally:
        processes.stop()


def _run(app: Flask, clock: MovedClock, sandbox: str, wanted: tuple[int, int, int]) -> None:
    days, sign_ins, people = wanted
    now = clock.now
    with app.app_context():
        zone = deployment_zone()
        ways = _ways()
        crowd = Crowd(sandbox, current_federation())
        crowd.gather(people)
        today = midnight(day_of(now, zone), zone)
        clock.now = begun = midnight(day_of(now - (days - 1) * DAY, zone), zone)
        made = Traffic(app, clock, crowd, ways)
        visits = made.plan(sign_ins, now, zone)
    logging.disable(logging.WARNING)  # what is refused here is meant to be
    try:
        with click.progressbar(visits, label="Sign-ins", file=sys.stderr) as shown:
            steps = made.run(visits, today)
            for _visit in shown:
                next(steps)
    finally:
        logging.disable(logging.NOTSET)
    click.echo("Counting the hours")
    count_anew(app, begun, system_clock)
    click.echo(f"{len(visits)} sign-ins on {days} days ({zone.key}): /admin/overview, /admin/log")


def _ways() -> list[tuple[str, Connection]]:
    """Applications, each with a connection whose codes the sandbox can make."""
    session, provider, federation = db.session(), current_provider(), current_federation()
    if provider.clients.stored(session, WEB_CLIENT) is not None:
        _add_more()
    found = [
        (client.client_id, connection)
        for client in provider.clients.page(session, limit=MOST_APPLICATIONS)
        for connection in usable_connections(session, federation, client.client_id)
        if connection.credential.kind in CODES
        and isinstance(federation.upstream(connection), CodeUpstream)
    ]
    if not found:
        raise click.ClickException("No application may use a connection that takes codes.")
    return sorted(found, key=lambda way: (way[0] != WEB_CLIENT, way[0], way[1].position))


def _add_more() -> None:
    for client_id, (english, chinese) in MORE.items():
        document: dict[str, object] = {
            "client_name": english,
            "client_name#zh-CN": chinese,
            "redirect_uris": [f"https://{client_id}.example/callback"],
        }
        add_client(db.session(), current_provider(), client_id, document)
        for connection_id in WEB_CONNECTIONS:
            enable(db.session(), client_id, connection_id)
    db.session.commit()
