"""Values as an admin reads them, in their language."""

import re
from collections.abc import Mapping
from typing import Any
from unicodedata import east_asian_width

from flask_babel import gettext as _
from markupsafe import Markup, escape

from app.accounts.identification.contradictions import KEY_OF_OTHER
from app.accounts.identification.rules import FLAGS, SENTENCES
from app.accounts.visible_names import shows
from app.administrators import roles
from app.audit.trail import Event, masked
from app.elements import current_federation
from app.management.console import desk
from app.management.console.event_labels import EVENTS
from app.management.console.metadata_labels import HELP
from app.management.services import presets
from app.management.services.credentials import advice_about
from app.web import times
from app.web.i18n import current_language
from app.web.i18n import said as said_by_language
from federation import Source
from federation.credentials import ErrorCode
from federation.devices import label_of
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
    "email": N_("Link by verified e-mail address"),
    "ask": N_("Ask the person"),
}
ASSOCIATION_EFFECTS = {
    "none": N_("A person whom nobody knows yet becomes a new account."),
    "phone": N_(
        "A new person whose verified phone number belongs to exactly one account is linked "
        "to it; if two accounts have the number, nothing is guessed and you are asked."
    ),
    "email": N_(
        "A new person whose e-mail address the source has verified, and that exactly one account "
        "has, is linked to it. Only for a source that gives no address to somebody else."
    ),
    "ask": N_(
        "A new person is asked: a new account, or one that you already have? The existing "
        "one has to be proved."
    ),
}
__all__ = ["HELP"]
LOGIN_ONLY_EFFECT = N_("Whoever is not known is refused with a sentence; nothing is created.")
CONFLICT_KINDS = FLAGS | {"key_of_other": KEY_OF_OTHER}
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
    "local": N_("With a local password."),
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
    "retire": N_("no longer published"),
    "erased": N_("erased"),
    "dismissed": N_("left as it was"),
    "unionid_followed": N_("new shared name followed"),
    "merged": N_("merged"),
}
DELIVERIES = {
    "pending": N_("waits"),
    "delivered": N_("delivered"),
    "abandoned": N_("given up"),
}
STATES = {"next": N_("Published, signs next"), "active": N_("Signs now"), "retired": N_("Retired")}


def say(known: Mapping[str, str], code: str | None) -> str:
    """A word of one of these lists: ``say(PHONES, "never")``; a code that has none as it is."""
    if code is None:
        return ""
    return said_by_language(known[code]) if code in known else code


def browser(user_agent: str | None) -> str:
    """ "Chrome · Windows": what is known of a browser that calls itself so."""
    return label_of(user_agent or "") or str(_("Unknown browser"))


def application(client: Client) -> str:
    """What an application is called in the language of the page."""
    named = client.metadata.in_language("client_name", current_language().locale)
    return named or client.client_id


def brief(text: str, most: int = 20) -> str:
    """As much of a name as a row of a list has room for; all of it stands on its own page.

    :param most: Chinese characters; of letters twice as many.
    """
    left = 2 * most
    for at, character in enumerate(text):
        left -= 2 if east_asian_width(character) in "WF" else 1
        if left < 0:
            return text[: max(0, at - 1)].rstrip() + "…"
    return text


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


def called(person: Any) -> str:
    """What somebody is called on pages: by name, else by user name, phone number or e-mail address.

    :param person: an account, a member, or a hit of a search; of a number as much as may be seen.
    """
    known = _name_of(person)
    if known is None:
        known = phone(getattr(person, "phone", None)) or getattr(person, "email", None)
    return known or str(_("No name"))


def named(person: Any) -> str:
    """By name or user name, else by the sub: who is told from somebody else who has no name."""
    return str(_name_of(person) or getattr(person, "id", None) or person.account_id)


def _name_of(person: Any) -> str | None:
    """What somebody calls themselves, if there is anything to see of it."""
    ways = (getattr(person, name, None) for name in ("name", "username"))
    return next((way for way in ways if shows(way)), None)


moment, said = times.moment, times.said


def short(value: Any) -> str:
    """A value of the log, not longer than a line."""
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, Mapping):
        value = "; ".join(f"{name}: {short(each)}" for name, each in value.items()) or "–"
    elif isinstance(value, list | tuple):
        value = ", ".join(map(short, value)) or "–"
    return text[:300] + "…" if len(text := str(value)) > 300 else text


def login_only() -> str:
    """What login only does, as a sentence."""
    return str(_(LOGIN_ONLY_EFFECT))


def program_note(preset: presets.Preset) -> str:
    """What somebody should know of a program before it is registered."""
    return presets.note_of(preset, current_language().locale)
