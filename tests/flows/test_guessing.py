"""Passwords and second factors: who guesses waits, and who is right comes in whatever others do."""

import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pyotp
import pytest
from argon2 import PasswordHasher
from flask.testing import FlaskClient
from sqlalchemy import event, select

from app.accounts.passwords import AT_ONCE, Passwords
from app.administrators import admins, totp
from app.administrators.admins import AdminFields
from app.database import db
from app.sign_in.tries import PASSWORDS_OF_NAME
from app.tables.people import AUDIT_EVENT
from app.web.rate_limits import limiter
from app.web.slots import SLOTS
from tests.applications import CHEAP
from tests.conftest import TestClock
from tests.databases import Database
from tests.deployment import Browser, Deployment, build_deployment, close
from tests.relying_party import ISSUER
from tests.sandbox_server import LiveSandbox
from tests.upgrade.authenticator import new_passkey, proof
from tests.wire import Wire

PASSWORD = "correct horse battery staple"
STRANGER, OFFICE = "198.51.100.1", "203.0.113.7"


@pytest.fixture
def deployment(sqlite: Database, wechat: LiveSandbox, clock: TestClock) -> Iterator[Deployment]:
    with peopled(sqlite, wechat, clock) as deployment:
        yield deployment


@contextmanager
def peopled(
    sqlite: Database, wechat: LiveSandbox, clock: TestClock, **settings: Any
) -> Iterator[Deployment]:
    """An application, a person `ada` and an administrator `han`."""
    deployment = build_deployment(sqlite, wechat, clock, local_login=True, **settings)
    try:
        with deployment.app.app_context():
            CHEAP.create(db.session(), clock, "ada", PASSWORD)
            fields = AdminFields("han", "Han", "owner", PASSWORD)
            admins.create(db.session(), clock, CHEAP, fields, actor="test")
            db.session.commit()
        deployment.application()
        yield deployment
    finally:
        close(deployment)
        sqlite.empty()


@dataclass
class Person:
    """Somebody who signs in as a person, in a browser of their own."""

    deployment: Deployment
    address: str
    http: FlaskClient = field(init=False)

    def __post_init__(self) -> None:
        self.http = self.deployment.app.test_client()
        self.http.environ_base["REMOTE_ADDR"] = self.address

    def page(self) -> tuple[Browser, Any, str]:
        browser = Browser(self.deployment, self.http)
        location = browser.get(_authorize(self.deployment)).location
        return browser, browser.get(location), location

    def tries(self, password: str, username: str = "ada") -> Any:
        browser, page, location = self.page()
        return browser.submit(page, f"{location}/password", username=username, password=password)


def _authorize(deployment: Deployment) -> str:
    return (
        "/authorize?client_id=shop&response_type=code&scope=openid&nonce=n&state=s"
        "&redirect_uri=https://shop.example/callback"
        "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256"
    )


class Administrator(Person):
    """Somebody at the door of the console."""

    def tries(self, password: str, username: str = "han") -> Any:
        page = self.http.get("/admin/sign-in")
        return self.send(page, "/admin/sign-in", _username=username, _password=password)

    def send(self, page: Any, action: str, **fields: str) -> Any:
        token = re.search(r'csrf_token" value="([^"]+)', page.text)
        step = re.search(r'_step" value="([^"]+)', page.text)
        assert token, page.text
        hidden = {"csrf_token": token[1], **({"_step": step[1]} if step else {})}
        return self.http.post(action, data={**hidden, **fields})

    def code(self, page: Any, code: str) -> Any:
        return self.send(page, "/admin/sign-in/code", _code=code)


BOTH = pytest.mark.parametrize("who", [Person, Administrator])


def statuses(who: Person, password: str, count: int) -> list[int]:
    return [who.tries(password).status_code for _ in range(count)]


@BOTH
def test_strangers_wrong_passwords_keep_nobody_else_out(
    deployment: Deployment, who: type[Person]
) -> None:
    wrong = statuses(who(deployment, STRANGER), "wrong", 8)

    assert wrong == [401] * 6 + [429] * 2
    assert who(deployment, OFFICE).tries(PASSWORD).status_code == 303


@BOTH
def test_refused_try_is_told_when_the_next_is_judged(
    deployment: Deployment, who: type[Person]
) -> None:
    stranger = who(deployment, STRANGER)
    statuses(stranger, "wrong", 6)

    refused = stranger.tries(PASSWORD)

    assert refused.status_code == 429
    assert 50 <= int(refused.headers["Retry-After"]) <= 60


