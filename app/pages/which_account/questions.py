"""The question of rule ``ask`` beside a parked request: its token, and what it is about."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import request

from app.accounts.identification import association
from app.accounts.identification.association import Question
from app.accounts.records import directory
from app.database import db
from app.pages import parked as parked_request
from app.pages.parked import SignInRequest
from app.sign_in import question_token
from app.sign_in.places import told_place
from app.web.i18n import CHINESE, current_language
from oidc.provider import current_provider

TAIL = 4
"""Characters of an OpenID that a page shows."""


@dataclass(frozen=True, slots=True)
class ShownWeChat:
    """A WeChat as a page names it, so that a person can tell theirs from somebody else's.

    :param name: what its owner calls themselves: their words, not ours.
    :param confirmed_at: and ``device``, ``place``, ``ip``: when and where WeChat confirmed it; None
        where it was not noted.
    """

    name: str | None
    openid: str
    confirmed_at: int | None = None
    device: str | None = None
    place: str | None = None
    ip: str | None = None


def tail_of(openid: str) -> str:
    """The end of an OpenID, which says whose it is to who knows it and to nobody else."""
    return f"…{openid[-TAIL:]}"


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


def wechat_of(question: Question) -> ShownWeChat:
    """The WeChat that is asked about."""
    identity, confirmed = question.identity, question.confirmed_from
    name, openid = identity.name, tail_of(identity.openid)
    if confirmed is None:
        return ShownWeChat(name, openid)
    language = "zh" if current_language() == CHINESE else "en"
    where = told_place(confirmed.ip, request.remote_addr, language, "browser")
    return ShownWeChat(name, openid, confirmed.at, confirmed.device, where, confirmed.ip)


def what_is_linked(parked: SignInRequest) -> Mapping[str, Any] | None:
    """What the phone is told that is about to connect a WeChat with an account: the account that
    it is connected with, or the WeChat that is connected with the account that it opens."""
    kept = parked.interaction.host_state
    if parked.task == "link":
        account = directory.get(db.session(), kept["account"])
        return {"wechat": None, "account": account.name if account else None}
    if parked.task != "prove":
        return None
    question = read(parked_request.load_any(kept["for"]), token_of(parked))
    return {"wechat": _told(question) if question else None, "account": None}


def _told(question: Question) -> dict[str, Any]:
    confirmed = question.confirmed_from
    return {
        "name": question.identity.name,
        "openid": tail_of(question.identity.openid),
        "confirmed_at": confirmed.at if confirmed else None,
        "device": confirmed.device if confirmed else None,
        "ip": confirmed.ip if confirmed else None,
    }
