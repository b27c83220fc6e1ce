"""``admins``: the people who run the deployment.

``create`` makes one, ``inviting`` has somebody become one by a link, ``help`` lets one in again who
is locked out, ``sessions`` says where they are signed in.
"""

import click

from app.management.cli.admins.create import create
from app.management.cli.admins.help import list_admins, recovery_codes, set_password
from app.management.cli.admins.inviting import invite, list_invitations, revoke_invitation
from app.management.cli.admins.sessions import demand_password, list_sessions, sign_out

COMMANDS = (
    create,
    invite,
    list_invitations,
    revoke_invitation,
    list_admins,
    list_sessions,
    sign_out,
    demand_password,
    set_password,
    recovery_codes,
)

admin = click.Group("admin", list(COMMANDS), help="Say who may open the console at /admin.")
