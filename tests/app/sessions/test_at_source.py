"""Sessions at sources on each database: kept with ours, found by their names, forgotten."""

from sqlalchemy.orm import Session

from app.sessions import at_source, browser
from federation.identity import SourceSession
from oidc.crypto.keyring import Keyring
from tests.conftest import TestClock

CIPHER = Keyring(["a secret of the tests with enough characters"])
HINT = "header." + "x" * 6000 + ".signature"


def test_session_at_a_source_ends_ours_and_is_ended_by_what_was_kept(
    session: Session, clock: TestClock
) -> None:
    begun = browser.begin(session, clock, "ming", amr=("oidc",), connection_id="ours")
    there = SourceSession("Their-Session", HINT)
    for kept in (SourceSession("older"), there):
        at_source.keep(session, CIPHER, begun.sid, "ours", kept, clock() + 60)

    assert at_source.named(session, "ours", "Their-Session") == [begun.sid]
    assert at_source.named(session, "ours", "their-session") == []
    assert at_source.named(session, "ours", "older") == []
    assert at_source.named(session, "another", "Their-Session") == []
    assert at_source.hint(session, CIPHER, begun.sid) == HINT
    assert at_source.hint(session, Keyring(["another secret of enough characters"]), "x") is None
    assert at_source.prune(session, clock(), 10) == 0
    assert at_source.prune(session, clock() + 60, 10) == 1
    assert at_source.hint(session, CIPHER, begun.sid) is None


def test_session_that_is_over_here_is_not_found(session: Session, clock: TestClock) -> None:
    begun = browser.begin(session, clock, "ming", amr=("oidc",), connection_id="ours")
    at_source.keep(session, CIPHER, begun.sid, "ours", SourceSession("theirs"), clock() + 60)

    browser.end(session, begun.token)

    assert at_source.named(session, "ours", "theirs") == []
