"""``sid`` is in the ID tokens of those clients alone that can do something with it.

OpenID Connect Back-Channel Logout 2.1, Front-Channel Logout 3, RP-Initiated Logout 2 (the session
that ``id_token_hint`` names). Others would be told a name of the session for nothing.
"""

from typing import Any

import pytest

from tests.deployment import Deployment
from tests.flows.story import SignedIn, signed_in

BYE = "https://shop.example/bye"
USES: dict[str, dict[str, Any]] = {
    "post_logout_redirect_uris": {"post_logout_redirect_uris": (BYE,)},
    "backchannel_logout_uri": {"backchannel_logout_uri": BYE},
    "frontchannel_logout_uri": {"frontchannel_logout_uri": BYE},
}
NONE: dict[str, dict[str, Any]] = {
    "nothing": {},
    "session_required_alone": {
        "backchannel_logout_session_required": True,
        "frontchannel_logout_session_required": True,
    },
}


def id_tokens(person: SignedIn) -> list[str]:
    """Of the code and of the refresh token."""
    tokens = person.tokens()
    refreshed = person.shop.refresh(tokens["refresh_token"]).get_json()
    return [str(tokens["id_token"]), str(refreshed["id_token"])]


def logout_page(person: SignedIn, hint: str) -> Any:
    return person.browser.get("/logout?id_token_hint=" + hint)


@pytest.mark.parametrize("registered", USES.values(), ids=USES)
def test_backchannel_2_1_client_that_can_end_sessions_is_told_the_session(
    deployment: Deployment, registered: dict[str, Any]
) -> None:
    li_lei = signed_in(deployment, **registered)

    first, later = id_tokens(li_lei)

    assert li_lei.shop.verified(first)["sid"] == li_lei.shop.verified(later)["sid"]
    assert 'value="leave"' not in logout_page(li_lei, first).text


@pytest.mark.parametrize("registered", NONE.values(), ids=NONE)
def test_backchannel_2_1_other_clients_are_not_told_it_and_the_person_is_asked(
    deployment: Deployment, registered: dict[str, Any]
) -> None:
    li_lei = signed_in(deployment, **registered)

    first, later = id_tokens(li_lei)

    assert "sid" not in li_lei.shop.verified(first) | li_lei.shop.verified(later)
    assert 'value="leave"' in logout_page(li_lei, first).text
