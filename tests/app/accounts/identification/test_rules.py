"""The decision table: rules × (new, old) × UnionID × phone or e-mail, in the order of the rules."""

import itertools
from typing import get_args

import pytest

from app.accounts.identification.rules import (
    FLAGS,
    SENTENCES,
    AskPerson,
    Association,
    Create,
    Decision,
    Facts,
    Refuse,
    SignIn,
    decide,
)

UNIONIDS = ("none", "known", "late", "conflicting", "changed")
PHONES = {"none": (), "one match": ("P",), "many": ("P", "Q")}


def facts(
    person: str, unionid: str, phone: str, association: Association, login_only: bool
) -> Facts | None:
    """The facts of a case; None for one that cannot be (a new person whose UnionID changed)."""
    old = person == "old"
    if not old and unionid in ("conflicting", "changed"):
        return None
    by_shared = {"known": "A" if old else "B", "conflicting": "B"}.get(unionid)
    return Facts(
        by_own="A" if old else None,
        by_shared=by_shared,
        shared=unionid != "none",
        shared_differs=unionid in ("changed", "conflicting"),
        by_phone=PHONES[phone] if association != "email" else (),
        by_email=PHONES[phone] if association == "email" else (),
        association=association,
        login_only=login_only,
    )


def expected(
    person: str, unionid: str, phone: str, association: Association, login_only: bool
) -> Decision:
    """What the rules say, written out case by case."""
    if person == "old":
        return {
            "none": SignIn("A", "known_openid"),
            "known": SignIn("A", "known_openid"),
            "late": SignIn("A", "known_openid", ("shared",), "unionid_learnt"),
            "conflicting": SignIn("A", "known_openid", (), "unionid_conflict", "B"),
            "changed": SignIn("A", "known_openid", (), "unionid_changed"),
        }[unionid]
    if unionid == "known":
        return SignIn("B", "known_unionid", ("own",))
    if association == "ask":
        return AskPerson(may_create=not login_only)
    if association in ("phone", "email") and phone == "one match":
        learnt = ("own", "shared") if unionid == "late" else ("own",)
        return SignIn("P", f"{association}_match", learnt)
    if login_only:
        return Refuse("login_only")
    if association in ("phone", "email") and phone == "many":
        return Create(flag=f"{association}_shared", other="P")
    return Create()


CASES = [
    pytest.param(case, id="-".join(map(str, case)))
    for case in itertools.product(
        ("new", "old"), UNIONIDS, PHONES, get_args(Association), (False, True)
    )
    if facts(*case) is not None
]


@pytest.mark.parametrize("case", CASES)
def test_every_case_is_decided_by_the_first_rule_that_applies(
    case: tuple[str, str, str, Association, bool],
) -> None:
    known = facts(*case)
    assert known is not None

    decision = decide(known)

    assert decision == expected(*case)
    assert decision.rule in SENTENCES


def test_flags_have_a_sentence_each() -> None:
    flags = {
        getattr(decide(known), "flag", None)
        for case in itertools.product(("new", "old"), UNIONIDS, PHONES, get_args(Association))
        if (known := facts(*case, login_only=False)) is not None
    } - {None}

    assert flags == set(FLAGS)


def test_known_person_enters_although_the_application_takes_no_new_people() -> None:
    decision = decide(Facts(by_own="A", may_sign_up=False))

    assert decision == SignIn("A", "known_openid")


def test_unknown_person_is_refused_where_the_application_takes_no_new_people() -> None:
    decision = decide(Facts(may_sign_up=False))

    assert decision == Refuse("sign_up_closed")


def test_asked_person_may_not_create_where_the_application_takes_no_new_people() -> None:
    decision = decide(Facts(association="ask", may_sign_up=False))

    assert decision == AskPerson(may_create=False)


@pytest.mark.parametrize(
    "known",
    [
        pytest.param(Facts(by_own="A", disabled=frozenset("A")), id="openid"),
        pytest.param(Facts(by_shared="A", shared=True, disabled=frozenset("A")), id="unionid"),
        pytest.param(
            Facts(by_phone=("A",), association="phone", disabled=frozenset("A")), id="phone"
        ),
    ],
)
def test_disabled_account_is_refused_by_whatever_rule_finds_it(known: Facts) -> None:
    decision = decide(known)

    assert decision == Refuse("account_disabled", "A")
