"""``admin sessions``, ``sign-out``, ``demand-password``: where they are, and getting them out."""

import click

from app.administrators import admins, sessions
from app.administrators.admins import Admin
from app.management.cli.command import as_json, command, print_json, refuse
from app.management.cli.deployment import ACTOR, clock, session
from app.management.cli.tables import moment, print_table


@command("sessions")
@click.argument("username")
@as_json
def list_sessions(username: str, as_json: bool) -> None:
    """List the browsers in which an administrator is signed in."""
    found = sessions.of_admin(session(), clock(), _load(username).id)
    if as_json:
        names = ("id", "created_at", "last_seen", "address", "device")
        print_json([{name: getattr(one, name) for name in names} for one in found])
        return
    rows = [
        (
            one.id[:12],
            one.device or "",
            one.address or "",
            moment(one.created_at),
            moment(one.last_seen),
        )
        for one in found
    ]
    headings = ("SESSION", "DEVICE", "ADDRESS", "SINCE", "LAST USED")
    print_table(headings, rows, f"{username} is signed in nowhere.")


@command("sign-out")
@click.argument("username")
@click.option("--session", "wanted", help="The one that `sessions` shows; all without it.")
def sign_out(username: str, wanted: str | None) -> None:
    """Sign an administrator out of one browser, or of all."""
    known = _load(username)
    open_ones = sessions.of_admin(session(), clock(), known.id)
    named = [one.id for one in open_ones if wanted and one.id.startswith(wanted)]
    if wanted and len(named) != 1:
        refuse(f"{username} has no session {wanted}.")
    ended = sessions.end_of(session(), clock(), known, *named, actor=ACTOR)
    session().commit()
    click.echo(f"Sessions ended: {ended}")


@command("demand-password")
@click.argument("username")
def demand_password(username: str) -> None:
    """Have an administrator choose another password before anything else opens to them."""
    admins.set_password_due(session(), clock(), _load(username), due=True, actor=ACTOR)
    session().commit()
    click.echo(f"{username} has to choose another password.")


def _load(username: str) -> Admin:
    known = admins.by_username(session(), username)
    if known is None:
        refuse(f"There is no administrator {username}.")
    return known
