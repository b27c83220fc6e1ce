"""``logouts``: an operator drops what no application is going to take."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit import trail
from oidc.database.models import LogoutDeliveryRow
from oidc.logout.outbox import Address, post
from tests.app.management.cli.conftest import Operator

REDIRECT = "https://shop.example/callback"


def waits(operator: Operator, session: Session, *client_ids: str) -> None:
    addresses = [Address("sid-1", client_id, "person-1") for client_id in client_ids]
    post(session, addresses, operator.clock())
    session.commit()


def waiting(session: Session) -> list[str]:
    session.rollback()
    return sorted(session.execute(select(LogoutDeliveryRow.client_id)).scalars())


def add(operator: Operator, client_id: str) -> None:
    operator.run("clients", "add", "--client-id", client_id, "--redirect-uri", REDIRECT)


def test_clear_drops_all_that_waits_and_the_trail_says_so(
    operator: Operator, session: Session
) -> None:
    waits(operator, session, "shop", "forum")

    said = operator.run("logouts", "clear", "--yes")

    assert said == "2 logout tokens dropped.\n"
    assert waiting(session) == []
    [event] = trail.page(session, trail.Filter(kind="logout.cleared"))
    assert (event.actor, event.client_id, event.detail) == ("system", None, {"count": 2})


def test_clear_of_one_application_leaves_the_others_waiting(
    operator: Operator, session: Session
) -> None:
    add(operator, "shop")
    waits(operator, session, "shop", "forum")

    done = operator.read("logouts", "clear", "--client", "shop", "--yes")

    assert done == {"cleared": 1}
    assert waiting(session) == ["forum"]
    [event] = trail.page(session, trail.Filter(kind="logout.cleared"))
    assert event.client_id == "shop"


def test_clear_asks_first_and_a_no_changes_nothing(operator: Operator, session: Session) -> None:
    waits(operator, session, "shop")

    answered = operator.try_to("logouts", "clear", typed="n\n")

    assert answered.exit_code == 1
    assert waiting(session) == ["shop"]


def test_clear_of_an_application_that_is_not_there_is_refused(
    operator: Operator, session: Session
) -> None:
    waits(operator, session, "shop")

    assert "There is no client shopp." in operator.refused(
        "logouts", "clear", "--client", "shopp", "--yes"
    )
    assert waiting(session) == ["shop"]


def test_nothing_to_clear_leaves_no_line_in_the_trail(operator: Operator, session: Session) -> None:
    assert operator.read("logouts", "clear", "--yes") == {"cleared": 0}

    assert trail.page(session, trail.Filter(kind="logout.cleared")) == []


def test_deleted_application_takes_what_waits_for_it_along(
    operator: Operator, session: Session
) -> None:
    add(operator, "shop")
    waits(operator, session, "shop", "forum")

    operator.run("clients", "delete", "shop", "--yes")

    assert waiting(session) == ["forum"]
