"""The question of rule ``ask`` beside a parked request: its token, and what it is about."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.accounts.identification import association
from app.accounts.identification.association import Question
from app.accounts.identification.keys import keys_of
from app.accounts.records import directory
from app.database import db
from app.elements import current_federation
from app.pages import parked as parked_request
from app.pages.connections import name_of
from app.pages.parked import SignInRequest
from app.sign_in import question_token
from app.sign_in.places import told_place
from app.web.client_address import client_address
from app.web.i18n import current_language
from oidc.provider import current_provider

TAIL = 4
"""Characters that a page shows of what a source calls a person."""


@dataclass(frozen=True, slots=True)
class ShownIdentity:
    """An identity as a page names it, so that a person can tell theirs from somebody else's.

    :param source: as it stands in sentences.
    :param name: what its owner calls themselves: their words, not ours.
    :param ending: the end of what the source calls them.
    :param confirmed_at: and ``device``, ``place``, ``ip``: when and where it was confirmed; None
        where that was not noted.
    """

    source: str
    name: str | None
    ending: str
    confirmed_at: int | None = None
    device: str | None = None
    place: str | None = None
    ip: str | None = None


def ending_of(value: str) -> str:
    """The end of what a source calls somebody: enough for who knows it, and for nobody else."""
    return f"…{value[-TAIL:]}"


def token_of(parked: SignInRequest) -> str:
    """The token that was kept beside this request; empty for none."""
    kept = parked.interaction.host_state.get("question")
    return question_token.opened(kept) if kept else ""


def read(parked: SignInRequest, token: str) -> Question | None:
    """The question, if it waits for an answer from this request's browser."""
    provider = current_provider()
    if not token:
        return None
    return association.read(db.session(), provider.keyring, provider.clock, token, parked.binding)


def identity_of(question: Question) -> ShownIdentity:
    """The identity that is asked about."""
    source, name, ending = _names(question)
    confirmed = question.confirmed_from
    if confirmed is None:
        return ShownIdentity(source, name, ending)
    where = told_place(confirmed.ip, client_address(), current_language().tag, "browser")
    moment, device, ip = confirmed.at, confirmed.device, confirmed.ip
    return ShownIdentity(source, name, ending, moment, device, where, ip)


def _names(question: Question) -> tuple[str, str | None, str]:
    """The source as it stands in sentences, the person's own name, the end of the source's."""
    asked = current_federation().connections.get(db.session(), question.connection_id)
    ending = ending_of(keys_of(question.identity.keys).own.value)
    return name_of(asked.source if asked else None), question.identity.name, ending


def what_is_linked(parked: SignInRequest) -> Mapping[str, Any] | None:
    """What the phone is told that is about to connect an identity with an account: the account
    that its own is connected with, or the identity that gets into the account that it opens."""
    kept = parked.interaction.host_state
    if parked.task == "link":
        account = directory.get(db.session(), kept["account"])
        return {"identity": None, "account": account.name if account else None}
    if parked.task != "prove":
        return None
    question = read(parked_request.load_any(kept["for"]), token_of(parked))
    return {"identity": _told(question) if question else None, "account": None}


def _told(question: Question) -> dict[str, Any]:
    source, name, ending = _names(question)
    confirmed = question.confirmed_from
    return {
        "source": source,
        "name": name,
        "ending": ending,
        "confirmed_at": confirmed.at if confirmed else None,
        "device": confirmed.device if confirmed else None,
        "ip": confirmed.ip if confirmed else None,
    }
