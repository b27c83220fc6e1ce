"""Events as an admin reads them: why a sign-in failed, what mends that, and what their details
are called."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.accounts.identification.rules import FLAGS
from app.administrators import roles
from app.audit.trail import Event
from app.management.console import detail_names, labels
from app.statistics.counting import FAILED
from app.web.i18n import said as _
from federation.translation import N_


@dataclass(frozen=True, slots=True)
class Reason:
    """:param name: a few words. ``happened`` and ``mend``: sentences. All are message ids."""

    name: str
    happened: str
    mend: str


_BY_PERSON = N_("Nothing to mend here: they may try again.")
REASONS: Mapping[str, Reason] = {
    "account_disabled": Reason(
        N_("account disabled"),
        N_("Their account is disabled."),
        N_("Let it sign in again on the page of the account, if they may come in."),
    ),
    "login_only": Reason(
        N_("not known here"),
        N_("Nobody is known by this identity, and the connection creates no accounts."),
        N_("Let the connection create accounts, or add the person first: by hand or by an import."),
    ),
    "sign_up_closed": Reason(
        N_("no new people"),
        N_("Nobody is known by this identity, and the application admits no new people."),
        N_("Let new people in at the application, under its connections; or add the person first."),
    ),
    "not_enabled": Reason(
        N_("connection off"),
        N_("The connection is off, or is not enabled for the application."),
        N_("Switch it on for the application."),
    ),
    "local_password": Reason(
        N_("wrong password"),
        N_("The user name or the password is wrong."),
        N_("If they forgot it, set another one: qiao accounts set-password."),
    ),
    "wrong_number": Reason(
        N_("wrong number"),
        N_("On the phone they picked another number than the one on their screen."),
        N_(
            "They may try again and pick the number that their own screen shows. If they had no "
            "screen before them, somebody else had sent them the code: warn them."
        ),
    ),
    "wrong_entry": Reason(
        N_("opened another way"),
        N_("The phone opened it in another way than it was made for."),
        N_("They may try again: scan the code with the phone, and send it to nobody."),
    ),
    "access_denied": Reason(
        N_("refused by the source"),
        N_("The source does not let this person sign in."),
        N_("The source decides that; it refuses people whom it takes for a risk."),
    ),
    "declined": Reason(N_("declined"), N_("They said no on the phone."), _BY_PERSON),
    "left": Reason(
        N_("went back"), N_("They went back to the application before they confirmed."), _BY_PERSON
    ),
    "expired": Reason(
        N_("ran out, never opened"),
        N_("No phone opened the code in its three minutes."),
        N_("They may try again: scan the code, and confirm within three minutes."),
    ),
    "expired_scanned": Reason(
        N_("ran out, opened"),
        N_("A phone opened it, and nobody confirmed within three minutes."),
        N_("They may try again and confirm on the phone; look whether its page opens there."),
    ),
    "misconfigured": Reason(
        N_("credential refused"),
        N_("The source refused our credential."),
        N_("See the credential and what it says of the error."),
    ),
}
"""Why nobody was signed in, by the rule of the event."""

VALUES: Mapping[str, Mapping[str, str]] = {
    "flag": FLAGS,
    "role": roles.NAMES,
    "needed": roles.NAMES,
    "proof": {"local_password": N_("a password")},
    "password": {"changed": N_("changed")},
    "way": {
        "scan": N_("by a code that they scanned"),
        "link": N_("by the source's app on the same phone"),
        "redirect": N_("by the source's own page"),
        "in_app": N_("inside the application's app"),
    },
}


@dataclass(frozen=True, slots=True)
class Detail:
    """:param is_change: ``value`` is what is there now, ``before`` what was."""

    name: str
    value: str
    before: str = ""
    is_change: bool = False


def is_failure(event: Event) -> bool:
    return event.kind in FAILED


def reason(event: Event) -> Reason | None:
    """Why nobody was signed in; None of events that are no failed sign-in."""
    if not is_failure(event):
        return None
    return REASONS.get("misconfigured" if event.rule is None else event.rule)


def name_of_reason(code: str) -> str:
    return _(REASONS[code].name) if code in REASONS else code or "–"


def rule(event: Event) -> str:
    """By what it was decided, as a sentence."""
    known = reason(event)
    return _(known.happened) if known else labels.rule(event.rule)


def way(event: Event) -> str:
    """How somebody came; empty where that was not noted."""
    return _value("way", event.detail["way"]) if "way" in event.detail else ""


def details(event: Event) -> Iterator[Detail]:
    """What else is known of an event, name by name."""
    for name, value in event.detail.items():
        title = detail_names.title(event, name)
        if isinstance(value, list) and len(value) == 2:
            before, after = (_value(name, each) for each in value)
            yield Detail(title, after, before, is_change=True)
        else:
            yield Detail(title, _value(name, value))


def _value(name: str, value: Any) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    known = VALUES.get(name, {})
    is_known = isinstance(value, str) and value in known
    return _(known[value]) if is_known else labels.short(value)
