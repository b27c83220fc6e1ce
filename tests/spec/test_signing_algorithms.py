"""``QIAO_SIGNING_ALGORITHMS``: a deployment signs with what it says, and with nothing else.

OpenID Connect Discovery 3 (RS256 is a must), Registration 2 and 3.3, Core 10.1.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from app.management.cli.doctor.product_checks import check_keys
from app.management.services import clients
from app.settings_reading import InvalidSettings, read_settings
from oidc.clients.metadata import ClientMetadata
from oidc.clients.metadata_document_rules import metadata_of_document
from oidc.clients.metadata_parsing import InvalidMetadata
from oidc.keys.maintenance import HINTED, SETTLED
from oidc.settings import ProviderSettings
from tests.applications import APPLICATIONS
from tests.databases import Database
from tests.deployment import Deployment, build_deployment, close
from tests.fapi2 import BANK
from tests.flows.story import SignedIn, signed_in
from tests.relying_party import header_of
from tests.sandbox_server import LiveSandbox
from tests.spec.registrant import Registrant

NEEDED = {"QIAO_ISSUER": "https://login.example.com", "QIAO_SECRET_KEYS": "s" * 64}
SUITE = ("RS256", "PS256", "ES256")
LESS = ("RS256", "ES256")
SIGNED = ("id_token", "userinfo", "authorization", "introspection")
MEMBERS = [f"{kind}_signed_response_alg" for kind in SIGNED]
REASON = "must be one of RS256, PS256, ES256, which this server signs with"

Restart = Callable[..., Deployment]


@pytest.fixture
def restart(deployment: Deployment) -> Iterator[Restart]:
    """The same deployment, started again with these settings."""
    begun: list[Deployment] = []

    def again(**settings: Any) -> Deployment:
        known = replace(deployment.app.extensions["settings"], **settings)
        app = APPLICATIONS.lend(known, deployment.clock, shared=False)
        begun.append(Deployment(app, deployment.clock, deployment.wechat))
        return begun[-1]

    yield again
    for each in begun:
        close(each)


@pytest.fixture
def fresh(sqlite: Database, wechat: LiveSandbox, clock: Any) -> Iterator[Deployment]:
    """A new deployment that signs with what the suite knows."""
    settings = {"signing_algorithms": SUITE, "registration": "open"}
    deployment = build_deployment(sqlite, wechat, clock, shared=False, **settings)
    yield deployment
    close(deployment)
    sqlite.empty()


def published(deployment: Deployment) -> set[str]:
    keys = deployment.app.test_client().get("/jwks").get_json()["keys"]
    return {key["alg"] for key in keys}


def keys_list(deployment: Deployment, *words: str) -> str:
    done = deployment.app.test_cli_runner().invoke(args=["keys", "list", *words])
    assert done.exit_code == 0, done.output
    return str(done.output)


def id_token(person: SignedIn) -> str:
    return str(person.tokens()["id_token"])


@pytest.mark.parametrize("written", ["PS256", "ES256,EdDSA", ","])
def test_discovery_3_server_without_rs256_does_not_start(written: str) -> None:
    with pytest.raises(InvalidSettings) as refused:
        read_settings({**NEEDED, "QIAO_SIGNING_ALGORITHMS": written})

    assert "OpenID Connect Discovery 3" in str(refused.value)
    assert "RS256" in str(refused.value)


@pytest.mark.parametrize("written", ["RS256,HS256", "RS256 ES256", "RS256,none", "rs256"])
def test_unknown_algorithm_is_refused_with_those_that_there_are(written: str) -> None:
    with pytest.raises(InvalidSettings, match="RS256, PS256, ES256, EdDSA"):
        read_settings({**NEEDED, "QIAO_SIGNING_ALGORITHMS": written})


def test_todays_four_are_the_default() -> None:
    assert read_settings(NEEDED).signing_algorithms == ("RS256", "PS256", "ES256", "EdDSA")
    some = read_settings({**NEEDED, "QIAO_SIGNING_ALGORITHMS": "ES256, RS256,ES256"})
    assert some.signing_algorithms == LESS


def test_discovery_3_metadata_and_key_set_know_only_those(fresh: Deployment) -> None:
    document = fresh.app.test_client().get("/.well-known/openid-configuration").get_json()

    assert published(fresh) == set(SUITE)
    for kind in SIGNED:
        assert document[f"{kind}_signing_alg_values_supported"] == list(SUITE)
    assert "EdDSA" in document["request_object_signing_alg_values_supported"]
    assert "EdDSA" in document["token_endpoint_auth_signing_alg_values_supported"]


@pytest.mark.parametrize("member", MEMBERS)
def test_registration_3_3_another_algorithm_is_refused_with_the_reason(
    fresh: Deployment, member: str
) -> None:
    answer = Registrant(fresh).register(**{member: "EdDSA"})

    assert answer.status_code == 400
    assert answer.get_json()["error"] == "invalid_client_metadata"
    assert f"{member} {REASON}" in answer.get_json()["error_description"]


def test_document_of_a_client_is_refused_with_the_reason() -> None:
    settings = ProviderSettings("https://op.example", signing_algorithms=SUITE)
    address = "https://mail.example/oauth.json"
    document = {
        **{"client_id": address, "redirect_uris": ["https://mail.example/callback"]},
        "id_token_signed_response_alg": "EdDSA",
    }

    with pytest.raises(InvalidMetadata, match=REASON):
        metadata_of_document(settings, address, document, lambda _: None, frozenset())


def test_command_refuses_it_too(fresh: Deployment) -> None:
    document = '{"id_token_signed_response_alg": "EdDSA", "redirect_uris": ["https://a.example/"]}'
    runner = fresh.app.test_cli_runner()

    added = runner.invoke(args=["clients", "add", "--from-json", "-"], input=document)
    rotated = runner.invoke(args=["keys", "rotate", "--alg", "EdDSA"])

    assert added.exit_code == rotated.exit_code == 1
    assert REASON in added.output
    assert "QIAO_SIGNING_ALGORITHMS" in rotated.output


def test_profile_takes_the_strongest_that_there_is_and_refuses_rs256_alone(
    restart: Restart,
) -> None:
    with_es256, alone = restart(signing_algorithms=LESS), restart(signing_algorithms=("RS256",))
    document = {name: value for name, value in BANK.items() if "signed" not in name}

    with with_es256.app.app_context():
        metadata = metadata_of(with_es256, document)
    with alone.app.app_context(), pytest.raises(InvalidMetadata) as refused:
        metadata_of(alone, document)

    assert metadata.signed_with == {"ES256"}
    assert "under the FAPI 2.0 profile" in str(refused.value)


def metadata_of(deployment: Deployment, document: Any) -> ClientMetadata:
    return clients.metadata_of(deployment.provider, document)


def test_core_10_1_every_step_of_a_rotation_knows_only_those(fresh: Deployment) -> None:
    before = published(fresh)

    done = fresh.app.test_cli_runner().invoke(args=["keys", "rotate", "--now"])

    assert done.exit_code == 0, done.output
    assert published(fresh) == before == set(SUITE)


def test_core_10_1_dropped_key_is_published_while_what_it_signed_is_valid(
    deployment: Deployment, restart: Restart
) -> None:
    """No client asks for it any more."""
    story = signed_in(deployment)
    assert published(deployment) == {"RS256", "PS256", "ES256", "EdDSA"}
    later = restart(signing_algorithms=LESS)
    first = keys_list(later)

    deployment.clock.advance(SETTLED)
    kept = published(later)
    told = keys_list(later)
    deployment.clock.advance(HINTED)
    still = published(later)
    deployment.clock.advance(61)

    assert "what it signed; retires by itself within the hour" in first
    assert kept == still == {"RS256", "PS256", "ES256", "EdDSA"}
    assert told.count("what it signed, until ") == 2
    published(later)  # the look that lets them go
    deployment.clock.advance(5)
    assert published(later) == set(LESS)
    assert story.shop.http.get("/jwks").status_code == 200


def test_rfc7591_3_2_1_dropped_algorithm_is_substituted_and_its_clients_are_named(
    deployment: Deployment, restart: Restart
) -> None:
    """Nothing new is signed with it, from the first request on; put back, it is as it was."""
    story = signed_in(deployment, id_token_signed_response_alg="EdDSA")
    before = id_token(story)
    later = restart(signing_algorithms=LESS)

    after = id_token(again(later, story))
    named = keys_list(later)
    with later.app.app_context():
        [found, *_] = check_keys()
    deployment.clock.advance(SETTLED)
    published(later)

    assert (header_of(before)["alg"], header_of(after)["alg"]) == ("EdDSA", "RS256")
    assert story.shop.verified(after)["aud"] == "shop"
    assert "retires by itself within the hour; shop registered EdDSA, another one signs" in named
    assert "EdDSA is not in QIAO_SIGNING_ALGORITHMS, and 1 applications" in found.what
    assert '"state": "retired"' in keys_list(later, "--json")
    assert header_of(id_token(again(deployment, story)))["alg"] == "EdDSA"


def test_rfc7591_3_2_1_substituted_algorithm_is_what_the_client_reads(
    deployment: Deployment, restart: Restart
) -> None:
    members = dict.fromkeys(MEMBERS, "EdDSA")
    registered = Registrant(restart(registration="open")).register(**members).get_json()
    later = restart(registration="open", signing_algorithms=SUITE)

    told = Registrant(later).manage("GET", registered).get_json()

    assert {told[member] for member in MEMBERS} == {"RS256"}


def test_fapi2_5_4_1_substitute_is_one_that_the_profile_allows_or_there_is_none() -> None:
    bank = ClientMetadata(profile="fapi2", **dict.fromkeys(MEMBERS, "EdDSA"))

    assert bank.signed_by(LESS).signed_with == {"ES256"}
    assert bank.signed_by(SUITE).signed_with == {"PS256"}
    assert bank.signed_by(("RS256",)) is bank


def again(later: Deployment, story: SignedIn) -> SignedIn:
    """The same person at the same application, by the server that was started again."""
    shop = replace(story.shop, http=later.app.test_client(use_cookies=False))
    browser = later.browser()
    started = shop.start()
    answer = browser.sign_in(started.url, "li-lei")
    return SignedIn(shop, browser, started, shop.response(answer.location, started)["code"])


def test_registration_3_3_dropped_algorithm_is_told_at_the_next_change(
    deployment: Deployment, restart: Restart
) -> None:
    open_for_all = restart(registration="open")
    answer = Registrant(open_for_all).register(id_token_signed_response_alg="EdDSA")
    registered = answer.get_json()
    later = restart(registration="open", signing_algorithms=SUITE)

    answer = Registrant(later).manage(
        "PUT", registered, json=changed(registered, client_name="New")
    )

    assert answer.status_code == 400
    assert REASON in answer.get_json()["error_description"]


def changed(registered: dict[str, Any], **changes: Any) -> dict[str, Any]:
    ours = ("registration_", "client_secret_expires_at", "client_id_issued_at")
    kept = {name: value for name, value in registered.items() if not name.startswith(ours)}
    return {**kept, **changes}
