"""Lists that are kept in several places and must say the same: each pair is named here."""

from collections.abc import Iterator
from dataclasses import fields
from typing import get_args

import click
import pytest
from alembic.script import ScriptDirectory
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.utils import import_string

from app.accounts.identification.contradictions import KINDS
from app.accounts.identification.outcomes import Reason
from app.accounts.identification.rules import FLAGS, SENTENCES, Refusal
from app.database import database_url
from app.elements import Elements
from app.enablement.policy import RESERVED
from app.factory import create_app
from app.health.readiness import migrations_folder, revisions
from app.management.api.resource_metadata import PATH as RESOURCE_METADATA
from app.management.cli.commands import COMMANDS
from app.management.console import application_form
from app.management.console.labels import CONFLICT_KINDS
from app.management.services.own_api import ROOT as API
from app.management.services.own_api import SCOPES as API_SCOPES
from app.mini_program.blueprint import api as mini_program
from app.mini_program.errors import STATUS
from app.pages.error_texts import OAUTH, OWN, UPSTREAM
from app.pages.parked import STEPS
from app.pages.scopes import AT_LAST
from app.pages.scopes import SENTENCES as SCOPE_SENTENCES
from app.settings import Settings
from app.sign_in import in_app_errors
from app.web.json_errors import ROOTS, is_for_programs
from app.web.rate_limits import limiter
from federation import errors as federation
from federation.errors import Denied
from oidc.authentication import dpop_binding
from oidc.authentication.server import AUTH_METHODS
from oidc.clients import metadata_document_rules
from oidc.clients.metadata import SERVER_MEMBERS, ClientMetadata
from oidc.clients.metadata_fields import ASYMMETRIC, FIELDS, RegistrationPolicy
from oidc.endpoints import cors
from oidc.endpoints.discovery import metadata
from oidc.grants import GRANTS
from oidc.mount import ENDPOINTS
from oidc.protocol.endpoint_paths import (
    DESCRIPTION_PATHS,
    ENDPOINT_PATHS,
    PROGRAM_PATHS,
    REGISTRATION_PATH,
    VISITED,
    is_below,
)
from oidc.protocol.scopes import PROTOCOL_CLAIMS, SCOPES
from oidc.protocol.signing_algorithms import ALGORITHMS
from tests.app.site import PAGES

POLICY = RegistrationPolicy()
ELEMENTS = Elements()
OFFERED = [grant.GRANT_TYPE for grant, _extensions in GRANTS]


@pytest.fixture(scope="module")
def app() -> Flask:
    return create_app(
        Settings(
            issuer="https://login.example.com",
            secret_keys=("s" * 64,),
            database_url=database_url("sqlite://"),
        )
    )


@pytest.fixture
def http(app: Flask) -> Iterator[FlaskClient]:
    limiter.enabled = False
    yield app.test_client()
    limiter.enabled = True


# Claims.


def test_every_claim_that_is_told_belongs_to_the_scope_that_asks_for_it() -> None:
    scopes = ELEMENTS.scopes
    by_scope = {scope: set(claims) for scope, claims in scopes.items()}
    told = {scope: {one.name for one in ELEMENTS.claims if one.scope == scope} for scope in scopes}

    assert told == by_scope | {"openid": set()}


def test_every_claim_that_an_administrator_can_release_is_told() -> None:
    assert ELEMENTS.releasable.keys() - {claim.name for claim in ELEMENTS.claims} == set()


def test_no_claim_can_take_the_name_of_one_of_the_protocol() -> None:
    assert {*PROTOCOL_CLAIMS, *SCOPES["openid"]} - RESERVED == set()


def test_every_scope_has_a_sentence_on_the_consent_page() -> None:
    told = {*SCOPE_SENTENCES, *AT_LAST, *ELEMENTS.consent_sentences}

    assert told == ELEMENTS.scopes.keys()


def test_scopes_of_the_api_are_not_those_that_people_are_asked_for() -> None:
    assert API_SCOPES.keys() & ELEMENTS.scopes.keys() == set()


# Grants, authentication and algorithms of clients.


def test_grants_that_exist_can_be_registered_and_stand_in_the_form() -> None:
    assert list(POLICY.grant_types) == OFFERED
    assert list(application_form.GRANTS) == OFFERED


def test_applications_that_describe_themselves_use_grants_that_exist() -> None:
    assert set(metadata_document_rules.GRANT_TYPES) <= set(OFFERED)
    assert set(metadata_document_rules.AUTH_METHODS) <= set(AUTH_METHODS)


