"""Security events to receivers: SSF 1.0, CAEP 1.0, RISC 1.0, RFC 8935 and RFC 8936.

Walks the ways of OpenID's plans for transmitters (``openid-ssf-transmitter-test-plan`` and its CAEP
one) with a receiver on a socket.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select, update

from app.accounts.identification.attachment import change_account
from app.database import db
from app.factory import create_app
from app.management.services import accounts, people
from app.management.services.deployment import acting_as
from app.rounds import Round
from app.settings import Settings
from app.shared_signals.pushing import push_due
from app.tables.people import ACCOUNT, ACCOUNT_MERGE
from oidc.database.models import EventStreamRow
from oidc.database.pruning import HELD, PRUNABLE
from oidc.shared_signals.outbox import LEASE, MAX_ATTEMPTS
from oidc.shared_signals.stream import VERIFICATION_INTERVAL
from tests.conftest import TestClock
from tests.databases import Database
from tests.deployment import Deployment, build_deployment, close
from tests.flows.story import SignedIn, signed_in
from tests.flows.test_pushes import push as wechat_pushes
from tests.flows.test_pushes import with_push_token
from tests.relying_party import ISSUER
from tests.sandbox_server import LiveSandbox
from tests.spec.event_receiver import (
    CAEP,
    EVERYTHING,
    POLL,
    PUSH,
    RISC,
    SSF,
    EventReceiver,
)
from tests.spec.receiver import Receiver, receiving

GRANTS = ("authorization_code", "refresh_token", "client_credentials")
DAY = 86_400
SCOPE = "openid profile phone email wechat offline_access ssf.read ssf.manage"


@pytest.fixture
def socket() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def li_lei(deployment: Deployment) -> SignedIn:
    return signed_in(deployment, grant_types=GRANTS, scope=SCOPE)


@pytest.fixture
def shop(li_lei: SignedIn) -> EventReceiver:
    return EventReceiver(li_lei.shop)


def push(deployment: Deployment) -> Round:
    with deployment.app.app_context():
        return push_due(deployment.provider)


def by_admin(deployment: Deployment, what: Any, *arguments: Any) -> None:
    with deployment.app.app_context():
        what(acting_as("admin:test"), *arguments)
        db.session.commit()


def kinds(events: list[dict[str, Any]]) -> list[str]:
    return [next(iter(claims["events"])) for claims in events]


def test_ssf_7_1_metadata_names_what_there_is(deployment: Deployment) -> None:
    http = deployment.app.test_client(use_cookies=False)

    document = http.get("/.well-known/ssf-configuration").get_json()

    assert document == {
        "spec_version": "1_0",
        "issuer": ISSUER,
        "jwks_uri": f"{ISSUER}/jwks",
        "delivery_methods_supported": [PUSH, POLL],
        "configuration_endpoint": f"{ISSUER}/ssf/streams",
        "status_endpoint": f"{ISSUER}/ssf/status",
        "add_subject_endpoint": f"{ISSUER}/ssf/subjects/add",
        "remove_subject_endpoint": f"{ISSUER}/ssf/subjects/remove",
        "verification_endpoint": f"{ISSUER}/ssf/verify",
        "critical_subject_members": ["user"],
        "authorization_schemes": [{"spec_urn": "urn:ietf:rfc:6749"}],
        "default_subjects": "ALL",
    }
    resource = http.get("/.well-known/oauth-protected-resource").get_json()
    assert resource["resource"] == ISSUER
    assert resource["scopes_supported"] == ["ssf.read", "ssf.manage"]
    assert http.get("/.well-known/ssf-configuration/elsewhere").status_code == 404


def test_ssf_8_1_1_stream_is_made_read_changed_replaced_and_deleted(shop: EventReceiver) -> None:
    assert shop.streams().get_json() == []

    made = shop.create(description="Everything", events_requested=[*EVERYTHING, "urn:x:unknown"])
    stream_id = made["stream_id"]
    other = shop.create()
    patched = shop.ask(
        "configuration_endpoint", "PATCH", json={"stream_id": stream_id, "description": "Less"}
    ).get_json()
    replaced = shop.ask(
        "configuration_endpoint",
        "PUT",
        json={"stream_id": stream_id, "events_requested": [EVERYTHING[0]], "iss": ISSUER},
    ).get_json()

    assert made == {
        "stream_id": stream_id,
        "iss": ISSUER,
        "aud": "shop",
        "events_supported": EVERYTHING,
        "events_requested": [*EVERYTHING, "urn:x:unknown"],
        "events_delivered": EVERYTHING,
        "delivery": {"method": POLL, "endpoint_url": f"{ISSUER}/ssf/poll/{stream_id}"},
        "min_verification_interval": VERIFICATION_INTERVAL,
        "description": "Everything",
    }
    assert patched == {**made, "description": "Less"}
    assert "description" not in replaced
    assert replaced["events_delivered"] == replaced["events_requested"] == [EVERYTHING[0]]
    assert shop.streams(stream_id).get_json() == replaced
    assert {one["stream_id"] for one in shop.streams().get_json()} == {
        stream_id,
        other["stream_id"],
    }
    assert other["delivery"]["endpoint_url"] != made["delivery"]["endpoint_url"]
    gone = shop.ask("configuration_endpoint", "DELETE", query_string={"stream_id": stream_id})
    assert (gone.status_code, gone.data) == (204, b"")
    assert shop.streams(stream_id).status_code == 404


@pytest.mark.usefixtures("deployment")
def test_8_1_every_endpoint_refuses_what_it_cannot_read(shop: EventReceiver) -> None:
    stream = shop.create()
    poll = stream["delivery"]["endpoint_url"]
    broken = (b";{ broken", b"", b"[]", b"null", b'{"a":1,"a":2}', b'{"a":' * 3000, b"\xff\xfe")
    stranger = {"headers": {"Authorization": "Bearer made-up"}, "json": {}}

    for where, method in (
        ("configuration_endpoint", "POST"),
        ("configuration_endpoint", "PATCH"),
        ("configuration_endpoint", "PUT"),
        ("status_endpoint", "POST"),
        ("add_subject_endpoint", "POST"),
        ("remove_subject_endpoint", "POST"),
        ("verification_endpoint", "POST"),
        (poll, "POST"),
    ):
        in_query = f"{shop.metadata.get(where, where)}?access_token={shop.token}"
        refused = shop.ask(where, method, **stranger)
        unknown = shop.ask(where, method, json={"stream_id": "unknown"}).status_code
        wrong = shop.ask(where, method, json={"stream_id": 5}).status_code

        assert {shop.ask(where, method, data=body).status_code for body in broken} == {400}, where
        assert refused.status_code == 401
        assert 'error="invalid_token"' in refused.headers["WWW-Authenticate"]
        assert shop.ask(where, method, json={}, headers={}).status_code == 401
        assert shop.ask(in_query, method, json={}, headers={}).status_code == 401
        if where != poll and method + where != "POSTconfiguration_endpoint":
            assert (unknown, wrong) == (404, 400), where
    assert shop.ask(poll.replace(stream["stream_id"], "unknown"), json={}).status_code == 404
    gone = shop.ask("configuration_endpoint", "DELETE", query_string={"stream_id": "unknown"})
    assert gone.status_code == 404
    assert shop.ask("configuration_endpoint", "DELETE").status_code == 400


def test_8_1_wrong_types_and_inward_addresses_are_refused(shop: EventReceiver) -> None:
    stream_id = shop.create()["stream_id"]
    url = "https://shop.example/events"

    def refused(endpoint: str, **document: Any) -> Any:
        answer = shop.ask(endpoint, json=document)
        return answer.status_code, answer.get_json()["error"]

    wrong = [
        {"description": 5},
        {"description": "a\0b"},
        {"events_requested": "all"},
        {"events_requested": [1]},
        {"events_requested": ["x" * 300]},
        {"delivery": "push"},
        {"delivery": {"method": "urn:other"}},
        {"delivery": {"method": PUSH}},
        *(
            {"delivery": {"method": PUSH, "endpoint_url": inward}}
            for inward in (
                "http://shop.example/events",
                "https://169.254.169.254/latest",
                "https://10.0.0.1/",
                "https://[fd00::1]/",
                "https://2130706433/",
                "file:///etc/passwd",
                "https://u:p@shop.example/",
            )
        ),
        {"delivery": {"method": PUSH, "endpoint_url": url, "authorization_header": "a\r\nX: y"}},
        {"delivery": {"method": PUSH, "endpoint_url": url, "authorization_header": 7}},
    ]
    for document in wrong:
        assert refused("configuration_endpoint", **document) == (400, "invalid_request"), document
    of_stream = {"stream_id": stream_id}
    assert refused("status_endpoint", **of_stream, status="asleep")[0] == 400
    assert refused("status_endpoint", **of_stream, status="paused", reason=[])[0] == 400
    assert refused("verification_endpoint", **of_stream, state={})[0] == 400
    for subject in (None, 5, {}, {"format": "did", "url": "x"}, {"format": "email"}):
        assert refused("add_subject_endpoint", **of_stream, subject=subject)[0] == 400, subject
    poll = f"{ISSUER}/ssf/poll/{stream_id}"
    for body in (
        {"maxEvents": -1},
        {"maxEvents": True},
        {"ack": {}},
        {"ack": [1]},
        {"setErrs": []},
        {"setErrs": {"a": "b"}},
        {"returnImmediately": "yes"},
    ):
        assert refused(poll, **body)[0] == 400, body
    ours = {"stream_id": stream_id, "aud": "forum"}
    assert shop.ask("configuration_endpoint", "PATCH", json=ours).status_code == 400
    big = shop.ask("configuration_endpoint", json={"description": "x" * 300_000})
    assert big.status_code in (400, 413)


def test_caepiop_2_7_scopes_are_enforced_and_streams_are_the_clients_own(
    deployment: Deployment, shop: EventReceiver
) -> None:
    stream = shop.create()
    reading = EventReceiver(shop.party, "ssf.read")
    forum = deployment.application("forum", grant_types=GRANTS, scope=SCOPE)
    other = EventReceiver(forum)
    plain = deployment.application("plain", grant_types=GRANTS, scope="orders")

    denied = reading.ask("configuration_endpoint", json={})
    without = plain.token({"grant_type": "client_credentials", "scope": "orders"}).get_json()
    nothing = shop.ask(
        "configuration_endpoint",
        "GET",
        headers={"Authorization": f"Bearer {without['access_token']}"},
    )

    assert denied.status_code == nothing.status_code == 403
    assert 'error="insufficient_scope"' in denied.headers["WWW-Authenticate"]
    assert reading.streams(stream["stream_id"]).get_json() == stream
    assert reading.poll(stream).status_code == 200
    assert other.streams().get_json() == []
    assert other.streams(stream["stream_id"]).status_code == 404
    assert other.poll(stream).status_code == 404
    assert (
        plain.token({"grant_type": "client_credentials", "scope": "ssf.manage"}).status_code == 400
    )


def test_ssf_8_1_4_verification_comes_with_its_state_and_not_too_often(
    deployment: Deployment, shop: EventReceiver
) -> None:
    stream = shop.create()
    asked = {"stream_id": stream["stream_id"], "state": "xyz-1"}

    first = shop.ask("verification_endpoint", json=asked)
    again = shop.ask("verification_endpoint", json=asked)
    deployment.clock.advance(VERIFICATION_INTERVAL)
    without = shop.ask("verification_endpoint", json={"stream_id": stream["stream_id"]})

    assert (first.status_code, first.data) == (204, b"")
    assert again.status_code == 429
    assert int(again.headers["Retry-After"]) == VERIFICATION_INTERVAL
    assert without.status_code == 204
    [one, other] = shop.events(stream)
    assert one["sub_id"] == {"format": "opaque", "id": stream["stream_id"]}
    assert one["events"] == {f"{SSF}verification": {"state": "xyz-1"}}
    assert other["events"] == {f"{SSF}verification": {}}
    assert one["iat"] < deployment.clock()


def test_rfc8936_2_poll_gives_what_was_not_acknowledged(
    deployment: Deployment, shop: EventReceiver
) -> None:
    stream = shop.create()
    for state in ("a", "b", "c"):
        shop.ask("verification_endpoint", json={"stream_id": stream["stream_id"], "state": state})
        deployment.clock.advance(VERIFICATION_INTERVAL)

    two = shop.poll(stream, maxEvents=2).get_json()
    same = shop.poll(stream, maxEvents=2).get_json()
    [first, second] = two["sets"]
    third = shop.poll(stream, ack=[first, "of another"]).get_json()
    none = shop.poll(stream, maxEvents=0, ack=[second]).get_json()
    wrong = {next(iter(set(third["sets"]) - {second})): {"err": "invalid_key", "description": "?"}}
    after = shop.poll(stream, setErrs=wrong).get_json()

    assert two["moreAvailable"] is True
    assert list(same["sets"]) == [first, second]
    assert len(third["sets"]) == 2
    assert third["moreAvailable"] is False
    assert none == {"sets": {}, "moreAvailable": True}
    assert after == {"sets": {}, "moreAvailable": False}


def test_ssf_8_1_2_paused_stream_holds_and_disabled_one_drops(
    deployment: Deployment, shop: EventReceiver, socket: Receiver
) -> None:
    delivery = {"method": PUSH, "endpoint_url": socket.url + "/events"}
    for stream in (shop.create(), shop.create(delivery=delivery)):
        stream_id = stream["stream_id"]
        by_push = stream["delivery"]["method"] == PUSH

        def arrived(stream: dict[str, Any] = stream, by_push: bool = by_push) -> list[str]:
            if not by_push:
                return kinds(shop.events(stream))
            push(deployment)
            found = [shop.verified(token, stream) for token in socket.bodies]
            socket.bodies.clear()
            return kinds(found)

        def status(now: str, stream_id: str = stream_id) -> Any:
            said = {"stream_id": stream_id, "status": now, "reason": "Maintenance"}
            answer = shop.ask("status_endpoint", json=said)
            assert answer.get_json() == said
            return answer.status_code

        def verify(stream_id: str = stream_id) -> int:
            deployment.clock.advance(VERIFICATION_INTERVAL)
            asked = {"stream_id": stream_id, "state": "s"}
            return int(shop.ask("verification_endpoint", json=asked).status_code)

        read = shop.ask("status_endpoint", "GET", query_string={"stream_id": stream_id})
        assert read.get_json() == {"stream_id": stream_id, "status": "enabled"}
        assert (status("paused"), verify(), arrived()) == (200, 204, [])
        assert (status("enabled"), arrived()) == (200, [f"{SSF}verification"])
        assert (status("disabled"), verify(), arrived()) == (200, 204, [])
        assert (status("enabled"), arrived()) == (200, [])
        assert (verify(), arrived()) == (204, [f"{SSF}verification"])


def test_rfc8935_2_event_is_pushed_once_with_the_receivers_header(
    deployment: Deployment, shop: EventReceiver, socket: Receiver
) -> None:
    url, header = socket.url + "/events", "Bearer of-the-receiver"
    secret = {"method": PUSH, "endpoint_url": url, "authorization_header": header}
    stream = shop.create(delivery=secret)
    shop.ask("verification_endpoint", json={"stream_id": stream["stream_id"], "state": "s"})
    bare = shop.create(delivery={"method": PUSH, "endpoint_url": url})
    shop.ask("verification_endpoint", json={"stream_id": bare["stream_id"]})

    done, nothing = push(deployment), push(deployment)

    assert (done, nothing) == (Round(delivered=2), Round())
    assert stream["delivery"] == {"method": PUSH, "endpoint_url": url}
    assert {sent["Content-Type"] for sent in socket.headers} == {"application/secevent+jwt"}
    assert {sent["Accept"] for sent in socket.headers} == {"application/json"}
    assert sorted(sent.get("Authorization", "") for sent in socket.headers) == ["", header]
    assert {shop.verified(token, stream)["sub_id"]["id"] for token in socket.bodies} == {
        stream["stream_id"],
        bare["stream_id"],
    }
    assert shop.ask(f"{ISSUER}/ssf/poll/{stream['stream_id']}", json={}).status_code == 400


def test_rfc8935_receiver_that_fails_is_tried_for_a_day_and_more(
    deployment: Deployment, shop: EventReceiver, socket: Receiver
) -> None:
    stream = shop.create(delivery={"method": PUSH, "endpoint_url": socket.url})
    ask = {"stream_id": stream["stream_id"], "state": "s"}
    shop.ask("verification_endpoint", json=ask)
    socket.statuses = [500] * (MAX_ATTEMPTS - 1)
    began = deployment.clock()

    rounds = []
    while not (rounds and rounds[-1].delivered):
        rounds.append(push(deployment))
        deployment.clock.advance(LEASE * 60)
    socket.statuses, socket.answer = [400], b'{"err":"invalid_audience","description":"not us"}'
    EventReceiver(shop.party).ask("verification_endpoint", json=ask)
    refused = push(deployment)

    assert deployment.clock() - began > 86_400
    jtis = {shop.verified(token, stream)["jti"] for token in socket.bodies[:-1]}
    assert len(jtis) == 1
    assert refused == Round(abandoned=1)
    with deployment.app.app_context():
        [row] = (
            deployment.app.test_cli_runner()
            .invoke(args=["streams", "list"])
            .output.splitlines()[1:]
        )
    assert "not us" in row


def test_caep_3_1_end_of_a_session_is_told_with_sub_and_sid(
    deployment: Deployment, li_lei: SignedIn, shop: EventReceiver
) -> None:
    known = li_lei.shop.verified(li_lei.tokens()["id_token"])
    stream, second = shop.create(), shop.create(events_requested=[f"{CAEP}session-revoked"])

    page = li_lei.browser.get("/sign-out")
    li_lei.browser.submit(page, "/sign-out", decision="leave")

    [claims] = shop.events(stream)
    user = {"format": "iss_sub", "iss": ISSUER, "sub": known["sub"]}
    session = {"format": "opaque", "id": known["sid"]}
    assert claims["sub_id"] == {"format": "complex", "user": user, "session": session}
    assert claims["events"] == {
        f"{CAEP}session-revoked": {
            "event_timestamp": deployment.clock(),
            "initiating_entity": "user",
            "reason_admin": {"en": "The person signed out."},
        }
    }
    [same] = shop.events(second)
    assert same["txn"] == claims["txn"]
    assert same["jti"] != claims["jti"]


def test_caep_and_risc_account_is_disabled_enabled_renamed_and_erased(
    deployment: Deployment, li_lei: SignedIn, shop: EventReceiver
) -> None:
    sub = li_lei.shop.verified(li_lei.tokens()["id_token"])["sub"]
    stream = shop.create()
    person = {"format": "iss_sub", "iss": ISSUER, "sub": sub}

    by_admin(deployment, accounts.disable, sub)
    disabled = shop.events(stream)
    by_admin(deployment, accounts.enable, sub)
    [enabled] = shop.events(stream)
    li_lei.browser.sign_in(li_lei.shop.start(prompt="login").url, "li-lei")
    li_lei.browser.submit(li_lei.browser.get("/account"), "/account/name", name="Li")
    [renamed] = shop.events(stream)
    li_lei.browser.submit(li_lei.browser.get("/account/delete"), "/account/delete", word="delete")
    erased = shop.events(stream)

    assert sorted(kinds(disabled)) == [f"{CAEP}session-revoked", f"{RISC}account-disabled"]
    of_account = next(one for one in disabled if one["sub_id"] == person)
    assert of_account["events"] == {f"{RISC}account-disabled": {}}
    [ended] = [one for one in disabled if one is not of_account]
    assert ended["events"][f"{CAEP}session-revoked"]["initiating_entity"] == "admin"
    assert enabled["events"] == {f"{RISC}account-enabled": {}}
    change = renamed["events"][f"{CAEP}token-claims-change"]
    assert change["claims"] == {"name": "Li"}
    assert (change["initiating_entity"], renamed["sub_id"]) == ("user", person)
    assert sorted(kinds(erased)) == [f"{CAEP}session-revoked", f"{RISC}account-purged"]
    by_admin(deployment, accounts.disable, sub)
    assert shop.events(stream) == []


def test_wechat_withdrawal_ends_sessions_and_a_way_in(
    deployment: Deployment, li_lei: SignedIn, shop: EventReceiver
) -> None:
    with_push_token(deployment)
    stream = shop.create()

    wechat_pushes(deployment, "user_authorization_cancellation", deployment.wechat.openid("li-lei"))

    events = {kind: value for one in shop.events(stream) for kind, value in one["events"].items()}
    change = events[f"{CAEP}credential-change"]
    assert (change["credential_type"], change["change_type"]) == ("app", "delete")
    assert change["reason_admin"]["en"]
    assert events[f"{CAEP}session-revoked"]["initiating_entity"] == "policy"
    assert events[f"{CAEP}token-claims-change"]["claims"]["name"] is None


def test_caep_3_2_new_values_are_those_that_the_application_may_be_told(
    deployment: Deployment, li_lei: SignedIn, shop: EventReceiver
) -> None:
    sub = li_lei.shop.verified(li_lei.tokens()["id_token"])["sub"]
    stream = shop.create()
    new = {"phone": "+8613800138000", "phone_verified_at": None, "picture": None}

    with deployment.app.app_context():
        change_account(db.session(), sub, {**new, "email": "li@example.com"})
        db.session.commit()

    [claims] = shop.events(stream)
    change = claims["events"][f"{CAEP}token-claims-change"]
    assert change["claims"] == {
        "phone_number": "+8613800138000",
        "phone_number_verified": False,
        "picture": None,
    }
    by_admin(deployment, people.edit, sub, {"name": "Li"}, None)
    [claims] = shop.events(stream)
    change = claims["events"][f"{CAEP}token-claims-change"]
    assert (change["claims"], change["initiating_entity"]) == ({"name": "Li"}, "admin")


def test_person_who_never_came_is_not_told_of(
    deployment: Deployment, li_lei: SignedIn, shop: EventReceiver
) -> None:
    sub = li_lei.shop.verified(li_lei.tokens()["id_token"])["sub"]
    forum = deployment.application("forum", grant_types=GRANTS, scope=SCOPE)
    other = EventReceiver(forum)
    stream, theirs = shop.create(), other.create()

    by_admin(deployment, accounts.disable, sub)

    assert len(shop.events(stream)) == 2
    assert other.events(theirs) == []


def test_ssf_8_1_3_person_who_was_taken_out_is_not_told_of_until_taken_in(
    deployment: Deployment, li_lei: SignedIn, shop: EventReceiver
) -> None:
    sub = li_lei.shop.verified(li_lei.tokens()["id_token"])["sub"]
    stream, whole = shop.create(), shop.create()
    person = {"format": "iss_sub", "iss": ISSUER, "sub": sub}

    def subject(what: str, named: Any, member: str = "subject") -> int:
        said = {"stream_id": stream["stream_id"], member: named, "verified": True}
        return int(shop.ask(f"{what}_subject_endpoint", json=said).status_code)

    assert subject("remove", person) == 204
    by_admin(deployment, accounts.disable, sub)
    without = shop.events(stream)
    assert subject("add", {"format": "complex", "user": person}, "sub_id") == 200
    by_admin(deployment, accounts.enable, sub)

    assert without == []
    assert len(shop.events(whole)) == 3
    assert kinds(shop.events(stream)) == [f"{RISC}account-enabled"]
    assert subject("add", {"format": "email", "email": "nobody@example.com"}) == 200
    assert subject("remove", {"format": "email", "email": "nobody@example.com"}) == 204


def test_events_that_nobody_fetches_are_pruned_and_go_with_their_stream(
    deployment: Deployment, shop: EventReceiver
) -> None:
    stream = shop.create()
    shop.ask("verification_endpoint", json={"stream_id": stream["stream_id"]})
    deployment.clock.advance(HELD + 1)
    with deployment.app.app_context():
        [prunable] = [one for one in PRUNABLE if one.name == "security events"]
        gone = prunable.step(db.session(), deployment.clock(), 100).gone
        db.session.commit()

    renewed = EventReceiver(shop.party)

    assert gone == 1
    assert renewed.events(stream) == []


def test_ssf_8_1_5_stream_that_an_administrator_stops_is_told_and_stays_stopped(
    deployment: Deployment, shop: EventReceiver
) -> None:
    stream = shop.create()
    stream_id = stream["stream_id"]
    run = deployment.app.test_cli_runner().invoke

    paused = run(args=["streams", "pause", stream_id, "--reason", "Until noon"])
    status = {"stream_id": stream_id, "status": "enabled"}
    refused = shop.ask("status_endpoint", json=status)
    [told] = shop.events(stream)
    run(args=["streams", "enable", stream_id])
    [again] = shop.events(stream)

    assert paused.output == f"{stream_id} is paused.\n"
    assert (refused.status_code, refused.get_json()["error"]) == (403, "access_denied")
    assert told["sub_id"] == {"format": "opaque", "id": stream_id}
    assert told["events"] == {f"{SSF}stream-updated": {"status": "paused", "reason": "Until noon"}}
    assert again["events"] == {f"{SSF}stream-updated": {"status": "enabled"}}
    assert shop.ask("status_endpoint", json=status).status_code == 200
    [listed] = json.loads(run(args=["streams", "list", "--json"]).output)
    assert (listed["client_id"], listed["stopped"], listed["pending"]) == ("shop", False, 0)
    assert "authorization" not in str(listed)
    assert run(args=["streams", "delete", stream_id]).exit_code == 0
    assert shop.streams().get_json() == []


def test_identifier_of_a_stream_is_never_taken_for_an_option(
    deployment: Deployment, shop: EventReceiver
) -> None:
    """One of 0.1.0 began with a hyphen in one case of sixty-four."""
    made = shop.create()["stream_id"]
    old = "-3q2u7wAAQABhYmNkZWZnaA"
    with deployment.app.app_context():
        db.session.execute(update(EventStreamRow).values(id=old))
        db.session.commit()
    run = deployment.app.test_cli_runner().invoke

    taken_for_an_option = run(args=["streams", "pause", old])
    after_the_options = run(args=["streams", "pause", "--", old])
    unknown = run(args=["streams", "delete", made])

    assert re.fullmatch("[0-9a-f]{22}", made)
    assert taken_for_an_option.exit_code == 2
    assert "An argument that begins with a hyphen comes after --." in taken_for_an_option.output
    assert after_the_options.output == f"{old} is paused.\n"
    assert unknown.output == f"Error: There is no stream {made}; see streams list.\n"


def test_person_is_told_of_long_after_their_tokens_died_until_they_take_access_back(
    deployment: Deployment, li_lei: SignedIn, shop: EventReceiver
) -> None:
    sub = li_lei.shop.verified(li_lei.tokens()["id_token"])["sub"]
    stream = shop.create()
    deployment.clock.advance(400 * DAY)
    with deployment.app.app_context():
        for prunable in PRUNABLE:
            prunable.step(db.session(), deployment.clock(), 100)
        db.session.commit()

    by_admin(deployment, accounts.disable, sub)
    by_admin(deployment, accounts.enable, sub)
    later = EventReceiver(shop.party)
    known = kinds(later.events(stream))
    browser = deployment.browser()
    browser.sign_in(li_lei.shop.start().url, "li-lei")
    later.events(stream)
    page = browser.get("/account")
    [action] = set(re.findall(r'action="(/account/applications/[^"]+)"', page.text))
    browser.submit(page, action)
    by_admin(deployment, accounts.disable, sub)

    assert sorted(known) == [f"{RISC}account-disabled", f"{RISC}account-enabled"]
    assert kinds(later.events(stream)) == [f"{CAEP}session-revoked"]


def test_risc_account_that_is_merged_is_told_of_as_disabled_until_it_is_undone(
    deployment: Deployment, li_lei: SignedIn, shop: EventReceiver
) -> None:
    kept = li_lei.shop.verified(li_lei.tokens()["id_token"])["sub"]
    started = li_lei.shop.start()
    answer = deployment.browser().sign_in(started.url, "han-meimei")
    code = li_lei.shop.response(answer.location, started)["code"]
    tokens = li_lei.shop.redeem(code, started).get_json()
    dropped = li_lei.shop.verified(tokens["id_token"])["sub"]
    stream = shop.create()

    by_admin(deployment, accounts.join, kept, dropped)
    merged = shop.events(stream)
    with deployment.app.app_context():
        merge_id = db.session.scalar(select(ACCOUNT_MERGE.c.id))
    by_admin(deployment, accounts.part, merge_id)
    parted = shop.events(stream)

    def of_accounts(events: list[Any]) -> list[tuple[str, str]]:
        risc = [one for one in events if RISC in str(one["events"])]
        return [(one["sub_id"]["sub"], *kinds([one])) for one in risc]

    assert of_accounts(merged) == [(dropped, f"{RISC}account-disabled")]
    assert of_accounts(parted) == [(dropped, f"{RISC}account-enabled")]


def test_rfc9493_subject_is_pairwise_and_can_be_named_by_email(
    sqlite: Database, wechat: LiveSandbox, clock: TestClock
) -> None:
    deployment = build_deployment(sqlite, wechat, clock, pairwise_salt="s" * 32)
    person = signed_in(deployment, grant_types=GRANTS, scope=SCOPE, subject_type="pairwise")
    sub = person.shop.verified(person.tokens()["id_token"])["sub"]
    shop = EventReceiver(person.shop)
    stream = shop.create()
    with deployment.app.app_context():
        [subject] = db.session.scalars(select(ACCOUNT.c.id))
        address = {"email": "li@example.com", "email_verified": True}
        change_account(db.session(), subject, address)
        db.session.commit()
    named = {"stream_id": stream["stream_id"], "subject": {"format": "email", **address}}

    by_admin(deployment, accounts.sign_out, subject)
    told = shop.events(stream)
    shop.ask("remove_subject_endpoint", json=named)
    by_admin(deployment, accounts.disable, subject)

    users = [one["sub_id"].get("user", one["sub_id"])["sub"] for one in told]
    assert set(users) == {sub}
    assert sub != subject
    assert shop.events(stream) == []
    close(deployment)
    sqlite.empty()


def test_application_that_registered_itself_cannot_receive_events(
    sqlite: Database, wechat: LiveSandbox, clock: TestClock
) -> None:
    deployment = build_deployment(sqlite, wechat, clock, registration="open")
    http = deployment.app.test_client(use_cookies=False)
    document = {"grant_types": ["client_credentials"], "scope": "ssf.read ssf.manage"}
    made = http.post("/register", json={**document, "response_types": []}).get_json()

    answer = http.post(
        "/token",
        data={"grant_type": "client_credentials", "scope": "ssf.manage"},
        auth=(made["client_id"], made["client_secret"]),
    )

    assert (answer.status_code, answer.get_json()["error"]) == (400, "invalid_scope")
    close(deployment)
    sqlite.empty()


def test_ssf_7_2_issuer_with_a_path_is_described_at_both_places() -> None:
    issuer = "https://example.com/login"
    http = create_app(Settings(issuer=issuer, secret_keys=("s" * 64,))).test_client()

    inserted = http.get("/.well-known/ssf-configuration/login")

    assert inserted.get_json() == http.get("/.well-known/ssf-configuration").get_json()
    assert inserted.get_json()["status_endpoint"] == f"{issuer}/ssf/status"
    assert http.get("/.well-known/oauth-protected-resource/login").status_code == 200
    assert http.get("/.well-known/oauth-protected-resource/other").status_code == 404
