"""``clients``: listing, changing, replacing secrets, switching off and deleting."""

import json
import re

import pytest
from sqlalchemy.orm import Session

from app.enablement import sources
from oidc.clients.client import Client
from oidc.tokens import grants
from oidc.tokens.grants import Grant
from tests.app.management.cli.conftest import Operator

CALLBACK = "https://shop.example/callback"
DAY = 86400


@pytest.fixture
def secret(operator: Operator) -> str:
    """The secret of a client called ``shop``."""
    added = operator.read(
        "clients", "add", "--client-id", "shop", "--name", "Shop", "--redirect-uri", CALLBACK
    )
    return str(added["client_secret"])


def shop(operator: Operator, session: Session) -> Client:
    session.rollback()
    found = operator.provider.clients.stored(session, "shop")
    assert found is not None
    return found


def test_clients_are_listed_without_secrets(operator: Operator, secret: str) -> None:
    said = operator.run("clients", "list")

    assert "shop" in said
    assert "web, confidential" in said
    assert secret not in said + operator.run("clients", "list", "--json")


def test_list_says_when_there_is_more(operator: Operator, secret: str) -> None:
    operator.run("clients", "add", "--client-id", "zoo", "--redirect-uri", CALLBACK)

    first = operator.try_to("clients", "list", "--limit", "1")

    assert "--after shop" in first.stderr
    assert "zoo" in operator.run("clients", "list", "--after", "shop")


def test_applications_that_may_learn_something_are_listed(
    operator: Operator, session: Session, secret: str
) -> None:
    """By the scope, where a connection is on by which they learn it."""
    operator.run("clients", "add", "--client-id", "zoo", "--redirect-uri", CALLBACK)
    wanted = sources.Enablement("shop", "wechat", enabled=True)
    sources.save(session, operator.clock, wanted, actor="system")
    session.commit()

    [found] = operator.read("clients", "list", "--learns", "phone")

    assert found["client_id"] == "shop"
    assert operator.try_to("clients", "list", "--learns", "secrets").exit_code == 2


def test_client_is_shown_without_its_secret(operator: Operator, secret: str) -> None:
    said = operator.run("clients", "show", "shop")

    assert CALLBACK in said
    assert "made 2027-01-15" in said
    assert secret not in said


def test_what_show_prints_can_be_added_elsewhere(operator: Operator, secret: str) -> None:
    document = operator.read("clients", "show", "shop")
    operator.run("clients", "delete", "shop", "--yes")

    operator.run("clients", "add", "--from-json", "-", typed=json.dumps(document))

    assert operator.read("clients", "show", "shop")["redirect_uris"] == [CALLBACK]


def test_change_replaces_what_is_given_and_keeps_the_rest(
    operator: Operator, session: Session, secret: str
) -> None:
    operator.run("clients", "change", "shop", "--name", "The Shop", "--first-party")

    client = shop(operator, session)
    assert client.metadata.client_name == "The Shop"
    assert client.is_first_party
    assert client.metadata.redirect_uris == (CALLBACK,)
    assert client.check_client_secret(secret)


def test_change_from_json_can_remove_a_member(
    operator: Operator, session: Session, secret: str
) -> None:
    document = '{"client_name": null, "client_name#zh-CN": "商店"}'

    operator.run("clients", "change", "shop", "--from-json", "-", typed=document)

    metadata = shop(operator, session).metadata
    assert metadata.client_name is None
    assert metadata.in_language("client_name", "zh-CN") == "商店"


def test_change_that_makes_no_sense_is_refused_with_every_problem(
    operator: Operator, session: Session, secret: str
) -> None:
    said = operator.refused(
        *("clients", "change", "shop", "--redirect-uri", "javascript:1", "--logo-uri", "nonsense")
    )

    assert "redirect_uris" in said
    assert "logo_uri" in said
    assert shop(operator, session).metadata.redirect_uris == (CALLBACK,)


