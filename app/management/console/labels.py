"""Values as an admin reads them, in their language."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup, escape

from app.accounts.identification.contradictions import KEY_OF_OTHER
from app.accounts.identification.rules import FLAGS, SENTENCES
from app.administrators import roles
from app.audit.trail import Event, masked
from app.elements import current_federation
from app.management.console import desk
from app.management.console.metadata_labels import HELP
from app.management.services.credentials import advice_about
from app.web.i18n import current_language, said_in
from federation import Source
from federation.connections import LOCALES
from federation.credentials import ErrorCode
from federation.devices import label_of
from federation.source import Mode
from federation.translation import N_
from oidc.clients.client import Client

PHONES = {
    "never": N_("Never ask"),
    "optional": N_("Ask, and accept a no"),
    "required": N_("Required"),
}
ASSOCIATIONS = {
    "none": N_("Never link by itself"),
    "phone": N_("Link by verified phone number"),
    "ask": N_("Ask the person"),
}
ASSOCIATION_EFFECTS = {
    "none": N_("A person whom nobody knows yet becomes a new account."),
    "phone": N_(
        "A new person whose verified phone number belongs to exactly one account is linked "
        "to it; if two accounts have the number, nothing is guessed and you are asked."
    ),
    "ask": N_(
        "A new person is asked: a new account, or one that you already have? The existing "
        "one has to be proved."
    ),
}
__all__ = ["HELP"]
LOGIN_ONLY_EFFECT = N_("Whoever is not known is refused with a sentence; nothing is created.")
CONFLICT_KINDS = FLAGS | {"key_of_other": KEY_OF_OTHER}
EVENTS = {
    "sign_in.succeeded": N_("Signed in"),
    "sign_in.refused": N_("Sign-in refused"),
    "ticket.refused": N_("A phone was refused"),
    "sign_in.asked": N_("Asked which account"),
    "connection.misconfigured": N_("A credential was refused"),
    "admin.signed_in": N_("Administrator signed in"),
    "admin.sign_in_refused": N_("Administrator refused"),
    "admin.codes_guessed": N_("An administrator's codes were guessed at"),
    "enablement.changed": N_("Connection of an application switched"),
    "admin.locked": N_("Too many wrong passwords of an administrator"),
    "client.created": N_("Application created"),
    "client.changed": N_("Application changed"),
    "client.secret_rotated": N_("Secret rotated"),
    "client.deleted": N_("Application deleted"),
    "credential.created": N_("Credential added"),
    "credential.changed": N_("Credential changed"),
    "credential.secret_replaced": N_("Secret of a credential replaced"),
    "credential.deleted": N_("Credential deleted"),
    "wechat_app.created": N_("WeChat app added"),
    "wechat_app.changed": N_("WeChat app changed"),
    "wechat_app.secret_replaced": N_("AppSecret replaced"),
    "wechat_app.deleted": N_("WeChat app deleted"),
    "api.created": N_("API registered"),
    "api.changed": N_("API changed"),
    "api.deleted": N_("API removed"),
    "group.created": N_("Group made"),
    "group.changed": N_("Group changed"),
    "group.deleted": N_("Group deleted"),
    "group.members_added": N_("People put into a group"),
    "group.members_removed": N_("People taken out of a group"),
    "client.access_changed": N_("Who may use an application changed"),
    "access.refused": N_("Kept out of an application"),
    "access.ended": N_("An application's tokens ended: the person or the way in is shut there"),
    "access.asked": N_("Asked for access to an application"),
    "access.allowed": N_("Let in to an application"),
    "access.declined": N_("Request for access declined"),
    "access.withdrawn": N_("Decision about access taken back"),
    "domain_file.put": N_("Domain verification file uploaded"),
    "domain_file.removed": N_("Domain verification file removed"),
    "webhook.created": N_("Webhook added"),
    "webhook.changed": N_("Webhook changed"),
    "webhook.secret_rotated": N_("Secret of a webhook rotated"),
    "webhook.deleted": N_("Webhook deleted"),
    "webhook.gone": N_("A webhook is gone, and was switched off"),
    "webhook.tested": N_("Test sent to a webhook"),
    "webhook.resent": N_("Notification sent again"),
    "mail.tested": N_("Test mail sent"),
    "connection.created": N_("Connection created"),
    "connection.changed": N_("Connection changed"),
    "connection.deleted": N_("Connection deleted"),
    "account.linked": N_("Identity linked"),
    "account.unlinked": N_("Identity unlinked"),
    "account.merged": N_("Accounts merged"),
    "account.merge_undone": N_("Merge undone"),
    "account.disabled": N_("Account disabled"),
    "account.enabled": N_("Account enabled"),
    "conflict.opened": N_("Conflict opened"),
    "conflict.closed": N_("Conflict closed"),
    "conflict.reopened": N_("Conflict opened again"),
    "signing_key.rotated": N_("Signing key rotated"),
    "admin.created": N_("Administrator added"),
    "admin.changed": N_("Administrator changed"),
    "admin.invited": N_("Administrator invited"),
    "admin.joined": N_("Invited administrator joined"),
    "admin.invitation_revoked": N_("Invitation taken back"),
    "admin.password_demanded": N_("Administrator has to change the password"),
    "admin.signed_out": N_("Administrator signed out"),
    "admin.disabled": N_("Administrator disabled"),
    "admin.enabled": N_("Administrator enabled"),
    "admin.refused": N_("Administrator lacked the role"),
    "admin.totp_added": N_("Authenticator app added"),
    "admin.totp_removed": N_("Authenticator app removed"),
    "admin.passkey_added": N_("Passkey added"),
    "admin.passkey_removed": N_("Passkey removed"),
    "admin.recovery_codes_made": N_("Recovery codes made"),
    "admin.recovery_code_used": N_("Recovery code used"),
    "admin.factors_removed": N_("Second factors removed"),
    "client.look_changed": N_("Branding of an application changed"),
    "deployment.look_changed": N_("Branding of this server changed"),
    "client.disabled": N_("Application stopped"),
    "client.enabled": N_("Application works again"),
    "client.tried": N_("Application tried"),
    "account.created": N_("Account created"),
    "account.signed_out": N_("Account signed out"),
    "account.erased": N_("Erased at the wish of the source"),
    "account.deleted": N_("Account deleted"),
    "account.renamed": N_("Account renamed"),
    "account.exported": N_("Account downloaded by its person"),
    "account.password_changed": N_("Password of an account changed"),
    "account.passkey_added": N_("Passkey of an account added"),
    "account.passkey_removed": N_("Passkey of an account removed"),
    "accounts.imported": N_("Accounts imported"),
    "client.registered": N_("Application registered itself"),
    "consent.withdrawn": N_("Access taken back from an application"),
    "event_stream.created": N_("Stream of security events made"),
    "event_stream.changed": N_("Stream of security events changed"),
    "event_stream.deleted": N_("Stream of security events removed"),
    "event_stream.enabled": N_("Stream of security events enabled"),
    "event_stream.paused": N_("Stream of security events paused"),
    "event_stream.disabled": N_("Stream of security events disabled"),
    "security_event.abandoned": N_("A security event could not be delivered"),
    "logout.abandoned": N_("An application could not be told of a sign-out"),
    "logout.cleared": N_("Waiting sign-out notices dropped"),
    "session.ended": N_("Session ended"),
    "signing_key.removed": N_("Signing key removed"),
    "code_replayed": N_("A code was used twice"),
    "refresh_repeated": N_("A refresh token came again at once"),
    "refresh_replayed": N_("A refresh token was used twice"),
}
STREAM_STATES = {
    "enabled": N_("enabled"),
    "paused": N_("paused"),
    "disabled": N_("disabled"),
}
RULES = SENTENCES | {
    "wrong_number": N_("A wrong number was picked on the phone; the sign-in ended."),
    "wrong_entry": N_("The phone opened a ticket in a way that it was not made for."),
    "access_denied": N_("The source does not let this person sign in; the sign-in ended."),
    "password": N_("By password."),
    "totp": N_("By a code of the authenticator app."),
    "recovery": N_("By a recovery code."),
    "passkey": N_("By a passkey."),
    "passkey_elsewhere": N_("The passkey's account has no way in that this application takes."),
    "confirm": N_("When asked to show again who sits there."),
}
OUTCOMES = {
    "ok": N_("went well"),
    "created": N_("made an account"),
    "linked": N_("linked to an account"),
    "asked": N_("asked"),
    "refused": N_("refused"),
    "failed": N_("failed"),
    "enabled": N_("on"),
    "disabled": N_("off"),
    "revoked": N_("revoked"),
    "sibling": N_("answered again"),
    "publish": N_("published"),
    "activate": N_("signs now"),
}
DELIVERIES = {
    "pending": N_("waits"),
    "delivered": N_("delivered"),
    "abandoned": N_("given up"),
}
STATES = {"next": N_("Published, signs next"), "active": N_("Signs now"), "retired": N_("Retired")}


ACCESS_STATES = {
    "asked": N_("asks for access"),
    "allowed": N_("let in"),
    "refused": N_("refused"),
}
RULE_KINDS = {
    "connection": N_("Whoever has signed in by this connection"),
    "phone": N_("Whoever has this verified phone number"),
    "email_domain": N_("Whoever has a verified e-mail address at this domain"),
}
ORIGINS = {
    "hand": N_("by hand"),
    "import": N_("by an import"),
    "merge": N_("with a merged account"),
    "rule": N_("by a rule"),
}


def access_state(code: str) -> str:
    return say(ACCESS_STATES, code)


def origin(code: str) -> str:
    """How somebody came into a group."""
    return say(ORIGINS, code)


def say(known: Mapping[str, str], code: str | None) -> str:
    """A word of one of these lists: ``say(PHONES, "never")``; a code that has none as it is."""
    if code is None:
        return ""
    return str(_(known[code])) if code in known else code


def browser(user_agent: str | None) -> str:
    """ "Chrome · Windows": what is known of a browser that calls itself so."""
    return label_of(user_agent or "") or str(_("Unknown browser"))


def application(client: Client) -> str:
    """What an application is called in the language of the page."""
    named = client.metadata.in_language("client_name", current_language().locale)
    return named or client.client_id


def role(code: str) -> str:
    return say(roles.NAMES, code)


def mode(code: str) -> str:
    """The name of a mode; with several sources, after or as the name of its own."""
    source = current_federation().sources.of_mode(code)
    if source is None:
        return code
    label = str(_(source.mode(code).label))
    if len(current_federation().sources) == 1:
        return label
    return f"{_(source.name)} · {label}" if len(source.modes) > 1 else str(_(source.name))


def searched(source: Source, mode: Mode) -> str:
    """The words that a mode is found by, in both languages and small letters."""
    said = (source.name, mode.label, mode.about)
    words = [said_in(one, locale) for one in said for locale in LOCALES]
    return " ".join([source.id, mode.id, *words]).lower()


def kind(source: Source, code: str) -> str:
    """The name of a kind of credential."""
    found = source.credentials.kind(code)
    return str(_(found.label)) if found else code


def credentials_title() -> str:
    """What the place of the credentials is called: as the one source calls them, or as such."""
    sources = list(current_federation().sources)
    return str(_(sources[0].credentials.words.plural if len(sources) == 1 else N_("Credentials")))


def explain(source: Source, errcode: ErrorCode | None) -> str:
    """One sentence about an error, with its number for a search in the source's documents."""
    sentence = str(_(advice_about(source, errcode)))
    return sentence if errcode is None else f"{sentence} (errcode {errcode})"


