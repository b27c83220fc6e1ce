"""``admin create``: somebody who may open the console."""

import click

from app.administrators import admins
from app.administrators.admins import AdminFields
from app.administrators.roles import ROLES
from app.management.cli import secrets_entry
from app.management.cli.command import command
from app.management.cli.deployment import ACTOR, clock, session, settings
from app.sign_in.local_passwords import passwords


@command("create")
@click.argument("username")
@click.option("--role", type=click.Choice(ROLES), default="owner", show_default=True)
@click.option("--name", default="", help="What other administrators see.")
@click.option("--password", envvar="ADMIN_PASSWORD", help="Asked for when left out.")
def create(username: str, role: str, name: str, password: str | None) -> None:
    """Make USERNAME an administrator, who signs in at /admin.

    The password (12 characters or more) is asked for, or read from standard input, or from
    ADMIN_PASSWORD.

    \b
    qiao admin create han
    qiao admin create lin --role viewer
    """
    password = secrets_entry.enter("Password", password, confirm=True)
    fields = AdminFields(username, name, role, password)
    admins.create(session(), clock(), passwords(), fields, actor=ACTOR)
    session().commit()
    click.echo(f"Created {username}; sign in at {settings().issuer}/admin/")
