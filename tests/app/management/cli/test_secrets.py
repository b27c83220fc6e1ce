"""``secrets reseal``: an old secret can be dropped, and no sealed column is forgotten."""

import ast
import json
from collections.abc import Iterator
from dataclasses import replace

import pyotp
import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from app.accounts.identification import association, source_tokens
from app.accounts.identification.outcomes import Ask
from app.administrators import admins, totp
from app.database import db
from app.management.services.sealed_columns import DIE_BY_THEMSELVES, RESEALED
from app.notifications import webhooks
from app.notifications.webhooks import WebhookFields
from app.sessions import at_source
from app.settings import Settings
from app.sign_in import in_app_answer, question_token
from app.sign_in.in_app_answer import ANSWER
from app.tables.administrators import ADMIN
from federation import credential_documents
from federation.identity import ExternalKey, Identity, SourceSession, SourceTokens
from federation.models import CredentialRow, WeChatAppRow
from oidc.crypto.keyring import Keyring
from oidc.protocol.authorization_request import AuthorizationRequest
from oidc.shared_signals.stream import PUSH, Wanted
from oidc.shared_signals.streams import Streams
from tests.app.accounts.wechat import identity
from tests.app.management.cli.conftest import SECRET, Hire, Operator
from tests.conftest import TestClock
from tests.databases import all_metadata
from tests.source import ROOT
from tests.wechat_apps import wechat_app

pytestmark = pytest.mark.slow

OLD, NEW = SECRET, "another secret of the tests, long enough"
KEYRING = "oidc/crypto/keyring.py"
SEALERS = {
    "oidc/keys/store.py": "signing_key.private_sealed",
    "oidc/clients/client.py": "client.secrets",
    "federation/wechat/app_table.py": "wechat_app.secret_sealed, wechat_app.push_key_sealed",
    "federation/credential_documents.py": "source_credential.document_sealed",
    "federation/ticket_store.py": "ticket.identity_sealed",
    "app/administrators/totp.py": "admin.totp_sealed",
    "app/accounts/identification/association.py": "parked_association.identity_sealed",
    "app/accounts/identification/source_tokens.py": "source_token.tokens_sealed",
    "app/sign_in/question_token.py": "interaction.host_state",
    "app/pages/which_account/proof.py": "interaction.host_state",
    "app/pages/which_account/answers.py": "interaction.host_state, grant.pending",
    "app/sign_in/in_app_answer.py": "interaction.host_state, grant.pending",
    "oidc/tokens/sealed.py": "outside: codes and tokens",
    "oidc/crypto/dpop_proof.py": "outside: nonces, for minutes",
    "oidc/logout/request.py": "outside: a form",
    "app/sign_in/known_browsers.py": "outside: a cookie",
    "app/pages/ticket_cookie.py": "outside: a cookie",
    "app/pages/redirection.py": "outside: a cookie, and an address that goes on at once",
    "app/sessions/at_source.py": "source_session.id_token_sealed",
    "app/notifications/webhooks.py": "webhook.secret_sealed, webhook.old_secret_sealed",
    "oidc/shared_signals/streams.py": "event_stream.authorization_sealed",
    "app/pages/source_logout.py": "outside: an address that comes back at once",
    "app/management/console/views/profile.py": "outside: a cookie",
}
"""Every module that seals, and where what it seals ends up."""


@pytest.fixture
def filled(hire: Hire, settings: Settings, session: Session, clock: TestClock) -> Operator:
    """A deployment of the old secret, with something in every column that is sealed."""
    operator = hire(replace(settings, secret_keys=(OLD,)))
    document = {
        "client_id": "bank",
        "redirect_uris": ["https://bank.example/callback"],
        "token_endpoint_auth_method": "client_secret_jwt",
    }
    operator.run("clients", "add", "--from-json", "-", typed=json.dumps(document))
    operator.run("admin", "create", "han", "--password", "a password that is long enough")
    with operator.app.test_request_context():
        fill(operator, db.session(), clock)
        db.session.commit()
    return operator


def fill(operator: Operator, session: Session, clock: TestClock) -> None:
    provider, keyring = operator.provider, operator.provider.keyring
    provider.keys.active(session, "RS256")
    app = wechat_app("wx00000000000000a1", "miniprogram", "0" * 32, push_key="k" * 43)
    operator.federation.credentials.of("wechat").create(session, app)
    sealed = keyring.seal(b'{"secret":"s"}', credential_documents.PURPOSE)
    for name in ("a", "b", "c"):
        row = {"source": "other", "id": name, "kind": "k", "name": "", "document_sealed": sealed}
        values = {**row, "version": 1, "created_at": clock(), "updated_at": clock()}
        session.execute(insert(CredentialRow).values(values))
    han = admins.by_username(session, "han")
    assert han is not None
    secret = totp.new_secret()
    assert totp.enrol(session, clock, keyring, han, secret, pyotp.TOTP(secret).at(clock()))
    asked = association.park(session, keyring, clock, Ask(identity(), "mini", None, True), "b")
    tickets = operator.federation.tickets
    ticket = tickets.open(session, "mini", "scan", "b", {})
    tickets.read(session, ticket.scene)
    tickets.confirm(session, ticket.scene, identity())
    request = AuthorizationRequest("bank", scope=("openid",))
    parked = provider.interactions.park(session, request, lifetime=1800)
    kept = {"question": question_token.sealed(asked), "plain": "stays", "proven": ""}
    answer = keyring.seal(b"{}", in_app_answer.PURPOSE)
    fields = WebhookFields("https://127.0.0.1:1/nobody")
    hook, _secret = webhooks.create(session, clock, keyring, provider.outbound, fields, "ops")
    webhooks.rotate(session, clock, keyring, hook)
    wanted = Wanted(method=PUSH, endpoint_url=fields.url, authorization="Bearer theirs")
    Streams.of(provider).create(session, "bank", wanted, clock())
    there = SourceSession("theirs", "an ID token")
    at_source.keep(session, keyring, "s" * 22, "ours", there, clock() + 600)
    known = Identity((ExternalKey("oidc:sub:ours", "p-1"),), tokens=SourceTokens("theirs"))
    source_tokens.keep(session, keyring, clock(), "ours", known)
    provider.interactions.keep(session, parked.id, {**kept, ANSWER: answer})