def explain_event(happened: Event) -> str:
    """The same about an event that notes one; empty where nobody can tell whose error it is."""
    federation = current_federation()
    source = federation.sources.get(happened.detail.get("source", ""))
    if source is None and happened.connection_id:
        connection = federation.connections.get(desk.session(), happened.connection_id)
        source = connection.source if connection else None
    return explain(source, happened.detail["errcode"]) if source else ""


_LINK = Markup('<a href="https://{0}/" target="_blank" rel="noopener noreferrer">{0}</a>')


def to_consoles(sentence: str) -> Markup:
    """The sentence, with what it names of a source's consoles to be clicked on."""
    hosts = [re.escape(host) for source in current_federation().sources for host in source.consoles]
    if not hosts:
        return escape(sentence)
    parts = re.split(rf"(?<![\w./-])({'|'.join(hosts)})(?![\w-])", str(sentence))
    linked = (_LINK.format(part) if number % 2 else part for number, part in enumerate(parts))
    return Markup("").join(linked)


def event(code: str) -> str:
    return say(EVENTS, code)


def rule(code: str | None) -> str:
    """What a rule of a sign-in means, as a sentence."""
    return say(RULES, code)


def conflict(code: str) -> str:
    return say(CONFLICT_KINDS, code)


def phone(number: str | None) -> str:
    return masked(number) or ""


def moment(seconds: int | None) -> str:
    """Seconds since the epoch as UTC to the minute."""
    if seconds is None:
        return ""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")


def short(value: Any) -> str:
    """A value of the log, not longer than a line."""
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    text = str(value)
    return text if len(text) <= 300 else text[:300] + "…"


def login_only() -> str:
    """What login only does, as a sentence."""
    return str(_(LOGIN_ONLY_EFFECT))
