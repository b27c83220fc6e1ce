"""Forgetting: an account that its person deletes, and what WeChat tells us to erase."""

from dataclasses import dataclass, field
from typing import Literal

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.orm import Session

from app.accounts.identification.attachment import change_account
from app.accounts.identification.keys import OPENID, lock
from app.accounts.records.linking import LinkedSource, remove_source, sources_of
from app.audit.trail import Clock, Event, record
from app.sessions.browser import Ended, end_all
from app.tables.people import ACCOUNT, ACCOUNT_CONFLICT, ACCOUNT_MERGE, EXTERNAL_KEY

PROFILE_ITEMS = frozenset({"6", "19", "20", "205"})
"""Nickname and avatar, in all the ways in which they are given."""
PHONE_ITEMS = frozenset({"8"})
EVERYTHING = frozenset({"301"})
"""Values of ``RevokeInfo`` (WeChat: 开发/服务端/事件通知): what was withdrawn."""

Pushed = Literal[
    "user_info_modified", "user_authorization_revoke", "user_authorization_cancellation"
]


@dataclass(frozen=True, slots=True)
class Erased:
    """What was forgotten.

    :param what: of ``profile``, ``phone``, ``identity``, ``account``.
    :param revoke: the subject whose grants rest on what was erased, and must be revoked in the
        same transaction; None when none do.
    :param ended: sessions that are over; their applications must be told.
    """

    account_id: str | None = None
    what: tuple[str, ...] = ()
    revoke: str | None = None
    ended: tuple[Ended, ...] = field(default=())


def delete_account(session: Session, clock: Clock, account_id: str, *, actor: str) -> Erased:
    """Removes the person: account, keys, sessions, conflicts, shells of merges. Audit lines stay,
    with the random subject and nothing else of them.
    """
    if not lock(session, account_id):
        return Erased()
    ended = tuple(end_all(session, account_id))
    shells = select(ACCOUNT_MERGE.c.dropped_id).where(ACCOUNT_MERGE.c.kept_id == account_id)
    gone = [account_id, *session.scalars(shells)]
    session.execute(delete(EXTERNAL_KEY).where(EXTERNAL_KEY.c.account_id == account_id))
    session.execute(
        delete(ACCOUNT_CONFLICT).where(
            or_(
                ACCOUNT_CONFLICT.c.account_id == account_id,
                ACCOUNT_CONFLICT.c.other_account_id == account_id,
            )
        )
    )
    session.execute(delete(ACCOUNT_MERGE).where(ACCOUNT_MERGE.c.kept_id == account_id))
    shell = and_(ACCOUNT.c.id.in_(gone), ACCOUNT.c.merged_into == account_id)
    session.execute(delete(ACCOUNT).where(or_(ACCOUNT.c.id == account_id, shell)))
    record(session, clock, Event("account.deleted", actor, account_id))
    return Erased(account_id, ("account",), account_id, ended)


def obey_push(
    session: Session,
    clock: Clock,
    event: Pushed,
    appid: str,
    openid: str | None,
    *,
    revoke_info: str | None = None,
) -> Erased:
    """Does what WeChat's authorization-change events ask for; unknown people are no error.

    ``user_info_modified``: name and picture from WeChat are dropped. ``user_authorization_revoke``:
    the withdrawn item, or with 301 the whole identity. ``user_authorization_cancellation``: the
    identity goes, and with the last one the account's personal data.
    """
    account_id = openid and _owner(session, appid, openid)
    if not openid or not account_id or not lock(session, account_id):
        return Erased()
    items = {item.strip() for item in (revoke_info or "").replace("|", ",").split(",")}
    erased = _obey(session, account_id, event, items, (appid, openid), clock())
    detail = {"event": event, "revoke_info": revoke_info, "appid": appid, "what": erased.what}
    outcome = "erased" if erased.what else "ok"
    record(
        session,
        clock,
        Event("account.erased", "wechat", account_id, outcome=outcome, detail=detail),
    )
    return erased


def _obey(
    session: Session,
    account_id: str,
    event: Pushed,
    items: set[str],
    app_and_openid: tuple[str, str],
    now: int,
) -> Erased:
    gone = event == "user_authorization_cancellation"
    if gone or (event == "user_authorization_revoke" and items & EVERYTHING):
        _erase_identity(session, account_id, *app_and_openid, whole_person=gone)
        ended = tuple(end_all(session, account_id))
        return Erased(account_id, ("identity",), account_id, ended)
    what = []
    if event == "user_info_modified" or items & PROFILE_ITEMS:
        _erase_profile(session, account_id, now)
        what.append("profile")
    if items & PHONE_ITEMS:
        _erase_phone(session, account_id, now)
        what.append("phone")
    return Erased(account_id, tuple(what))


def _owner(session: Session, appid: str, openid: str) -> str | None:
    query = select(EXTERNAL_KEY.c.account_id).where(
        EXTERNAL_KEY.c.namespace == OPENID + appid, EXTERNAL_KEY.c.value == openid
    )
    return session.scalar(query)


def _erase_profile(session: Session, account_id: str, now: int) -> None:
    session.execute(
        update(ACCOUNT)
        .where(ACCOUNT.c.id == account_id, ACCOUNT.c.profile_provenance == "wechat")
        .values(name=None, picture=None, profile_provenance=None, updated_at=now)
    )


def _erase_phone(session: Session, account_id: str, now: int) -> None:
    session.execute(
        update(ACCOUNT)
        .where(ACCOUNT.c.id == account_id, ACCOUNT.c.phone_provenance.startswith("wechat-"))
        .values(phone=None, phone_provenance=None, phone_verified_at=None, updated_at=now)
    )


def _erase_identity(
    session: Session, account_id: str, appid: str, openid: str, *, whole_person: bool
) -> None:
    """Removes the OpenID; of a person whose WeChat is gone, every OpenID with its UnionID.

    An account left without any way in keeps no personal data.
    """
    sources = sources_of(session, account_id)
    [struck] = [one for one in sources if (one.appid, one.value) == (appid, openid)]
    for source in sources:
        if source is struck or (whole_person and _same_wechat(source, struck)):
            remove_source(session, account_id, source)
    if not sources_of(session, account_id) and not _has_username(session, account_id):
        blank = ("name", "picture", "profile_provenance", "phone", "phone_provenance")
        values = dict.fromkeys((*blank, "phone_verified_at", "email", "profile"))
        change_account(session, account_id, values | {"email_verified": False})


def _same_wechat(one: LinkedSource, other: LinkedSource) -> bool:
    return one.unionid is not None and one.unionid == other.unionid


def _has_username(session: Session, account_id: str) -> bool:
    query = select(ACCOUNT.c.id).where(ACCOUNT.c.id == account_id, ACCOUNT.c.username.is_not(None))
    return session.scalar(query) is not None
