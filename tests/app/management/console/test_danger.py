"""What cannot be taken back by pressing again is asked first, on every page."""

import re
from pathlib import Path

from app.accounts.records import linking
from app.database import db
from tests.app.management.console.console import Console
from tests.app.site import Site

TEMPLATES = Path(__file__).parents[4] / "app/templates/admin"
ASKING = {"sure.html", "erase.html", "merge.html", "ask_action.html", "parts/careful.html"}
"""Pages that are a question already, and what unfolds one."""
TAKES_AWAY = re.compile(
    r"\.(?:delete|remove|unlink|erase|take_down|end_connection|replace_lost)_?\w*"
)
CHOSEN = re.compile(r'type="(?:checkbox|radio)"')
BACK_AGAIN = {"remove_from_group"}
"""What is put right by the form beside it."""


def forms() -> list[tuple[str, str]]:
    """The name of each template, and every form in it that posts."""
    return [
        (str(path.relative_to(TEMPLATES)), form)
        for path in sorted(TEMPLATES.rglob("*.html"))
        for form in re.findall(r'<form[^>]*method="post".*?</form>', path.read_text("utf-8"), re.S)
    ]


def test_no_button_takes_something_away_by_one_press() -> None:
    every = forms()

    wrong = [
        (name, form[:120])
        for name, form in every
        if name not in ASKING
        and not CHOSEN.search(form)
        and ("danger" in form or TAKES_AWAY.search(form))
        and not any(one in form for one in BACK_AGAIN)
    ]

    assert len(every) > 60
    assert wrong == []


def test_identity_is_unlinked_at_the_second_press_and_the_second_administrator_is_told(
    site: Site, console: Console
) -> None:
    site.connection(site.client())
    account = site.passwords.create(db.session(), site.clock, "lin", "correct horse battery")
    db.session.commit()
    path = f"/admin/accounts/{account}"
    linked = console.fill(
        console.get(path), f"{path}/link", {"connection": "wechat", "openid": "oOpen0123456789"}
    )
    page = console.get(path)
    unlink = re.findall(
        rf'<details class="careful">(?:(?!</details>).)*{path}/unlink', page.text, re.S
    )

    console.fill(page, f"{path}/unlink", {})
    late = console.fill(page, f"{path}/unlink", {})

    assert linked.status_code == 303
    assert len(unlink) == 1
    assert linking.sources_of(db.session(), account) == []
    assert "Somebody else took this away before" in console.get(late.location).text
