"""What happens to an authorization request: the whole decision as one table."""

import pytest

from oidc.authorization.dispatcher import (
    Ask,
    Decision,
    Issue,
    Refuse,
    next_step,
)
from oidc.host import Login
from oidc.interactions.store import InteractionState
from oidc.protocol.authorization_request import AuthorizationRequest

NOW = 1_800_000_000
FRESH = Login("ada", auth_time=NOW - 10, sid="s1")
OLD = Login("ada", auth_time=NOW - 5000, sid="s1", acr="urn:a")

CASES: dict[str, tuple[dict[str, object], Login | None, bool, InteractionState, str]] = {
    "3.1.2.3 nobody signed in": ({}, None, True, InteractionState(), "ask login"),
    "3.1.2.3 signed in, first party": ({}, FRESH, True, InteractionState(), "issue"),
    "3.1.2.4 consent not yet given": ({}, FRESH, False, InteractionState(), "ask consent"),
    "3.1.2.4 consent given on the page": (
        {},
        FRESH,
        False,
        InteractionState(consented=True),
        "issue",
    ),
    "3.1.2.1 prompt=none, nobody": (
        {"prompt": {"none"}},
        None,
        True,
        InteractionState(),
        "login_required",
    ),
    "3.1.2.1 prompt=none, no consent": (
        {"prompt": {"none"}},
        FRESH,
        False,
        InteractionState(),
        "consent_required",
    ),
    "3.1.2.1 prompt=none, all settled": (
        {"prompt": {"none"}},
        FRESH,
        True,
        InteractionState(),
        "issue",
    ),
    "3.1.2.1 prompt=login, signed in before": (
        {"prompt": {"login"}},
        FRESH,
        True,
        InteractionState(),
        "ask login",
    ),
    "3.1.2.1 prompt=login, signed in for this": (
        {"prompt": {"login"}},
        FRESH,
        True,
        InteractionState(logged_in=True),
        "issue",
    ),
    "3.1.2.1 prompt=consent, remembered": (
        {"prompt": {"consent"}},
        FRESH,
        True,
        InteractionState(),
        "ask consent",
    ),
    "3.1.2.1 prompt=consent, given now": (
        {"prompt": {"consent"}},
        FRESH,
        True,
        InteractionState(consented=True),
        "issue",
    ),
    "3.1.2.1 prompt=login consent, both in turn": (
        {"prompt": {"login", "consent"}},
        FRESH,
        True,
        InteractionState(logged_in=True),
        "ask consent",
    ),
    "3.1.2.1 prompt=select_account": (
        {"prompt": {"select_account"}},
        FRESH,
        True,
        InteractionState(),
        "ask select_account",
    ),
    "3.1.2.1 prompt=select_account, chosen": (
        {"prompt": {"select_account"}},
        FRESH,
        True,
        InteractionState(chosen=True),
        "issue",
    ),
    "3.1.2.1 prompt=select_account, signed in for this": (
        {"prompt": {"select_account"}},
        FRESH,
        True,
        InteractionState(logged_in=True),
        "issue",
    ),
    "3.1.2.1 max_age exceeded": ({"max_age": 60}, OLD, True, InteractionState(), "ask login"),
    "3.1.2.1 max_age kept": ({"max_age": 60}, FRESH, True, InteractionState(), "issue"),
    "3.1.2.1 max_age of exactly the age": (
        {"max_age": 10},
        FRESH,
        True,
        InteractionState(),
        "issue",
    ),
    "3.1.2.1 max_age=0 is prompt=login": (
        {"max_age": 0},
        FRESH,
        True,
        InteractionState(),
        "ask login",
    ),
    "3.1.2.1 max_age=0, signed in for this": (
        {"max_age": 0},
        FRESH,
        True,
        InteractionState(logged_in=True),
        "issue",
    ),
    "3.1.2.1 max_age exceeded, prompt=none": (
        {"max_age": 60, "prompt": {"none"}},
        OLD,
        True,
        InteractionState(),
        "login_required",
    ),
    "3.1.2.1 id_token_hint of another person": (
        {"subject_hint": "bob"},
        FRESH,
        True,
        InteractionState(wrong_person=True),
        "ask login",
    ),
    "3.1.2.1 id_token_hint of another, prompt=none": (
        {"subject_hint": "bob", "prompt": {"none"}},
        FRESH,
        True,
        InteractionState(wrong_person=True),
        "login_required",
    ),
    "3.1.2.1 id_token_hint of another, even after a login": (
        {"subject_hint": "bob"},
        FRESH,
        True,
        InteractionState(logged_in=True, wrong_person=True),
        "ask login",
    ),
    "5.5.1.1 essential acr met": (
        {"acr_values": ("urn:a",), "acr_essential": True},
        OLD,
        True,
        InteractionState(),
        "issue",
    ),
    "5.5.1.1 essential acr not met": (
        {"acr_values": ("urn:b",), "acr_essential": True},
        OLD,
        True,
        InteractionState(),
        "unmet_authentication_requirements",
    ),
    "5.5.1.1 voluntary acr not met": (
        {"acr_values": ("urn:b",)},
        OLD,
        True,
        InteractionState(),
        "issue",
    ),
}

