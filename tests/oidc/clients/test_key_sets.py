"""A client's keys are found where it says they are, and looked for again when it rotates them."""

import threading
import time
from typing import Any

import pytest
from joserfc.jwk import ECKey

from oidc.clients.key_sets import (
    FRESH_SECONDS,
    MAX_FETCHES,
    MAX_URLS,
    STALE_SECONDS,
    WINDOW_SECONDS,
    RemoteKeys,
)
from oidc.clients.metadata_parsing import ClientMetadata
from oidc.crypto import jwt
from oidc.crypto.jwt import Unverifiable
from oidc.outbound.answer import FetchError, Unreachable
from tests.conftest import TestClock

FIRST = ECKey.generate_key("P-256", {"kid": "first"})
SECOND = ECKey.generate_key("P-256", {"kid": "second"})
CLIENT = ClientMetadata(jwks_uri="https://rp.example/jwks")


class Website:
    """Publishes keys, counts its visitors, and can be down."""

    def __init__(self, *keys: ECKey) -> None:
        self.keys = keys
        self.visits: list[str] = []
        self.failure: FetchError | None = None
        self.seconds = 0.0

    def __call__(self, url: str) -> Any:
        self.visits.append(url)
        time.sleep(self.seconds)
        if self.failure is not None:
            raise self.failure
        return {"keys": [key.as_dict(private=False) for key in self.keys]}


def kids(keys: Any) -> list[str]:
    return [key.kid for key in keys]


def test_registered_keys_need_no_fetch(clock: TestClock) -> None:
    website = Website()
    client = ClientMetadata(jwks={"keys": [FIRST.as_dict(private=False)]})

    found = RemoteKeys(website, clock).find(client, "unknown")

    assert kids(found) == ["first"]
    assert website.visits == []


def test_registered_keys_are_built_once_for_each_registration(clock: TestClock) -> None:
    keys = RemoteKeys(Website(), clock)
    before = ClientMetadata(jwks={"keys": [FIRST.as_dict(private=False)]})
    after = ClientMetadata(jwks={"keys": [SECOND.as_dict(private=False)]})

    assert keys.find(before) is keys.find(before)
    assert kids(keys.find(before)) == ["first"]
    assert kids(keys.find(after)) == ["second"]


def test_a_client_without_keys_is_told(clock: TestClock) -> None:
    with pytest.raises(Unverifiable, match="no keys"):
        RemoteKeys(Website(), clock).find(ClientMetadata())


def test_registered_keys_that_we_no_longer_take_are_told(clock: TestClock) -> None:
    client = ClientMetadata(jwks={"keys": [{"kty": "oct", "k": "AA"}]})

    with pytest.raises(Unverifiable, match="no usable keys"):
        RemoteKeys(Website(), clock).find(client, "k")


def test_fetched_keys_are_kept_for_a_while(clock: TestClock) -> None:
    website = Website(FIRST)
    keys = RemoteKeys(website, clock)

    for _ in range(3):
        assert kids(keys.find(CLIENT, "first")) == ["first"]
    clock.advance(FRESH_SECONDS)
    keys.find(CLIENT, "first")

    assert website.visits == ["https://rp.example/jwks"] * 2


def test_an_unknown_kid_makes_us_look_once_more(clock: TestClock) -> None:
    website = Website(FIRST)
    keys = RemoteKeys(website, clock)
    keys.find(CLIENT, "first")
    website.keys = (FIRST, SECOND)

    token = jwt.sign({"a": 1}, SECOND, "ES256", "second")

    assert jwt.verify(token, keys.source(CLIENT), ["ES256"]).claims == {"a": 1}
    assert len(website.visits) == 2


def test_unknown_kids_cannot_make_us_a_flood(clock: TestClock) -> None:
    website = Website(FIRST)
    keys = RemoteKeys(website, clock)

    for number in range(100):
        keys.find(CLIENT, f"unknown-{number}")

    assert len(website.visits) == MAX_FETCHES
    clock.advance(WINDOW_SECONDS)
    keys.find(CLIENT, "unknown")
    assert len(website.visits) == MAX_FETCHES + 1


def test_a_key_that_was_taken_down_is_gone_after_the_next_fetch(clock: TestClock) -> None:
    website = Website(FIRST)
    keys = RemoteKeys(website, clock)
    token = jwt.sign({"a": 1}, FIRST, "ES256", "first")
    jwt.verify(token, keys.source(CLIENT), ["ES256"])
    website.keys = (SECOND,)
    clock.advance(FRESH_SECONDS)

    with pytest.raises(Unverifiable):
        jwt.verify(token, keys.source(CLIENT), ["ES256"])


def test_old_keys_serve_while_the_website_is_down_but_not_for_ever(clock: TestClock) -> None:
    website = Website(FIRST)
    keys = RemoteKeys(website, clock)
    keys.find(CLIENT, "first")
    website.failure = Unreachable("down")

    clock.advance(FRESH_SECONDS)
    assert kids(keys.find(CLIENT, "first")) == ["first"]

    clock.advance(STALE_SECONDS)
    with pytest.raises(Unverifiable, match="jwks_uri"):
        keys.find(CLIENT, "first")


def test_a_website_that_was_down_at_first_is_tried_again_later(clock: TestClock) -> None:
    website = Website(FIRST)
    website.failure = Unreachable("down")
    keys = RemoteKeys(website, clock)
    for _ in range(10):
        with pytest.raises(Unverifiable):
            keys.find(CLIENT, "first")
    website.failure = None
    clock.advance(WINDOW_SECONDS)

    found = keys.find(CLIENT, "first")

    assert kids(found) == ["first"]
    assert len(website.visits) == MAX_FETCHES + 1


def test_what_is_not_a_key_set_counts_as_a_failure(clock: TestClock) -> None:
    keys = RemoteKeys(lambda _: ["not a key set"], clock)

    with pytest.raises(Unverifiable):
        keys.find(CLIENT, "first")


def test_many_threads_fetch_once(clock: TestClock) -> None:
    website = Website(FIRST)
    website.seconds = 0.1
    keys = RemoteKeys(website, clock)
    found: list[list[str]] = []
    threads = [
        threading.Thread(target=lambda: found.append(kids(keys.find(CLIENT, "first"))))
        for _ in range(20)
    ]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == [["first"]] * 20
    assert len(website.visits) == 1


def test_threads_that_wait_for_a_website_that_is_down_do_not_queue_up(clock: TestClock) -> None:
    website = Website()
    website.seconds, website.failure = 0.2, Unreachable("down")
    keys = RemoteKeys(website, clock)
    refused: list[Unverifiable] = []

    def find() -> None:
        try:
            keys.find(CLIENT, "first")
        except Unverifiable as error:
            refused.append(error)

    threads = [threading.Thread(target=find) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(refused) == 10
    assert len(website.visits) == 1


def test_memory_is_limited(clock: TestClock) -> None:
    website = Website(FIRST)
    keys = RemoteKeys(website, clock)

    for number in range(MAX_URLS + 1):
        keys.find(ClientMetadata(jwks_uri=f"https://rp.example/{number}"))
    keys.find(ClientMetadata(jwks_uri="https://rp.example/0"))

    assert len(website.visits) == MAX_URLS + 2