def test_ways_to_authenticate_can_be_registered_and_stand_in_the_form() -> None:
    assert set(POLICY.auth_methods) == set(AUTH_METHODS)
    assert set(application_form.AUTH_METHODS) == set(AUTH_METHODS)


def test_algorithms_that_we_sign_with_can_be_registered() -> None:
    assert tuple(ALGORITHMS) == ASYMMETRIC == POLICY.signing_algs


def test_every_member_of_a_client_can_be_read() -> None:
    assert FIELDS.keys() == {one.name for one in fields(ClientMetadata) if one.init} - {"localised"}
    assert FIELDS.keys() >= SERVER_MEMBERS


def test_the_form_of_an_application_knows_only_members_of_a_client() -> None:
    shown = (*application_form.LINES, *application_form.AREAS, *application_form.FLAGS)

    assert {name.partition("#")[0] for name in shown} - FIELDS.keys() == set()


# Endpoints.


def test_everything_that_discovery_names_is_mounted() -> None:
    mounted = {endpoint.path for endpoint in ENDPOINTS}

    assert {*ENDPOINT_PATHS.values(), *DESCRIPTION_PATHS, REGISTRATION_PATH} <= mounted


def test_discovery_names_every_endpoint(app: Flask) -> None:
    document = metadata(app.extensions["oidc"], contexts=())
    named = {name for name in document if name.endswith("_endpoint") or name == "jwks_uri"}

    assert named == ENDPOINT_PATHS.keys()


def test_what_is_mounted_is_for_programs_or_for_browsers() -> None:
    visited = {ENDPOINT_PATHS[name] for name in VISITED} | {"/form-post.js"}

    for endpoint in ENDPOINTS:
        for_programs = is_below(endpoint.path, PROGRAM_PATHS)
        assert for_programs != is_below(endpoint.path, visited), endpoint.path


def test_scripts_of_other_sites_may_call_endpoints_of_programs_alone() -> None:
    assert set(cors.OPEN_ENDPOINTS) <= ENDPOINT_PATHS.keys() - set(VISITED)
    assert set(PROGRAM_PATHS) >= cors.OPEN_PATHS


def test_proofs_are_taken_at_endpoints_that_exist() -> None:
    assert {f"{name}_endpoint" for name in dpop_binding.ENDPOINTS} <= ENDPOINT_PATHS.keys()


def test_errors_are_told_in_json_where_programs_ask_and_nowhere_else(app: Flask) -> None:
    programs = {"api", "health", mini_program.name}
    browsers = {ENDPOINT_PATHS[name] for name in VISITED} | {"/form-post.js"}

    for rule in app.url_map.iter_rules():
        place = "api" if rule.rule == RESOURCE_METADATA else rule.endpoint.partition(".")[0]
        expected = (
            place in programs
            or rule.endpoint in ("pages.security_txt", "pages.passkey_endpoints")  # read by them
            or (place == "oidc" and not is_below(rule.rule, browsers))
        )
        assert bool(is_for_programs(rule.rule)) == expected, rule.rule


def test_every_root_of_programs_is_one_of_the_product(app: Flask) -> None:
    known = [rule.rule for rule in app.url_map.iter_rules()]

    assert [root for root in ROOTS if not any(is_below(rule, [root]) for rule in known)] == []
    assert is_for_programs(API)
    assert is_for_programs(mini_program.url_prefix or "")


@pytest.mark.parametrize("path", ["/partners", "/tokens", "/apiary", "/registered", "/jwks.json"])
def test_path_that_begins_like_an_endpoint_is_nobody_s(http: FlaskClient, path: str) -> None:
    to_a_browser = http.get(path, headers={"Accept": PAGES})
    to_a_program = http.get(path, headers={"Accept": "*/*"})

    assert (to_a_browser.status_code, to_a_browser.mimetype) == (404, "text/html")
    assert (to_a_program.status_code, to_a_program.mimetype) == (404, "application/json")
    assert "Accept" in to_a_browser.vary
    assert "Accept" in to_a_program.vary


@pytest.mark.parametrize("path", ["/health", "/health/", "/healthz", "/health/zzz"])
def test_path_that_a_probe_may_have_guessed_is_told_as_who_asks_reads_it(
    http: FlaskClient, path: str
) -> None:
    answers = [http.get(path, headers={"Accept": accept}) for accept in (PAGES, "*/*", "")]

    assert [answer.status_code for answer in answers] == [404] * 3
    types = [answer.mimetype for answer in answers]
    assert types == ["text/html", "application/json", "application/json"]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_double_slash_below_programs_paths_is_put_right_in_json(
    http: FlaskClient, method: str
) -> None:
    answer = http.open("/api/v1//clients", method=method, headers={"Accept": PAGES})

    assert (answer.status_code, answer.mimetype) == (308, "application/json")
    assert answer.location.endswith("/api/v1/clients")
    assert answer.get_json()["error"] == "invalid_request"


