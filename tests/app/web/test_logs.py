"""One record is one line of the log, whoever wrote a part of it."""

import io
import logging
import subprocess
import sys
from collections.abc import Iterator

import pytest

from app.web.logs import CONTINUED, FORMAT, TracebackFormatter, escaped
from tests.app.site import Site

FORGED = "ada\nWARNING:app:admin ada signed in\r\x1b[2K\u2028\u202e"


@pytest.fixture
def lines(site: Site) -> Iterator[io.StringIO]:
    """What is written by a handler of somebody else's, on the root of all loggers."""
    assert site.app
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logging.Formatter(FORMAT))
    logging.getLogger().addHandler(handler)
    yield written
    logging.getLogger().removeHandler(handler)


@pytest.mark.parametrize("name", ["app.pages.errors", "flask-limiter", "werkzeug", "somebody"])
def test_words_of_a_stranger_stay_on_one_line(lines: io.StringIO, name: str) -> None:
    logging.getLogger(name).error("limit of %s exceeded", FORGED)

    assert len(lines.getvalue().splitlines()) == 1
    assert "ada\\nWARNING:app" in lines.getvalue()
    assert "\x1b" not in lines.getvalue()


def test_message_that_was_put_together_before_is_escaped_too(lines: io.StringIO) -> None:
    logging.getLogger("somebody").error(f"limit of {FORGED} exceeded")

    assert len(lines.getvalue().splitlines()) == 1


def test_user_name_with_line_breaks_that_meets_a_limit_writes_one_line_each(
    site: Site, lines: io.StringIO
) -> None:
    browser = site.browser()
    page = browser.get("/admin/sign-in")

    for _ in range(8):
        fields = {"_username": FORGED, "_password": "x" * 12, "_step": "password"}
        browser.send(page, "/admin/sign-in", fields)

    assert "\nWARNING:app:admin ada signed in" not in lines.getvalue()


def test_path_with_line_breaks_writes_no_line_of_its_own(site: Site, lines: io.StringIO) -> None:
    site.browser().get("/sign-in/x%0AWARNING:app:forged%0D%0A")
    site.browser().get("/account%0AWARNING:app:forged")

    assert not [line for line in lines.getvalue().splitlines() if line.startswith("WARNING:app:f")]


def test_traceback_is_told_apart_from_other_records() -> None:
    try:
        raise ValueError(FORGED)
    except ValueError:
        record = logging.LogRecord("a", logging.ERROR, "f", 1, "failed", None, sys.exc_info())

    first, *more = TracebackFormatter(FORMAT).format(record).splitlines()

    assert first == "ERROR:a:failed"
    assert more
    assert all(line.startswith(CONTINUED) for line in more)


def test_a_new_process_escapes_without_anybody_else_s_handlers() -> None:
    program = (
        "import logging; from app.web.logs import setup_logs; setup_logs('INFO');"
        "logging.getLogger('x').info('a\\nERROR:b:c')"
    )

    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert ran.stderr == "INFO:x:a\\nERROR:b:c\n"


@pytest.mark.parametrize("text", ["Ming 明 🙂", "a b", ""])
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert escaped(text) == text
