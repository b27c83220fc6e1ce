"""A filter that means nothing is named on the page, and nothing is shown for it."""

import pytest

from tests.app.management.console.console import Console

PERSON = "Zhang the only one"


@pytest.fixture
def filled(console: Console) -> Console:
    """With a person, an application, and what the log says of them."""
    console.post("/admin/accounts/new", {"name": PERSON})
    console.post("/admin/applications/new", {"client_name": "Shop", "type": "service"})
    assert PERSON in console.get("/admin/accounts").text
    assert "Shop" in console.get("/admin/applications").text
    return console


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("state=zzz", "State"),
        ("phone=maybe", "Phone"),
        ("email=1", "E-mail"),
        ("created_since=nonsense", "Created from"),
        ("created_until=2026-13-41", "Created until"),
        ("seen_since=yesterday&seen_until=x", "Last sign-in from, Last sign-in until"),
        ("q=Zhang&state=zzz", "State"),
    ],
)
def test_people_are_not_shown_for_a_filter_that_means_nothing(
    filled: Console, query: str, named: str
) -> None:
    page = filled.get(f"/admin/accounts?{query}")

    assert page.status_code == 200
    assert f"Not understood, so nothing is shown: {named}." in page.text
    assert PERSON not in page.text
    assert "Nobody was found." in page.text
    assert "Nobody has signed in yet." not in page.text


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("since=nonsense", "Since"),
        ("until=2026-02-30T10:00", "Until"),
        ("since=x&until=y", "Since, Until"),
        ("kind=zzz", "What"),
        ("outcome=zzz", "Outcome"),
        ("rule=zzz", "Why it failed"),
    ],
)
def test_log_is_not_shown_for_a_filter_that_means_nothing(
    filled: Console, query: str, named: str
) -> None:
    page = filled.get(f"/admin/log?{query}")

    assert page.status_code == 200
    assert f"Not understood, so nothing is shown: {named}." in page.text
    assert "Nothing matches." in page.text


def test_code_that_the_log_does_not_know_stays_chosen(filled: Console) -> None:
    page = filled.get("/admin/log?kind=zzz&outcome=yyy")

    assert '<option value="zzz" selected>' in page.text
    assert '<option value="yyy" selected>' in page.text


def test_applications_are_not_shown_for_a_filter_that_means_nothing(filled: Console) -> None:
    page = filled.get("/admin/applications?learns=zzz")

    assert page.status_code == 200
    assert "Not understood, so nothing is shown: May learn." in page.text
    assert "No application was found." in page.text


@pytest.mark.parametrize(
    "path",
    ["/admin/accounts?state=disabled", "/admin/log?kind=sign_in.succeeded", "/admin/log?q=1"],
)
def test_filter_that_is_understood_is_not_called_wrong(filled: Console, path: str) -> None:
    assert "Not understood" not in filled.get(path).text


@pytest.mark.parametrize(
    "path", ["/admin/log.csv?since=nonsense", "/admin/accounts/export?state=zzz"]
)
def test_no_file_is_made_for_a_filter_that_means_nothing(filled: Console, path: str) -> None:
    answer = filled.get(path)

    assert answer.status_code == 303
    assert "Not understood" in filled.get(answer.location).text


def test_nothing_is_done_to_everybody_for_a_filter_that_means_nothing(filled: Console) -> None:
    fields = {"action": "disable", "whom": "all", "state": "zzz"}

    assert filled.post("/admin/accounts/actions", fields).status_code == 400
    assert filled.post("/admin/accounts/actions/begin", fields).status_code == 400
