"""``groups`` and ``clients access``: the same that the console does, read by programs."""

import pytest
from sqlalchemy.orm import Session

from app.groups import people
from tests.app.management.cli.conftest import Operator
from tests.databases import Database


@pytest.fixture
def database(sqlite: Database) -> Database:
    """The statements are those that other tests run on each database."""
    return sqlite


def test_groups_are_made_filled_and_limit_an_application(
    operator: Operator, session: Session
) -> None:
    li = operator.run("accounts", "create", "li.lei", "--password", "correct horse battery")
    made = operator.read("groups", "add", "staff", "--email-domain", "@Example.com")
    assert made["rules"]["email_domain"] == ["example.com"]
    operator.run("groups", "change", "staff", "--phone", "13800138000", "--display", "Staff")
    shown = operator.read("groups", "show", made["id"])
    assert (shown["display"], shown["rules"]["phone"]) == ("Staff", ["+8613800138000"])
    assert shown["rules"]["email_domain"] == ["example.com"]
    assert operator.read("groups", "list") == [shown]

    assert "Put 1 person" in operator.run("groups", "add-members", "staff", "li.lei")
    [member] = operator.read("groups", "members", "staff")
    assert member["sub"] in li
    assert (member["username"], member["origin"]) == ("li.lei", "hand")
    operator.run("accounts", "create", "han", "--password", "correct horse battery")
    assert operator.read("accounts", "list")["count"]["number"] == 2
    [listed] = operator.read("accounts", "list", "--group", "staff")["items"]
    assert listed["sub"] == member["sub"]
    exported = operator.run("accounts", "export", "-", "--column", "sub", "--group", made["id"])
    assert exported.split()[1:] == [member["sub"]]
    assert operator.try_to("accounts", "list", "--group", "nobody").exit_code != 0

    operator.run("clients", "add", "--name", "Shop", "--redirect-uri", "https://shop.example/cb")
    [client] = operator.read("clients", "list")
    shop = client["client_id"]
    limited = operator.read(
        *("clients", "access", shop, "--mode", "requests", "--enter", "staff", "--see", "all"),
        *("--role", "staff=Editor", "--role", "staff=Viewer", "--contact", "it@shop.example"),
    )
    [there] = limited["groups"]
    assert (there["name"], there["enters"], there["roles"]) == ("staff", True, ["Editor", "Viewer"])
    assert operator.read("clients", "access", shop) == limited
    loosened = operator.read("clients", "access", shop, "--mode", "open", "--role", "")
    assert loosened["groups"][0]["roles"] == []

    people.ask(session, operator.clock, shop, member["sub"], "please")
    session.commit()
    [asked] = operator.read("clients", "requests")
    assert (asked["sub"], asked["sentence"]) == (member["sub"], "please")
    operator.run("clients", "decide", shop, "li.lei", "allow")
    assert operator.read("clients", "requests") == []
    assert operator.read("clients", "requests", "--state", "allowed")[0]["decided_by"] == "system"
    assert "so already" in operator.run("clients", "decide", shop, "li.lei", "allow")

    operator.run("groups", "remove-members", "staff", "li.lei")
    assert operator.read("groups", "members", "staff") == []
    operator.run("groups", "delete", "staff", "--yes")
    assert operator.read("groups", "list") == []
    assert operator.read("clients", "access", shop)["groups"] == []
