"""What the suite's log says is read whatever shape its entries have."""

import pytest

from tests.conformance import findings

LOG = [
    {"src": "A", "msg": "fine", "result": "SUCCESS"},
    {"src": "B", "msg": "wrong", "result": "FAILURE", "requirements": ["X-1", "Y-2"]},
    {"src": "C", "msg": "odd", "result": "WARNING"},
    {"src": "WebRunner", "msg": "broke", "result": "FAILURE", "page_source": "<h1>Lost</h1>"},
    {"src": "E", "msg": "wanted", "result": "REVIEW", "upload": "key"},
    {"src": "F", "msg": "given", "page_source": "<h1>Sign <b>in</b></h1>", "matched_regexp": "x"},
    "text",
    None,
    {"result": 7, "requirements": "none", "upload": 1, "matched_regexp": None, "page_source": 3},
]


def test_failures_and_warnings_are_told_with_their_clauses() -> None:
    assert findings.troubles(LOG) == [
        "FAILURE B: wrong (X-1, Y-2)",
        "WARNING C: odd",
        "FAILURE WebRunner: broke",
    ]


def test_pages_that_were_handed_in_are_told_from_pages_where_the_browser_broke_down() -> None:
    assert [picture.heading for picture in findings.pictures(LOG)] == ["Sign in"]


def test_pictures_that_are_still_wanted_are_named() -> None:
    assert findings.wanted_pictures(LOG) == ["wanted"]


@pytest.mark.parametrize(
    ("page", "heading"),
    [
        (
            "<title>Qiao</title><h1>\n  You are\n  signed out\n</h1><h1>More</h1>",
            "You are signed out",
        ),
        ("<title>Only a title</title><p>text", "Only a title"),
        ("<h1>Kept &amp; open", "Kept & open"),
        ("no page at all", ""),
        ("", ""),
        ("<h1>" * 5000, ""),
    ],
)
def test_heading_of_a_page(page: str, heading: str) -> None:
    assert findings.heading(page) == heading
