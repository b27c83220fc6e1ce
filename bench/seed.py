"""Fills a fresh Qiao for the benchmark: ``python -m bench.seed PEOPLE FACTS``.

Runs with Qiao's own ``QIAO_*`` environment, through its migrations and services: a web client, one
under FAPI 2.0 and a native one, one mini-program connection that they may use, people who signed in
through WeChat, whose browsers have a live session and whose consent is remembered. Prints their
cookies as a JSON list.
"""

import json
import sys
from dataclasses import replace

from flask_migrate import upgrade
from sqlalchemy.orm import Session

from app.accounts.identification.outcomes import SignedIn
from app.accounts.identification.sign_in import sign_in
from app.database import db
from app.elements import current_federation
from app.enablement import sources
from app.factory import create_app
from app.sessions import browser, cookie
from bench.facts import REDIRECT_URI, Facts
from bench.key_holder import KeyHolder
from federation import ConnectionFields, CredentialFields, ExternalKey, Federation, Identity
from oidc.clients.metadata_parsing import RegistrationPolicy, parse
from oidc.clock import system_clock
from oidc.interactions import consents
from oidc.protocol.authorization_request import AuthorizationRequest
from oidc.provider import Provider, current_provider

NATIVE_CLIENT = "bench-native"
MINI_PROGRAM = CredentialFields(
    id="wx5a4d000000000001",
    kind="miniprogram",
    values={
        "secret": "5a4d0000000000000000000000000001",  # the sandbox's published credential
        "original_id": "gh_5a4d00000001",
    },
    name="Bench",
)
CONNECTION = "wechat-bench"
OFFLINE = ("openid", "profile", "offline_access")


def seed(people: int, facts: Facts) -> list[dict[str, str]]:
    """Make everything that the scenarios need; the cookies of each person's browser."""
    session = db.session()
    add_clients(session, current_provider(), facts)
    federation = current_federation()
    add_connection(session, federation)
    for client in (facts.client_id, facts.fapi_client_id, NATIVE_CLIENT):
        enablement = sources.get(session, client, CONNECTION)
        sources.save(session, system_clock, replace(enablement, enabled=True), actor="system")
    cookies = [add_person(session, federation, facts, number) for number in range(people)]
    session.commit()
    return cookies


def add_clients(session: Session, provider: Provider, facts: Facts) -> None:
    """A web client with a secret, one with a key, and a mobile app of our own with neither."""
    policy = RegistrationPolicy(trusted=True)
    web = {
        "client_name": "Benchmark",
        "redirect_uris": [REDIRECT_URI],
        "grant_types": ["authorization_code", "refresh_token", "client_credentials"],
        "scope": " ".join(OFFLINE),
        "rotate_refresh_tokens": facts.rotates,  # a confidential client keeps its own by default
    }
    fapi = {
        **web,
        "profile": "fapi2",
        "grant_types": ["authorization_code"],
        "token_endpoint_auth_method": "private_key_jwt",
        "jwks": KeyHolder(facts.issuer, facts.fapi_client_id, facts.fapi_key).registered,
        "id_token_signed_response_alg": "ES256",
    }
    native = {
        "application_type": "native",
        "token_endpoint_auth_method": "none",
        "redirect_uris": ["com.example.bench:/callback"],
        "scope": "openid profile wechat",
        "first_party": True,
    }
    named = {"client_id": facts.client_id, "secret": facts.client_secret}
    provider.clients.add(session, parse(web, policy=policy), **named)
    provider.clients.add(session, parse(fapi, policy=policy), client_id=facts.fapi_client_id)
    provider.clients.add(session, parse(native, policy=policy), client_id=NATIVE_CLIENT)


def add_connection(session: Session, federation: Federation) -> None:
    federation.credentials.of("wechat").create(session, MINI_PROGRAM)
    fields = ConnectionFields(
        id=CONNECTION,
        mode="wechat-miniprogram",
        display_name={"en": "WeChat", "zh": "微信"},
        app_id=MINI_PROGRAM.id,
    )
    federation.connections.create(session, fields)


def add_person(
    session: Session, federation: Federation, facts: Facts, number: int
) -> dict[str, str]:
    """Sign somebody in as after WeChat's answer, and remember their consent."""
    connection = federation.connections.get(session, CONNECTION)
    assert connection is not None
    openid = f"o{number:027d}"
    identity = Identity(
        keys=(ExternalKey(f"wechat:openid:{MINI_PROGRAM.id}", openid),),
        name=f"Person {number} 🌉",
        picture="https://example.com/p.png",
    )
    outcome = sign_in(session, identity, connection, system_clock, client_id=facts.client_id)
    assert isinstance(outcome, SignedIn)
    for client_id in (facts.client_id, facts.fapi_client_id):
        asked = AuthorizationRequest(client_id, scope=OFFLINE)
        consents.remember(session, outcome.subject, asked, system_clock())
    begun = browser.begin(
        session,
        system_clock,
        outcome.subject,
        amr=("wechat",),
        connection_id=CONNECTION,
    )
    return {cookie.name(secure=False): begun.token}


def main() -> None:
    people, facts = sys.argv[1:]
    app = create_app()
    with app.app_context():
        upgrade()
        cookies = seed(int(people), Facts.from_json(facts))
    print(json.dumps(cookies))


if __name__ == "__main__":
    main()
