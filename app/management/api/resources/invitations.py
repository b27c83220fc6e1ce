"""Invitations: links by which somebody becomes an administrator and chooses their own password."""

from app.administrators import invitations
from app.administrators.admins import AdminFields
from app.administrators.invitations import Invitation
from app.administrators.roles import ROLES
from app.management.api.operation import Answer, Call, Operation
from app.management.api.problems import NotFound
from app.management.api.schema import MOMENT, Json, Member, Record, closed, one_of, text
from app.management.services.invitation_mail import check_recipient, send_invitation

RECORD = Record(
    "Invitation",
    (
        Member("id", text(22), "told"),
        Member("username", text(64, least=1), "once", needed=True),
        Member("name", text(100), "once"),
        Member("role", one_of(*ROLES), "once", needed=True),
        Member(
            "mail_to",
            text(254),
            "secret",
            about="Where the link is sent besides; needs QIAO_SMTP_URL.",
        ),
        Member("invited_by", text(64), "told"),
        Member("created_at", MOMENT, "told"),
        Member("expires_at", MOMENT, "told"),
    ),
)
LINK = {
    **text(1000),
    "description": "Where they choose a password; told this once, good once. For them alone.",
}
MAILED = {
    "type": "boolean",
    "description": "Whether the mail server took the mail; told where `mail_to` was given.",
}
MADE = closed(
    {**RECORD.told()["properties"], "link": LINK, "mailed": MAILED},
    (*RECORD.told()["required"], "link"),
)


def list_invitations(call: Call) -> Answer:
    known = invitations.everything(call.session, call.clock)
    return Answer({"items": [_told(one) for one in known], "next": None})


def invite(call: Call) -> Answer:
    """One of the same user name that is open is replaced."""
    mail_to = call.body.get("mail_to", "")
    sent = {name: value for name, value in call.body.items() if name != "mail_to"}
    fields = AdminFields(**{"name": "", **sent})
    check_recipient(mail_to)
    made, token = invitations.invite(call.session, call.clock, fields, actor=call.actor.name)
    link = call.provider.url(invitations.PATH + token)
    told = _told(made) | {"link": link}
    if mail_to:
        call.session.commit()  # the database does not wait for the mail server
        told["mailed"] = send_invitation(mail_to, made, link) is None
    return Answer(told, location=f"/invitations/{made.id}")


def revoke(call: Call) -> Answer:
    found = invitations.get(call.session, call.clock, call.path["invitation_id"][:64])
    if found is None or not invitations.revoke(
        call.session, call.clock, found, actor=call.actor.name
    ):
        raise NotFound("There is no such invitation.")
    return Answer()


def _told(one: Invitation) -> Json:
    shown = (member.name for member in RECORD.members if member.use != "secret")
    return {name: getattr(one, name) for name in shown}


OPERATIONS = (
    Operation(
        "listInvitations",
        "Who is invited to the console and has not come yet, the newest first.",
        list_invitations,
        "InvitationPage",
    ),
    Operation(
        "inviteAdministrator",
        "Invites somebody to be an administrator: gives the link, this once.",
        invite,
        "InvitationMade",
        201,
        "InvitationNew",
    ),
    Operation(
        "revokeInvitation",
        "Takes an invitation back: its link is good no more.",
        revoke,
        status=204,
        fails=(404,),
    ),
)