def both(hire: Hire, settings: Settings) -> Operator:
    return hire(replace(settings, secret_keys=(NEW, OLD)))


def sealed_by(session: Session, secret: str) -> dict[str, int]:
    """How many values in each column this secret alone opens."""
    keyring, found = Keyring((secret,)), {}
    for column in RESEALED:
        opened = 0

        def look(sealed: str, purpose: str) -> str:
            nonlocal opened
            try:
                keyring.unseal(sealed, purpose)
            except ValueError:
                return sealed
            opened += 1
            return sealed

        for text in session.scalars(select(column.column).where(column.column.is_not(None))):
            column.each(text, look)
        found[column.name] = opened
    return found


EVERY = {column.name for column in RESEALED}


def test_old_secret_can_be_dropped_afterwards(
    filled: Operator, hire: Hire, settings: Settings, session: Session, clock: TestClock
) -> None:
    before = sealed_by(session, OLD)
    session.rollback()

    told = both(hire, settings).read("secrets", "reseal", "--batch", "2")

    assert {name for name, number in before.items() if number} == EVERY
    assert {name: one["anew"] for name, one in told.items()} == before
    assert sealed_by(session, OLD) == dict.fromkeys(EVERY, 0)
    assert sealed_by(session, NEW) == before
    session.rollback()
    later = hire(replace(settings, secret_keys=(NEW,)))
    assert later.federation.credentials.of("wechat").all(session)[0]["push_key"] == "k" * 43
    assert later.provider.keys.active(session, "RS256").kid


def test_dry_run_counts_and_changes_nothing(
    filled: Operator, hire: Hire, settings: Settings, session: Session
) -> None:
    before = sealed_by(session, OLD)
    session.rollback()

    told = both(hire, settings).read("secrets", "reseal", "--dry-run")

    assert {name: one["anew"] for name, one in told.items()} == before
    assert sealed_by(session, NEW) == dict.fromkeys(EVERY, 0)


def test_run_that_was_ended_is_gone_on_with(
    filled: Operator, hire: Hire, settings: Settings, session: Session
) -> None:
    operator = both(hire, settings)
    operator.run("secrets", "reseal")
    old = Keyring((OLD,)).seal(b"JBSWY3DPEHPK3PXP", totp.PURPOSE)
    session.execute(update(ADMIN).values(totp_sealed=old))  # as if the run had ended before it
    session.commit()

    told = operator.read("secrets", "reseal")

    assert {name for name, one in told.items() if one["anew"]} == {"admin.totp_sealed"}
    assert "SEALED ANEW" in operator.run("secrets", "reseal")


def test_what_no_secret_opens_is_told_and_the_rest_goes_on(
    filled: Operator, hire: Hire, settings: Settings, session: Session
) -> None:
    lost = Keyring(("a secret that nobody has any more, long",)).seal(b"x", totp.PURPOSE)
    session.execute(update(WeChatAppRow).values(secret_sealed=lost))
    session.commit()

    result = both(hire, settings).try_to("secrets", "reseal")

    assert result.exit_code == 1
    assert "enter it again" in result.stderr
    left = sealed_by(session, OLD)
    assert {name for name, number in left.items() if number} == set()


def test_values_beside_sealed_ones_stay(
    filled: Operator, hire: Hire, settings: Settings, session: Session
) -> None:
    both(hire, settings).run("secrets", "reseal")

    [column] = [each for each in RESEALED if each.name == "interaction.host_state"]
    [kept] = [json.loads(text) for text in session.scalars(select(column.column))]
    assert (kept["plain"], kept["proven"]) == ("stays", "")


def test_every_column_that_is_sealed_by_its_name_is_in_a_list() -> None:
    named = {
        f"{table.name}.{column.name}"
        for metadata in all_metadata()
        for table in metadata.tables.values()
        for column in table.columns
        if "sealed" in column.name
    }

    assert named - EVERY - DIE_BY_THEMSELVES.keys() == set()


def test_every_place_that_seals_is_known_and_so_is_where_it_ends() -> None:
    columns = {
        where.strip() for place in SEALERS.values() if "." in place for where in place.split(",")
    }

    assert set(modules_that_seal()) - {KEYRING} == SEALERS.keys()
    assert columns == EVERY | DIE_BY_THEMSELVES.keys()


def modules_that_seal() -> Iterator[str]:
    for package in ("app", "oidc", "federation"):
        for path in (ROOT / package).rglob("*.py"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            if "sandbox" not in path.parts and any(map(seals, ast.walk(tree))):
                yield str(path.relative_to(ROOT))


def seals(node: ast.AST) -> bool:
    """Whether it seals by the keyring, under whatever name; signing answers is called so too."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    words = ast.unparse(node.func.value) + " ".join(map(ast.unparse, node.args))
    by_keyring = "keyring" in words.lower() or "cipher" in words
    return node.func.attr == "seal_bytes" or (node.func.attr == "seal" and by_keyring)