UNPROVABLE: dict[str, tuple[dict[str, object], Login | None, bool, InteractionState, str]] = {
    "RFC 8252 8.6 signed in, first party": ({}, FRESH, True, InteractionState(), "ask continue"),
    "RFC 8252 8.6 nobody signed in": ({}, None, True, InteractionState(), "ask login"),
    "RFC 8252 8.6 consent not given": ({}, FRESH, False, InteractionState(), "ask consent"),
    "RFC 8252 8.6 somebody went on": ({}, FRESH, True, InteractionState(chosen=True), "issue"),
    "RFC 8252 8.6 signed in for this": ({}, FRESH, True, InteractionState(logged_in=True), "issue"),
    "RFC 8252 8.6 consent given for this": (
        {},
        FRESH,
        False,
        InteractionState(consented=True),
        "issue",
    ),
    "3.1.2.6 prompt=none, all settled": (
        {"prompt": {"none"}},
        FRESH,
        True,
        InteractionState(),
        "interaction_required",
    ),
    "3.1.2.6 prompt=none, no consent": (
        {"prompt": {"none"}},
        FRESH,
        False,
        InteractionState(),
        "consent_required",
    ),
    "3.1.2.6 prompt=none, nobody": (
        {"prompt": {"none"}},
        None,
        True,
        InteractionState(),
        "login_required",
    ),
    "3.1.2.1 prompt=select_account": (
        {"prompt": {"select_account"}},
        FRESH,
        True,
        InteractionState(),
        "ask select_account",
    ),
}
"""For applications whose answer any program on the device could receive."""


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_next_step(
    case: tuple[dict[str, object], Login | None, bool, InteractionState, str],
) -> None:
    *asked, expected = case

    assert told(decided(*asked)) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize("case", UNPROVABLE.values(), ids=UNPROVABLE.keys())
def test_next_step_where_any_program_could_receive_the_answer(
    case: tuple[dict[str, object], Login | None, bool, InteractionState, str],
) -> None:
    *asked, expected = case

    assert told(decided(*asked, provable=False)) == expected  # type: ignore[arg-type]


def decided(
    fields: dict[str, object],
    login: Login | None,
    consented: bool,
    progress: InteractionState,
    *,
    provable: bool = True,
) -> Decision:
    request = AuthorizationRequest(
        "shop", **{**fields, "prompt": frozenset(fields.get("prompt", ()))}
    )  # type: ignore[arg-type, call-overload]
    return next_step(request, login, consented, progress, NOW, provable=provable)


def told(decision: Decision) -> str:
    match decision:
        case Issue():
            return "issue"
        case Ask(step):
            return f"ask {step}"
        case Refuse(error, _hint):
            return error