@BOTH
def test_known_browser_comes_in_beside_a_stranger_at_the_same_address(
    deployment: Deployment, who: type[Person]
) -> None:
    known = who(deployment, OFFICE)
    assert known.tries(PASSWORD).status_code == 303
    for name in ("qiao_session", "qiao_admin"):
        known.http.delete_cookie(name)
    stranger = who(deployment, OFFICE)
    statuses(stranger, "wrong", 7)
    for number in range(30):
        stranger.tries("wrong", f"somebody{number}")

    assert stranger.tries(PASSWORD).status_code == 429
    assert known.tries(PASSWORD).status_code == 303


@BOTH
def test_known_browser_guesses_no_more_than_others(
    deployment: Deployment, who: type[Person]
) -> None:
    known = who(deployment, OFFICE)
    assert known.tries(PASSWORD).status_code == 303
    for name in ("qiao_session", "qiao_admin"):
        known.http.delete_cookie(name)

    assert statuses(known, "wrong", 7) == [401] * 6 + [429]


@BOTH
def test_who_is_right_is_never_counted(deployment: Deployment, who: type[Person]) -> None:
    answers = [who(deployment, OFFICE).tries(PASSWORD).status_code for _ in range(35)]

    assert answers == [303] * 35


def test_guesses_from_many_places_end_for_one_name_alone(deployment: Deployment) -> None:
    most = int(PASSWORDS_OF_NAME.partition("/")[0])
    known = Administrator(deployment, OFFICE)
    known.tries(PASSWORD)
    known.http.delete_cookie("qiao_admin")
    page = Administrator(deployment, OFFICE)
    form = page.http.get("/admin/sign-in")
    answers = []
    for number in range(most):
        page.http.environ_base["REMOTE_ADDR"] = f"192.0.{number // 250}.{number % 250}"
        fields = {"_username": "han", "_password": "wrong"}
        answers.append(page.send(form, "/admin/sign-in", **fields).status_code)

    assert answers == [401] * most
    assert Administrator(deployment, OFFICE).tries(PASSWORD).status_code == 429
    assert Administrator(deployment, OFFICE).tries(PASSWORD, "nobody").status_code == 401
    assert known.tries(PASSWORD).status_code == 303


def test_nodes_that_share_a_redis_count_together_and_alone_while_it_is_away(
    sqlite: Database, wechat: LiveSandbox, clock: TestClock, redis_url: str
) -> None:
    wire = Wire("127.0.0.1", urlsplit(redis_url).port or 6379)
    through = f"redis://127.0.0.1:{wire.port}{urlsplit(redis_url).path}"
    with peopled(sqlite, wechat, clock, redis_url=through) as deployment:
        limiter.reset()
        right = [Administrator(deployment, STRANGER).tries(PASSWORD).status_code for _ in range(8)]
        together = statuses(Administrator(deployment, STRANGER), "wrong", 7)
        wire.cut()
        alone = statuses(Administrator(deployment, STRANGER), "wrong", 7)
        elsewhere = Administrator(deployment, OFFICE).tries(PASSWORD).status_code

    assert right == [303] * 8
    assert (together, alone) == ([401] * 6 + [429], [401] * 6 + [429])
    assert elsewhere == 303


def with_authenticator(deployment: Deployment) -> pyotp.TOTP:
    secret = totp.new_secret()
    clock, keyring = deployment.clock, deployment.provider.keyring
    with deployment.app.app_context():
        han = admins.by_username(db.session(), "han")
        assert han is not None
        code = pyotp.TOTP(secret).at(clock())
        assert totp.enrol(db.session(), clock, keyring, han, secret, code)
        db.session.commit()
    clock.advance(60)
    return pyotp.TOTP(secret)


def test_codes_are_counted_by_administrator_over_all_questions(deployment: Deployment) -> None:
    app = with_authenticator(deployment)
    known = Administrator(deployment, OFFICE)
    first = known.tries(PASSWORD)
    assert known.code(first, app.at(deployment.clock())).status_code == 303
    known.http.delete_cookie("qiao_admin")
    deployment.clock.advance(60)
    answers = []
    for number in range(40):
        thief = Administrator(deployment, f"198.51.100.{number}")
        question = thief.tries(PASSWORD)
        answers += [thief.code(question, "000000").status_code for _ in range(5)]

    noticed = [each for each in events(deployment) if each.kind == "admin.codes_guessed"]
    question = known.tries(PASSWORD)
    back = known.code(question, app.at(deployment.clock()))

    assert answers == [401] * 10 + [429] * 190
    assert [(each.outcome, "han" in each.detail) for each in noticed] == [("refused", True)]
    assert back.status_code == 303


