"""Values as an admin reads them, in their language."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from flask_babel import gettext as _

from app.accounts.identification.contradictions import KEY_OF_OTHER
from app.accounts.identification.rules import FLAGS, SENTENCES
from app.administrators import roles
from app.audit.trail import masked
from federation.translation import N_

KINDS = {
    "miniprogram": N_("Mini program"),
    "mobile": N_("Mobile app"),
    "website": N_("Website app"),
    "official": N_("Official account"),
}
KIND_HINTS = {
    "miniprogram": N_("mp.weixin.qq.com, Development settings: wx and 16 digits, a secret, gh_…"),
    "mobile": N_("open.weixin.qq.com, Mobile apps. Not the AppID of your mini program."),
    "website": N_("open.weixin.qq.com, Websites. Not the AppID of your official account."),
    "official": N_("mp.weixin.qq.com, a verified service account."),
}
MODES = {
    "wechat-miniprogram": N_("Mini program"),
    "wechat-mobile": N_("Mobile app"),
    "wechat-website": N_("Website scan"),
    "wechat-official": N_("Official account"),
}
MODE_ABOUT = {
    "wechat-miniprogram": N_(
        "An app launches the mini program, a computer shows a code to scan, a phone's browser "
        "opens WeChat. Can verify the phone number. Suits most."
    ),
    "wechat-mobile": N_("A native app asks the WeChat app on the same phone (SendAuth)."),
    "wechat-website": N_("A computer's browser shows WeChat's own page with a code to scan."),
    "wechat-official": N_("For pages that are opened inside WeChat's own browser."),
}
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
    "none": N_("A WeChat user whom nobody knows yet becomes a new account."),
    "phone": N_(
        "A new WeChat user whose verified phone number belongs to exactly one account is linked "
        "to it; if two accounts have the number, nothing is guessed and you are asked."
    ),
    "ask": N_(
        "A new WeChat user is asked: a new account, or one that you already have? The existing "
        "one has to be proved."
    ),
}
LOGIN_ONLY_EFFECT = N_("Whoever is not known is refused with a sentence; nothing is created.")
VERSIONS = {"release": N_("Released"), "trial": N_("Trial"), "develop": N_("Development")}
CONFLICT_KINDS = FLAGS | {"key_of_other": KEY_OF_OTHER}
EVENTS = {
    "sign_in.succeeded": N_("Signed in"),
    "sign_in.refused": N_("Sign-in refused"),
    "sign_in.asked": N_("Asked which account"),
    "connection.misconfigured": N_("WeChat refused a credential"),
    "admin.signed_in": N_("Administrator signed in"),
    "admin.sign_in_refused": N_("Administrator refused"),
    "enablement.changed": N_("Sign-in source switched"),
    "client.created": N_("Application created"),
    "client.changed": N_("Application changed"),
    "client.secret_rotated": N_("Secret rotated"),
    "client.deleted": N_("Application deleted"),
    "wechat_app.created": N_("WeChat app added"),
    "wechat_app.changed": N_("WeChat app changed"),
    "wechat_app.secret_replaced": N_("AppSecret replaced"),
    "wechat_app.deleted": N_("WeChat app deleted"),
    "connection.created": N_("Connection created"),
    "connection.changed": N_("Connection changed"),
    "connection.deleted": N_("Connection deleted"),
    "account.linked": N_("Identity linked"),
    "account.unlinked": N_("Identity unlinked"),
    "account.merged": N_("Accounts merged"),
    "account.merge_undone": N_("Merge undone"),
    "account.disabled": N_("Account disabled"),
    "account.enabled": N_("Account enabled"),
    "conflict.closed": N_("Conflict closed"),
    "signing_key.rotated": N_("Signing key rotated"),
    "admin.created": N_("Administrator added"),
    "admin.changed": N_("Administrator changed"),
    "admin.disabled": N_("Administrator disabled"),
    "admin.enabled": N_("Administrator enabled"),
    "admin.refused": N_("Administrator lacked the role"),
    "admin.totp_added": N_("Authenticator app added"),
    "admin.totp_removed": N_("Authenticator app removed"),
    "admin.passkey_added": N_("Passkey added"),
    "admin.passkey_removed": N_("Passkey removed"),
    "admin.factors_removed": N_("Second factors removed"),
    "client.look_changed": N_("Logo or colour changed"),
    "client.disabled": N_("Application stopped"),
    "client.enabled": N_("Application works again"),
    "client.tried": N_("Application tried"),
    "account.created": N_("Account created"),
    "account.signed_out": N_("Account signed out"),
    "account.erased": N_("Erased at WeChat's wish"),
    "account.deleted": N_("Account deleted"),
    "account.renamed": N_("Account renamed"),
    "account.exported": N_("Account downloaded by its person"),
    "account.password_changed": N_("Password of an account changed"),
    "accounts.imported": N_("Accounts imported"),
    "client.registered": N_("Application registered itself"),
    "consent.withdrawn": N_("Access taken back from an application"),
    "logout.abandoned": N_("An application could not be told of a sign-out"),
    "session.ended": N_("Session ended"),
    "signing_key.removed": N_("Signing key removed"),
    "code_replayed": N_("A code was used twice"),
    "refresh_repeated": N_("A refresh token came again at once"),
    "refresh_replayed": N_("A refresh token was used twice"),
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
STATES = {"next": N_("Published, signs next"), "active": N_("Signs now"), "retired": N_("Retired")}


def say(known: Mapping[str, str], code: str | None) -> str:
    """A word of one of these lists: ``say(PHONES, "never")``; a code that has none as it is."""
    if code is None:
        return ""
    return str(_(known[code])) if code in known else code


def role(code: str) -> str:
    return say(roles.NAMES, code)


def kind(code: str) -> str:
    return say(KINDS, code)


def mode(code: str) -> str:
    return say(MODES, code)


def event(code: str) -> str:
    return say(EVENTS, code)


def rule(code: str | None) -> str:
    """What a rule of a sign-in means, as a sentence."""
    return say(SENTENCES, code)


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
    text = str(value)
    return text if len(text) <= 300 else text[:300] + "…"


def login_only() -> str:
    """What login only does, as a sentence."""
    return str(_(LOGIN_ONLY_EFFECT))
