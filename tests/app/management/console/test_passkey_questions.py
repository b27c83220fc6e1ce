"""A passkey's question is put to one browser, and answered by it alone."""

import base64
import json
from typing import Any

from app.administrators import challenges
from app.database import db
from tests.app.management.console.console import Console, make_admin
from tests.app.site import Site


def asked(console: Console) -> str:
    """The question that the browser was given."""
    challenge = json.loads(console.post("/admin/passkey-question").text)["challenge"]
    return base64.urlsafe_b64decode(challenge + "=" * (-len(challenge) % 4)).decode()


def answer_to(token: str) -> str:
    challenge = base64.urlsafe_b64encode(token.encode()).decode().rstrip("=")
    said = json.dumps({"type": "webauthn.get", "challenge": challenge}).encode()
    response: dict[str, Any] = {"clientDataJSON": base64.urlsafe_b64encode(said).decode()}
    return json.dumps({"id": "x", "rawId": "eA", "type": "public-key", "response": response})


def is_open(site: Site, token: str) -> bool:
    """Whether the question can still be answered by somebody."""
    db.session.rollback()
    waiting = challenges.try_once(db.session(), site.clock, challenges.PASSKEY, token)
    db.session.rollback()
    return waiting is not None


def test_answer_of_another_browser_leaves_the_question_open(site: Site) -> None:
    asked_one, other = Console(site.app.test_client()), Console(site.app.test_client())
    token = asked(asked_one)

    refused = other.post("/admin/sign-in/passkey", {"_passkey": answer_to(token)})

    assert refused.status_code == 401
    assert is_open(site, token)


def test_browser_that_was_asked_uses_the_question_up(site: Site) -> None:
    console = Console(site.app.test_client())
    token = asked(console)

    console.post("/admin/sign-in/passkey", {"_passkey": answer_to(token)})

    assert not is_open(site, token)


def test_question_to_an_administrator_is_not_answered_at_the_door(site: Site) -> None:
    make_admin(site, "han")
    console, stranger = Console(site.app.test_client()), Console(site.app.test_client())
    console.sign_in("han")
    token = asked(console)

    stranger.post("/admin/sign-in/passkey", {"_passkey": answer_to(token)})

    assert is_open(site, token)
