"""``accounts create``: a local account with a password."""

import json
from typing import Any, TextIO

import click

from app.management.cli import secrets_entry
from app.management.cli.command import as_json, command, print_json, refuse
from app.management.cli.deployment import ACTOR, clock, session, settings
from app.sign_in.local_passwords import passwords


@command("create")
@click.argument("username")
@click.option("--password", envvar="ACCOUNT_PASSWORD", help="Asked for when left out.")
@click.option(
    "--profile",
    type=click.File(encoding="utf-8"),
    metavar="FILE",
    help="JSON object of standard claims (OpenID Connect Core 5.1).",
)
@as_json
def create(username: str, password: str | None, profile: TextIO | None, as_json: bool) -> None:
    """Create an account that signs in with USERNAME and a password.

    The password is asked for, or read from standard input, or from ACCOUNT_PASSWORD.

    \b
    qiao accounts create li.lei --profile li-lei.json
    """
    claims = _read_profile(profile) if profile else {}
    password = secrets_entry.enter("Password", password, confirm=True)
    subject = passwords().create(session(), clock(), username, password, claims, actor=ACTOR)
    session().commit()
    if as_json:
        print_json({"sub": subject, "username": username})
        return
    click.echo(f"Created {username}; sub is {subject}.")
    if not settings().local_login:
        click.echo("Passwords are not accepted at the moment: set QIAO_LOCAL_LOGIN=1.", err=True)


def _read_profile(file: TextIO) -> dict[str, Any]:
    try:
        claims = json.load(file)
    except ValueError:
        refuse(f"{file.name} is not JSON.")
    if not isinstance(claims, dict):
        refuse(f"{file.name} must hold a JSON object.")
    return claims