def test_passkey_comes_in_whatever_was_counted_of_passwords(deployment: Deployment) -> None:
    owner = Administrator(deployment, OFFICE)
    owner.tries(PASSWORD)
    you = owner.http.get("/admin/you")
    options = owner.send(you, "/admin/you/passkeys/question").text
    owner.send(you, "/admin/you/passkeys", passkey=new_passkey(options, ISSUER), name="Laptop")
    elsewhere = Administrator(deployment, OFFICE)
    door = elsewhere.http.get("/admin/sign-in")

    def with_passkey(action: str, count: int) -> int:
        question = elsewhere.send(door, "/admin/passkey-question").text
        answer = elsewhere.send(door, action, _passkey=proof(question, ISSUER, count))
        return int(answer.status_code)

    wrong = statuses(elsewhere, "wrong", 7)
    entered = with_passkey("/admin/sign-in/passkey", 1)
    unconfirmed = [
        elsewhere.send(door, "/admin/confirm", _password="wrong").status_code for _ in range(7)
    ]
    confirmed = with_passkey("/admin/confirm", 2)

    assert (wrong, entered) == ([401] * 6 + [429], 303)
    assert (unconfirmed, confirmed) == ([403] * 6 + [429], 303)


def events(deployment: Deployment) -> list[Any]:
    with deployment.app.app_context():
        return list(db.session.execute(select(AUDIT_EVENT)).all())


class Watched(PasswordHasher):
    """A slow hasher that notes how many hash at once, and the connections that each then holds."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.lock = threading.Lock()
        self.running = 0
        self.most = 0
        self.judged = 0
        self.held: set[int] = set()
        self.connections: Counter[int] = Counter()
        """By thread."""

    def checked_out(self, *_: object) -> None:
        self.connections[threading.get_ident()] += 1

    def checked_in(self, *_: object) -> None:
        self.connections[threading.get_ident()] -= 1

    def verify(self, hash: str | bytes, password: str | bytes) -> Any:  # noqa: A002
        with self.lock:
            self.running += 1
            self.judged += 1
            self.most = max(self.most, self.running)
        time.sleep(0.2)
        with self.lock:
            self.held.add(self.connections[threading.get_ident()])
            self.running -= 1
        return super().verify(hash, password)


@pytest.fixture
def watched(deployment: Deployment) -> Iterator[Watched]:
    watched = Watched()
    with deployment.app.app_context():
        engines = list(db.engines.values())
    for engine in engines:
        event.listen(engine, "checkout", watched.checked_out)
        event.listen(engine, "checkin", watched.checked_in)
    before = deployment.app.extensions["passwords"]
    deployment.app.extensions["passwords"] = Passwords.with_costs(watched)
    yield watched
    deployment.app.extensions["passwords"] = before
    for engine in engines:
        event.remove(engine, "checkout", watched.checked_out)
        event.remove(engine, "checkin", watched.checked_in)


@BOTH
def test_many_tries_at_once_are_counted_before_they_are_judged(
    deployment: Deployment, watched: Watched, who: type[Person]
) -> None:
    strangers = [who(deployment, STRANGER) for _ in range(24)]

    with ThreadPoolExecutor(24) as threads:
        answers = list(threads.map(lambda each: each.tries("wrong").status_code, strangers))

    assert sorted(answers) == [401] * watched.judged + [429] * (24 - watched.judged)
    assert 1 <= watched.judged <= 6


@BOTH
def test_few_passwords_are_hashed_at_once_and_without_a_connection(
    deployment: Deployment, watched: Watched, who: type[Person]
) -> None:
    people = [who(deployment, f"203.0.113.{number}") for number in range(12)]

    with ThreadPoolExecutor(12) as threads:
        answers = list(threads.map(lambda each: each.tries("wrong").status_code, people))

    assert answers == [401] * 12
    assert watched.most == (AT_ONCE if who is Administrator else SLOTS)
    assert watched.held == {0}
    assert set(watched.connections.values()) == {0}


def test_password_that_finds_no_turn_is_not_judged_and_not_counted(
    deployment: Deployment, watched: Watched
) -> None:
    impatient = Passwords.with_costs(watched, patience=0.02)
    deployment.app.extensions["passwords"] = impatient
    people = [Administrator(deployment, OFFICE) for _ in range(6)]

    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(lambda each: each.tries(PASSWORD), people))

    refused = [each for each in answers if each.status_code == 503]
    assert len(refused) >= 1
    assert {each.status_code for each in answers} == {303, 503}
    assert {each.headers["Retry-After"] for each in refused} == {"5"}
    assert statuses(Administrator(deployment, OFFICE), "wrong", 7) == [401] * 6 + [429]
