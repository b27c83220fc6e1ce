"""The link of an invitation, by SMTP to whom it is for."""

from datetime import UTC, datetime

from flask_babel import force_locale
from flask_babel import gettext as _

from app.administrators.invitations import Invitation
from app.administrators.roles import NAMES
from app.notifications.mail import LOCALES, Mailer, letter, post
from app.setting_mail import is_mailbox
from federation.errors import InvalidFields, Problem
from federation.translation import N_

NO_SERVER = N_("No mail is sent here: QIAO_SMTP_URL and QIAO_MAIL_FROM are not set.")


def check_recipient(address: str) -> None:
    """Says before anybody is invited that the mail could not be sent.

    :raises InvalidFields: of ``mail_to``.
    """
    if not address:
        return
    if not is_mailbox(address):
        raise InvalidFields([Problem("mail_to", N_("Write an address such as lin@example.com."))])
    if Mailer.of_application() is None:
        raise InvalidFields([Problem("mail_to", NO_SERVER)])


def send_invitation(address: str, invitation: Invitation, link: str) -> str | None:
    """Sends it, this moment, in both languages; why it could not be sent, None where it was.

    Commit first: the server is waited for, and holds no database connection.
    """
    mailer = Mailer.of_application()
    if mailer is None:
        return NO_SERVER
    parts = [_part(invitation, link, mailer.issuer, locale) for locale in LOCALES]
    message = letter(mailer, (address,), parts, invitation.id, invitation.created_at)
    return post(mailer, (address,), message).failure


def _part(invitation: Invitation, link: str, issuer: str, locale: str) -> tuple[str, str]:
    until = datetime.fromtimestamp(invitation.expires_at, UTC).strftime("%Y-%m-%d %H:%M UTC")
    with force_locale(locale):
        title = _("You are invited to be an administrator")
        about = _(
            "You are invited to the console of %(address)s as %(username)s (%(role)s).",
            address=issuer,
            username=invitation.username,
            role=_(NAMES[invitation.role]),
        )
        how = _("Open this link and choose a password. It is good once, until %(moment)s:",
                moment=until)  # fmt: skip
        else_ = _(
            "If you did not expect this, leave the link unopened and tell who runs the server."
        )
    return title, "\n\n".join((about, f"{how}\n{link}", else_))
