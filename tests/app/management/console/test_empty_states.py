"""A list without anything on it looks the same everywhere, and says what to do next."""

from pathlib import Path

import pytest

from tests.app.management.console.console import Console

TEMPLATES = Path(__file__).parents[4] / "app/templates/admin"
FILTERED = (
    "accounts?q=nobody-of-that-name",
    "applications?q=nothing-of-that-name",
    "groups?q=nothing-of-that-name",
    "log?client_id=nothing-of-that-name",
)


def test_every_empty_state_is_drawn_in_one_place() -> None:
    drawn = {path.name for path in TEMPLATES.rglob("*.html") if 'class="empty"' in path.read_text()}

    assert drawn == {"empty.html"}


@pytest.mark.parametrize("path", FILTERED)
def test_a_filter_that_finds_nothing_leads_back_to_all(console: Console, path: str) -> None:
    page = console.get(f"/admin/{path}")

    _, found, rest = page.text.partition('<div class="empty">')
    empty = rest.partition("</div>")[0]
    assert found
    assert '<svg class="drawing"' in empty
    assert f'href="/admin/{path.partition("?")[0]}"' in empty


def test_an_overview_without_sign_ins_draws_no_empty_axes(console: Console) -> None:
    page = console.get("/admin/overview?period=90d")

    assert "Nobody has signed in." in page.text
    assert 'class="plot"' not in page.text
