"""``admin list``, ``set-password`` and ``recovery-codes``: for whoever has lost their way in."""

from dataclasses import replace

import click

from app.administrators import admins, recovery
from app.administrators.admins import Admin, AdminFields
from app.administrators.passkeys import keepers
from app.management.cli import secrets_entry
from app.management.cli.command import as_json, command, print_json, refuse
from app.management.cli.deployment import ACTOR, clock, session
from app.management.cli.tables import moment, print_table
from app.sign_in.local_passwords import passwords


@command("list")
@as_json
def list_admins(as_json: bool) -> None:
    """List administrators."""
    found, with_passkey = admins.everybody(session()), keepers(session())
    if as_json:
        print_json([_document(one, with_passkey) for one in found])
        return
    rows = [
        (
            one.username,
            one.name,
            one.role,
            "disabled" if one.disabled_at else "enabled",
            _second_step(one, with_passkey) or "none",
            moment(one.last_sign_in),
        )
        for one in found
    ]
    headings = ("USERNAME", "NAME", "ROLE", "STATE", "SECOND STEP", "LAST SIGN-IN")
    print_table(headings, rows, "There are no administrators; see admin create --help.")


def _second_step(one: Admin, with_passkey: set[str]) -> str:
    steps = (("authenticator", one.has_totp), ("passkey", one.id in with_passkey))
    return ", ".join(name for name, has in steps if has)


def _document(one: Admin, with_passkey: set[str]) -> dict[str, object]:
    names = ("id", "username", "name", "role", "last_sign_in")
    state = {
        "enabled": one.disabled_at is None,
        "has_authenticator": one.has_totp,
        "has_passkey": one.id in with_passkey,
    }
    return {name: getattr(one, name) for name in names} | state


@command("set-password")
@click.argument("username")
@click.option("--password", envvar="ADMIN_PASSWORD", help="Asked for when left out.")
@click.option("--forget-factors", is_flag=True, help="Also remove passkeys and authenticator.")
def set_password(username: str, password: str | None, forget_factors: bool) -> None:
    """Give an administrator another password; their browsers are signed out.

    \b
    qiao admin set-password han --forget-factors
    """
    known = admins.by_username(session(), username)
    if known is None:
        refuse(f"There is no administrator {username}.")
    password = secrets_entry.enter("Password", password, confirm=True)
    fields = AdminFields(username, known.name, known.role, password)
    admins.change(session(), clock(), passwords(), known, fields, known.version, actor=ACTOR)
    if forget_factors:
        changed = replace(known, version=known.version + 1)
        admins.forget_factors(session(), clock(), changed, actor=ACTOR)
    session().commit()
    click.echo(f"{username} has a new password.")


@command("recovery-codes")
@click.argument("username")
def recovery_codes(username: str) -> None:
    """Make an administrator's recovery codes anew and print them, this once.

    Each stands for the second step of one sign-in; the password is needed as ever.

    \b
    qiao admin recovery-codes han
    """
    known = admins.by_username(session(), username)
    if known is None:
        refuse(f"There is no administrator {username}.")
    codes = recovery.renew(session(), clock(), known, actor=ACTOR)
    session().commit()
    click.echo("\n".join(codes))