@pytest.mark.parametrize("seconds", [0, 1_000_000_000])
def test_lifetime_out_of_bounds_is_refused(
    operator: Operator, session: Session, secret: str, seconds: int
) -> None:
    document = json.dumps({"code_lifetime": seconds})

    said = operator.refused("clients", "change", "shop", "--from-json", "-", typed=document)

    assert "code_lifetime must be a number of whole seconds from 1 to 600." in said
    assert shop(operator, session).metadata.code_lifetime is None


def test_change_without_anything_to_change_is_refused(operator: Operator, secret: str) -> None:
    assert "Say what to change" in operator.refused("clients", "change", "shop")


def test_change_to_a_method_with_a_key_makes_a_new_secret(
    operator: Operator, session: Session, secret: str
) -> None:
    said = operator.run("clients", "change", "shop", "--auth-method", "client_secret_jwt")

    [made] = re.findall(r"qcs_\S+", said)
    assert shop(operator, session).check_client_secret(made)
    assert not shop(operator, session).check_client_secret(secret)


def test_old_secret_works_beside_the_new_one_for_a_while(
    operator: Operator, session: Session, secret: str
) -> None:
    new = operator.read("clients", "rotate-secret", "shop", "--overlap", "2d")["client_secret"]

    client = shop(operator, session)
    assert client.check_client_secret(new)
    assert client.check_client_secret(secret)
    operator.clock.advance(2 * DAY)
    assert client.check_client_secret(new)
    assert not client.check_client_secret(secret)


def test_old_secret_ends_at_once_without_an_overlap(
    operator: Operator, session: Session, secret: str
) -> None:
    said = operator.run("clients", "rotate-secret", "shop", "--overlap", "0")

    assert "The old one has ended" in said
    assert not shop(operator, session).check_client_secret(secret)


def test_public_client_has_no_secret_to_replace(operator: Operator) -> None:
    operator.run(
        *("clients", "add", "--native", "--client-id", "app", "--redirect-uri", "com.example:/cb")
    )

    assert "without a secret" in operator.refused("clients", "rotate-secret", "app")


def test_overlap_that_is_no_duration_is_a_mistake_of_the_call(
    operator: Operator, secret: str
) -> None:
    result = operator.try_to("clients", "rotate-secret", "shop", "--overlap", "soon")

    assert result.exit_code == 2
    assert "such as 7d" in result.stderr


def test_disabled_client_works_again_when_enabled(
    operator: Operator, session: Session, secret: str
) -> None:
    operator.run("clients", "disable", "shop")

    assert operator.provider.clients.get(session, "shop") is None
    assert "disabled" in operator.run("clients", "list")
    operator.run("clients", "enable", "shop")
    operator.clock.advance(1)
    session.rollback()
    assert operator.provider.clients.get(session, "shop") is not None


def test_deleted_client_leaves_no_live_grants(
    operator: Operator, session: Session, secret: str, mini_program: str
) -> None:
    operator.run(
        *("connections", "add", "wechat", "--mode", "wechat-miniprogram", "--name", "WeChat"),
        *("--client", "shop"),
    )
    now = operator.clock()
    grant = Grant("a grant", "code", "shop", "somebody", "openid", now, now + DAY)
    grants.save(session, grant)
    session.commit()

    operator.run("clients", "delete", "shop", typed="y\n")

    assert operator.provider.clients.stored(session, "shop") is None
    revoked = grants.get(session, "a grant")
    assert revoked is not None
    assert revoked.revoked_at == now
    assert sources.of_client(session, "shop") == []


def test_client_is_not_deleted_without_a_yes(
    operator: Operator, session: Session, secret: str
) -> None:
    operator.refused("clients", "delete", "shop", typed="n\n")

    assert shop(operator, session).client_id == "shop"


@pytest.mark.parametrize("command", ["show", "change", "rotate-secret", "disable", "delete"])
def test_unknown_client_is_refused(operator: Operator, command: str) -> None:
    more = ("--name", "x") if command == "change" else ()

    assert "no client nobody" in operator.refused("clients", command, "nobody", *more)
