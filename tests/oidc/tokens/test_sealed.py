"""A token is a small sealed reference to its grant: it says what was put in, as its own kind."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oidc.crypto.keyring import Keyring
from oidc.protocol.secret_prefixes import SEALED, Kind
from oidc.tokens.grants import new_id
from oidc.tokens.sealed import MAXIMUM_CHARACTERS, SealedToken, TokenSealer

SEALER = TokenSealer(Keyring(["s" * 32]))
KINDS: tuple[Kind, ...] = get_args(Kind)
TOKEN = SealedToken("access", new_id(), 3, 1_800_000_000, 1_800_003_600)
seconds = st.integers(0, 2**32 - 1)


@given(
    st.sampled_from(KINDS),
    seconds,
    seconds,
    seconds,
    st.fixed_dictionaries({}, optional={"scope": st.text(max_size=30), "jkt": st.text(max_size=9)}),
)
def test_token_says_what_was_put_in(
    kind: Kind, generation: int, issued_at: int, expires_at: int, downscoped: dict[str, str]
) -> None:
    token = SealedToken(kind, new_id(), generation, issued_at, expires_at, downscoped)

    text = SEALER.seal(token)

    assert text.startswith(SEALED[kind])
    assert SEALER.open(text, kind) == SEALER.open_any(text) == token


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("other", KINDS)
def test_token_of_one_kind_is_none_of_another(kind: Kind, other: Kind) -> None:
    text = SEALER.seal(TOKEN._replace(kind=kind))
    disguised = SEALED[other] + text.removeprefix(SEALED[kind])

    assert (SEALER.open(text, other) is None) == (kind != other)
    assert (SEALER.open(disguised, other) is None) == (kind != other)
    assert (SEALER.open_any(disguised) is None) == (kind != other)


def test_expired_token_opens_too() -> None:
    token = TOKEN._replace(expires_at=1)

    assert SEALER.open(SEALER.seal(token), "access") == token


def test_token_of_another_server_does_not_open() -> None:
    text = TokenSealer(Keyring(["t" * 32])).seal(TOKEN)

    assert SEALER.open_any(text) is None


def test_altered_token_does_not_open() -> None:
    text = SEALER.seal(TOKEN)
    middle = len(text) // 2
    altered = text[:middle] + ("A" if text[middle] != "A" else "B") + text[middle + 1 :]

    assert SEALER.open_any(altered) is None


def test_token_is_small_and_never_the_same_twice() -> None:
    texts = {SEALER.seal(TOKEN) for _ in range(10)}

    assert len(texts) == 10
    assert max(map(len, texts)) < 90


def test_longer_text_than_any_token_is_not_looked_at() -> None:
    token = TOKEN._replace(downscoped={"scope": "s" * MAXIMUM_CHARACTERS})

    assert SEALER.open_any(SEALER.seal(token)) is None


@given(st.text(max_size=60) | st.builds("qat_{}".format, st.text(max_size=60)))
def test_no_text_makes_opening_fail(text: str) -> None:
    assert SEALER.open_any(text) is None
