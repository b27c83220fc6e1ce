"""Grants: what was saved is read back, and one statement decides each single use."""

import pytest
from sqlalchemy.orm import Session

from oidc.tokens import grants, held_access, revoking
from oidc.tokens.grants import Grant
from oidc.tokens.held_access import ClientAccess
from oidc.tokens.refresh_life import kept_until
from oidc.tokens.revoking import GrantFilter

NOW = 1_800_000_000


def grant(**changes: object) -> Grant:
    """A grant of ``ada`` at ``shop`` that was just made, and not saved."""
    usual = {
        "id": grants.new_id(),
        "kind": "code",
        "client_id": "shop",
        "subject": "ada",
        "scope": "openid profile",
        "created_at": NOW,
        "expires_at": NOW + 3600,
        "sid": "session-1",
        "connection": "wechat",
    }
    return Grant(**{**usual, **changes})  # type: ignore[arg-type]


def saved(session: Session, **changes: object) -> Grant:
    made = grant(**changes)
    grants.save(session, made)
    return made


def revoked(session: Session, *of: Grant) -> list[bool]:
    """Which of them are revoked."""
    found = [grants.get(session, one.id) for one in of]
    return [one is not None and one.revoked_at is not None for one in found]


def test_grant_is_read_as_it_was_saved(session: Session) -> None:
    whole = grant(
        redirect_uri="https://shop.example/callback",
        nonce="n",
        code_challenge="c" * 43,
        auth_time=NOW - 5,
        acr="urn:qiao:acr:wechat",
        amr="wechat",
        claims='{"userinfo":{"name":null}}',
        resources='["https://api.example"]',
        identity="i" * 43,
        pending="sealed",
        dpop_jkt="j" * 43,
        code_used_at=NOW + 1,
        refresh_generation=2,
        refreshed_at=NOW + 2,
        revoked_at=NOW + 3,
    )
    grants.save(session, whole)

    assert grants.get(session, whole.id) == whole
    assert None not in whole[:-1]  # but for what is read beside it
    assert whole.scopes == {"openid", "profile"}
    assert whole.requested_claims == {"userinfo": {"name": None}}
    assert whole.audience == ("https://api.example",)


def test_unknown_grant_is_none(session: Session) -> None:
    assert grants.get(session, grants.new_id()) is None


def test_grant_says_nothing_that_was_not_asked_for() -> None:
    assert grant().requested_claims == {}
    assert grant().audience == ()


def test_code_is_redeemed_once_and_keeps_the_key_that_came_with_it(session: Session) -> None:
    made = saved(session)

    assert grants.redeem_code(session, made.id, NOW + 1, "j" * 43)
    assert not grants.redeem_code(session, made.id, NOW + 2, "k" * 43)
    found = grants.get(session, made.id)
    assert found == made._replace(code_used_at=NOW + 1, dpop_jkt="j" * 43)


def test_code_of_a_revoked_grant_is_not_redeemed(session: Session) -> None:
    made = saved(session)
    grants.revoke(session, made.id, NOW)

    assert not grants.redeem_code(session, made.id, NOW + 1)


def test_refresh_moves_a_grant_on_once_from_each_generation(session: Session) -> None:
    made = saved(session)

    assert grants.rotate_refresh(session, made, NOW + 9000, NOW + 5)
    assert not grants.rotate_refresh(session, made, NOW + 9999, NOW + 6)
    found = grants.get(session, made.id)
    assert found == made._replace(refresh_generation=1, refreshed_at=NOW + 5, expires_at=NOW + 9000)


def test_refresh_of_a_revoked_grant_moves_nothing(session: Session) -> None:
    made = saved(session)
    grants.revoke(session, made.id, NOW)

    assert not grants.rotate_refresh(session, made, NOW + 9000, NOW + 5)


def test_grant_is_revoked_once(session: Session) -> None:
    made = saved(session)

    assert grants.revoke(session, made.id, NOW + 1)
    assert not grants.revoke(session, made.id, NOW + 2)
    found = grants.get(session, made.id)
    assert found is not None
    assert found.revoked_at == NOW + 1


