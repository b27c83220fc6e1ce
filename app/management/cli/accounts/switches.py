"""``accounts disable``, ``enable``, ``sign-out`` and ``set-password``."""

import click

from app.management.cli import secrets_entry
from app.management.cli.accounts.show import load
from app.management.cli.command import command, refuse
from app.management.cli.deployment import operator, session
from app.management.services import accounts


@command("disable")
@click.argument("who", metavar="ACCOUNT")
def disable(who: str) -> None:
    """Shut an account: no sign-in, no refresh; its sessions and tokens end now.

    \b
    qiao accounts disable li.lei
    """
    account = load(who)
    if account.disabled_at is not None:
        refuse(f"{account.id} is disabled already.")
    ended = accounts.disable(operator(), account.id)
    session().commit()
    click.echo(f"Disabled {account.id}; {ended.sessions} sessions and {ended.grants} grants ended.")


@command("enable")
@click.argument("who", metavar="ACCOUNT")
def enable(who: str) -> None:
    """Open a disabled account again; the person has to sign in anew."""
    account = load(who)
    if not accounts.enable(operator(), account.id):
        refuse(f"{account.id} is not disabled.")
    session().commit()
    click.echo(f"{account.id} can sign in again.")


@command("sign-out")
@click.argument("who", metavar="ACCOUNT")
@click.option("--offline", is_flag=True, help="Also end offline access.")
def sign_out(who: str, offline: bool) -> None:
    """Sign a person out of every browser, and end the tokens that came from there.

    Tokens with offline_access outlive a session, as people allowed them to; --offline ends
    those as well.

    \b
    qiao accounts sign-out li.lei --offline
    """
    account = load(who)
    ended = accounts.sign_out(operator(), account.id, offline=offline)
    session().commit()
    click.echo(
        f"Signed {account.id} out: {ended.sessions} sessions and {ended.grants} grants ended."
    )


@command("set-password")
@click.argument("who", metavar="ACCOUNT")
@click.option("--password", envvar="ACCOUNT_PASSWORD", help="Asked for when left out.")
def set_password(who: str, password: str | None) -> None:
    """Give a local account another password; whoever came by the old one is signed out.

    \b
    qiao accounts set-password li.lei
    """
    account = load(who)
    password = secrets_entry.enter("Password", password, confirm=True)
    ended = accounts.set_password(operator(), account.id, password)
    session().commit()
    click.echo(
        f"{account.username} has a new password; "
        f"{ended.sessions} sessions and {ended.grants} grants ended."
    )
