"""Words about people, and about what is done to many of them."""

from collections.abc import Iterable

from flask_babel import gettext as _

from app.accounts.records.directory import AccountView
from app.accounts.records.listing import Count
from app.management.console.labels import say
from app.management.services.jobs.store import Job
from federation.translation import N_

ACCOUNT_STATES = {
    "active": N_("can sign in"),
    "disabled": N_("disabled"),
    "never": N_("has never signed in"),
    "merged": N_("merged into another"),
}
ACTIONS = {
    "disable": N_("Disable"),
    "enable": N_("Enable"),
    "sign_out": N_("Sign out everywhere"),
    "erase": N_("Erase"),
}
ORDERS = {
    "newest": N_("Created, newest first"),
    "oldest": N_("Created, oldest first"),
    "seen_last": N_("Last sign-in, latest first"),
    "seen_first": N_("Last sign-in, earliest first"),
}
COUNTS = {
    "one": N_("1 person"),
    "exactly": N_("%(number)s people"),
    "at_least": N_("more than %(number)s people"),
    "about": N_("about %(number)s people"),
}
CLAIM_NAMES = {
    "name": N_("Name"),
    "picture": N_("Picture (address)"),
    "phone": N_("Phone"),
    "email": N_("E-mail"),
    "username": N_("User name"),
    "family_name": N_("Family name"),
    "given_name": N_("Given name"),
    "middle_name": N_("Middle name"),
    "nickname": N_("Nickname"),
    "preferred_username": N_("Preferred user name"),
    "profile": N_("Profile page"),
    "website": N_("Website"),
    "gender": N_("Gender"),
    "birthdate": N_("Date of birth"),
    "zoneinfo": N_("Time zone"),
    "locale": N_("Language"),
    "address.formatted": N_("Address as on an envelope"),
    "address.street_address": N_("Street"),
    "address.locality": N_("Town"),
    "address.region": N_("Province"),
    "address.postal_code": N_("Postal code"),
    "address.country": N_("Country"),
}


JOBS = {
    "import": N_("Import of people"),
    "disable": N_("Disable accounts"),
    "enable": N_("Enable accounts"),
    "sign_out": N_("Sign people out everywhere"),
    "erase": N_("Erase people"),
}
JOB_STATES = {
    "receiving": N_("being uploaded"),
    "uploaded": N_("uploaded"),
    "checking": N_("being looked through"),
    "checked": N_("looked through, nothing imported"),
    "running": N_("under way"),
    "stopped": N_("stopped"),
    "failed": N_("failed"),
    "done": N_("done"),
}
JOB_OUTCOMES = {
    "created": N_("new"),
    "updated": N_("completed"),
    "unchanged": N_("unchanged"),
    "conflict": N_("in conflict"),
    "refused": N_("refused"),
    "kept": N_("of them not taken whole"),
    "done": N_("done"),
}
ACTION_EFFECTS = {
    "disable": N_(
        "They are signed out everywhere and cannot sign in; applications are told. Nothing is "
        "erased."
    ),
    "enable": N_("They can sign in again."),
    "sign_out": N_("Their sessions and tokens end, offline access too; they can sign in again."),
    "erase": N_(
        "They are forgotten, each with a receipt. This cannot be taken back; whoever comes again "
        "becomes a new account."
    ),
}
IMPORT_FIELDS = {
    "phone": N_("Phone"),
    "unionid": N_("UnionID at WeChat"),
    "openid@appid": N_("OpenID at WeChat"),
    "name": N_("Name"),
    "email": N_("E-mail"),
}


def account_states() -> list[tuple[str, str]]:
    return [(code, say(ACCOUNT_STATES, code)) for code in ACCOUNT_STATES]


def actions() -> list[tuple[str, str]]:
    return [(code, say(ACTIONS, code)) for code in ACTIONS]


def order(code: str) -> str:
    return say(ORDERS, code)


def claim(code: str) -> str:
    return say(CLAIM_NAMES, code)


def claims(codes: Iterable[str]) -> str:
    """Several of them in one line; a dash for none."""
    return str(_(", ")).join(map(claim, codes)) or "–"


def job(kind: str) -> str:
    return say(JOBS, kind)


def job_state(code: str) -> str:
    return say(JOB_STATES, code)


def outcome(code: str) -> str:
    return say(JOB_OUTCOMES, code)


def standstill(job: Job, now: int) -> str:
    """What goes on with a job that does not go on; empty of one that does."""
    unheard, left = job.unheard(now), job.lease_until - now
    if unheard is None:
        return ""
    if not job.lease_until:
        said = _("No server has taken this up for %(unheard)s s. Does one run?", unheard=unheard)
    elif left > 0:
        said = _(
            "The server that works on this has not been heard of for %(unheard)s s. If it is gone, "
            "another one goes on with this in %(left)s s.",
            unheard=unheard,
            left=left,
        )
    else:
        said = _(
            "The server that worked on this has not been heard of for %(unheard)s s. The next one "
            "that looks goes on with this; does one run?",
            unheard=unheard,
        )
    return str(said)


def action_effect(code: str) -> str:
    return say(ACTION_EFFECTS, code)


def import_field(code: str) -> str:
    return say(IMPORT_FIELDS, code)


def people_count(count: Count) -> str:
    """How many there are, in words."""
    kind = "one" if (count.kind, count.number) == ("exactly", 1) else count.kind
    return str(_(COUNTS[kind], number=f"{count.number:,}"))


def phone_standing(account: AccountView) -> tuple[str, str]:
    """What a number is worth: the kind of its mark, and the words on it."""
    if account.phone_provenance == "operator":
        return "warn", str(_("written down by hand; links nobody"))
    if account.phone_provenance == "import":
        return "quiet", str(_("vouched for by an administrator; whoever proves it is this person"))
    return "good", str(_("verified by the person"))