@pytest.mark.parametrize(
    "whose",
    [
        GrantFilter(subject="ada"),
        GrantFilter(client_id="shop"),
        GrantFilter(sid="session-1"),
        GrantFilter(connection="wechat"),
        GrantFilter(subject="ada", client_id="shop"),
    ],
)
def test_all_that_match_are_revoked_and_nothing_else(session: Session, whose: GrantFilter) -> None:
    first, second = saved(session), saved(session, scope="openid offline_access")
    other = saved(session, subject="bob", client_id="till", sid="session-2", connection="phone")

    assert revoking.revoke_all(session, whose, NOW) == 2
    assert revoking.revoke_all(session, whose, NOW) == 0
    assert revoked(session, first, second, other) == [True, True, False]


def test_nothing_is_revoked_where_nobody_is_named(session: Session) -> None:
    saved(session)

    with pytest.raises(ValueError, match="whose"):
        revoking.revoke_all(session, GrantFilter(keep_offline=True), NOW)


OFFLINE = ("offline_access", "offline_access openid", "openid offline_access", "a offline_access b")
ONLINE = ("openid", "offline_access_not", "not_offline_access", "openid offlineXaccess")


def test_offline_access_is_spared_as_a_whole_word(session: Session) -> None:
    offline = [saved(session, scope=scope) for scope in OFFLINE]
    online = [saved(session, scope=scope) for scope in ONLINE]

    assert revoking.revoke_all(session, GrantFilter(subject="ada", keep_offline=True), NOW) == len(
        ONLINE
    )
    assert revoked(session, *offline) == [False] * len(OFFLINE)
    assert revoked(session, *online) == [True] * len(ONLINE)


def test_end_of_sessions_revokes_what_rests_on_them_but_offline_access(session: Session) -> None:
    here, there = saved(session, sid="one"), saved(session, sid="two")
    offline = saved(session, sid="one", scope="openid offline_access")
    elsewhere, none = saved(session, sid="three"), saved(session, sid=None)

    assert revoking.revoke_of_sessions(session, ["one", "two"], NOW) == 2
    assert revoked(session, here, there, offline, elsewhere, none) == [
        *(True, True),
        *(False, False, False),
    ]


def test_clients_of_sessions_are_told_once_each_dead_or_alive(session: Session) -> None:
    saved(session, sid="one")
    grants.revoke(session, saved(session, sid="one").id, NOW)
    grants.revoke(session, saved(session, sid="two", client_id="till").id, NOW)
    saved(session, sid="three")

    found = held_access.clients_of_sessions(session, ["one", "two"])

    assert sorted(found) == [("one", "shop"), ("two", "till")]


def test_client_holds_the_scopes_of_its_live_grants_together(session: Session) -> None:
    saved(session, created_at=NOW - 50)
    saved(session, scope="openid email", created_at=NOW - 90)
    saved(session, client_id="till", expires_at=NOW)
    grants.revoke(session, saved(session, client_id="gone").id, NOW)
    saved(session, subject="bob", client_id="bobs")

    held = held_access.access_of_clients(session, "ada", NOW)

    assert held == [ClientAccess("shop", frozenset({"openid", "profile", "email"}), NOW - 90)]


def test_sessions_of_a_client_are_those_with_a_live_grant(session: Session) -> None:
    saved(session, sid="one")
    saved(session, sid="one")
    saved(session, sid=None)
    grants.revoke(session, saved(session, sid="two").id, NOW)
    saved(session, sid="three", client_id="till")

    assert held_access.sessions_of_client(session, "ada", "shop") == ["one"]


@pytest.mark.parametrize(("lifetime", "longer"), [(2_592_000, 86_400), (3600, 120), (20, 1)])
def test_row_outlives_the_last_token_by_a_thirtieth_and_ends_alike_meanwhile(
    lifetime: int, longer: int
) -> None:
    moments = range(NOW, NOW + 3 * longer)

    ends = [kept_until(now, lifetime) for now in moments]

    assert all(0 <= end - now - lifetime < longer for now, end in zip(moments, ends, strict=True))
    assert len(set(ends)) <= 4
