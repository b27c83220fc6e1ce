"""``admin invite``, ``invitations`` and ``revoke-invitation``: links that make administrators."""

import click

from app.administrators import invitations
from app.administrators.admins import AdminFields
from app.administrators.roles import ROLES
from app.management.cli.command import as_json, command, print_json, refuse
from app.management.cli.deployment import ACTOR, clock, session, settings
from app.management.cli.tables import moment, print_table
from app.management.services.invitation_mail import check_recipient, send_invitation


@command("invite")
@click.argument("username")
@click.option("--role", type=click.Choice(ROLES), default="viewer", show_default=True)
@click.option("--name", default="", help="What other administrators see.")
@click.option("--mail", "mail_to", default="", help="Send the link to this address too.")
@as_json
def invite(username: str, role: str, name: str, mail_to: str, as_json: bool) -> None:
    """Invite USERNAME to be an administrator, and print the link, this once.

    Who opens it chooses a password; it is good once, for three days.

    \b
    qiao admin invite lin --role editor
    """
    fields = AdminFields(username, name, role)
    check_recipient(mail_to)
    made, token = invitations.invite(session(), clock(), fields, actor=ACTOR)
    session().commit()
    link = settings().issuer + invitations.PATH + token
    failure = send_invitation(mail_to, made, link) if mail_to else None
    if failure:
        click.echo(f"The mail was not sent; send the link yourself. {failure}", err=True)
    if as_json:
        told = {"username": made.username, "expires_at": made.expires_at, "link": link}
        print_json(told | ({"mailed": failure is None} if mail_to else {}))
        return
    click.echo(link)
    click.echo(f"For {username} alone, once, until {moment(made.expires_at)}.", err=True)


@command("invitations")
@as_json
def list_invitations(as_json: bool) -> None:
    """List who is invited and has not come yet."""
    found = invitations.everything(session(), clock())
    if as_json:
        names = ("username", "name", "role", "invited_by", "expires_at")
        print_json([{name: getattr(one, name) for name in names} for one in found])
        return
    rows = [
        (one.username, one.name, one.role, one.invited_by, moment(one.expires_at)) for one in found
    ]
    headings = ("USERNAME", "NAME", "ROLE", "INVITED BY", "GOOD UNTIL")
    print_table(headings, rows, "Nobody is invited; see admin invite --help.")


@command("revoke-invitation")
@click.argument("username")
def revoke_invitation(username: str) -> None:
    """Take the invitation of USERNAME back: its link is good no more."""
    known = invitations.everything(session(), clock())
    found = next((one for one in known if one.username == username), None)
    if found is None or not invitations.revoke(session(), clock(), found, actor=ACTOR):
        refuse(f"Nobody is invited as {username}.")
    session().commit()
    click.echo(f"The invitation of {username} is taken back.")