@pytest.mark.parametrize("path", ["/par/x", "/token/", "/api/v2", "/federation", "/.well-known/x"])
def test_path_below_an_endpoint_is_answered_in_json(http: FlaskClient, path: str) -> None:
    answer = http.get(path)

    assert (answer.status_code, answer.mimetype) == (404, "application/json")


def test_every_step_of_the_dispatcher_has_a_page_that_exists(app: Flask) -> None:
    known = {rule.rule for rule in app.url_map.iter_rules()}

    for path in STEPS.values():
        assert path in known or f"{path}<interaction_id>" in known


# Words for what went wrong.


def test_every_rule_that_keeps_somebody_out_has_a_sentence_for_the_log() -> None:
    assert set(get_args(Refusal)) - SENTENCES.keys() == set()


def test_every_reason_for_not_signing_somebody_in_has_a_page() -> None:
    told_in_the_form = {"wrong_password"}

    assert set(get_args(Reason)) - told_in_the_form - OWN.keys() == set()


def test_every_rule_that_keeps_somebody_out_of_an_app_has_a_hint() -> None:
    assert set(get_args(Refusal)) - in_app_errors.HINTS.keys() == set()


def test_every_flag_that_waits_for_a_decision_has_a_sentence() -> None:
    assert set(KINDS) <= CONFLICT_KINDS.keys()
    assert FLAGS.keys() <= CONFLICT_KINDS.keys()


def test_every_reason_why_a_parked_request_is_gone_has_a_page() -> None:
    for reason in ("unknown", "expired", "used", "other_browser"):
        assert f"interaction_{reason}" in OWN


def errors_of(kind: type[federation.FederationError]) -> Iterator[type[federation.FederationError]]:
    for below in kind.__subclasses__():
        yield below
        yield from errors_of(below)


ELSEWHERE = {
    *errors_of(federation.ConfigurationError),
    federation.ConfigurationError,  # told by the console, the API and the command line
    *errors_of(federation.PushRefused),
    federation.PushRefused,  # told to WeChat, as plain text
    federation.TicketError,  # only its kinds are raised
}
ON_THE_PHONE = {
    federation.NumberRequired,
    federation.WrongNumber,
    federation.WrongEntry,
    federation.TicketConfirmed,
    federation.TicketNotScanned,
    federation.PhoneRequired,
}
ON_PAGES = {federation.TicketNotConfirmed, federation.TicketMismatch}
ALL = set(errors_of(federation.FederationError)) - ELSEWHERE


@pytest.mark.parametrize("error", sorted(ALL - ON_THE_PHONE, key=lambda one: one.code))
def test_every_error_of_a_source_that_people_meet_has_a_page(
    error: type[federation.FederationError],
) -> None:
    assert error.code in UPSTREAM or any(error.code in one.texts for one in ELEMENTS.sources)


@pytest.mark.parametrize("error", sorted(ALL - ON_PAGES, key=lambda one: one.code))
def test_every_error_of_a_source_that_a_mini_program_meets_has_a_status(
    error: type[federation.FederationError],
) -> None:
    assert error.code in STATUS or issubclass(error, Denied)


def test_codes_that_oauth_and_sources_share_have_words_of_their_own() -> None:
    for code in OAUTH.keys() & (UPSTREAM.keys() | OWN.keys()):
        if code not in ("slow_down", "server_error"):
            assert OAUTH[code] != UPSTREAM.get(code, OWN.get(code))


def test_migrations_are_known_without_alembic(app: Flask) -> None:
    scripts = ScriptDirectory(str(migrations_folder(app)))

    assert list(revisions(app)) == [each.revision for each in scripts.walk_revisions()][::-1]
    assert revisions(app)[-1] == scripts.get_current_head()


def test_commands_are_found_where_they_are_said_to_be(app: Flask) -> None:
    for name, (place, says) in COMMANDS.items():
        found = import_string(place)
        told = " ".join(found.help.split("\n\n")[0].split())
        assert (found.name, None if found.hidden else told) == (name, says)
    assert {*COMMANDS} <= {*app.cli.list_commands(click.Context(app.cli))}
