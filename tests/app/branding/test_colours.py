"""Whatever colour somebody chooses, what is written in it and on it can be read."""

from hypothesis import given
from hypothesis import strategies as st

from app.branding import colours
from app.branding.colours import DARK_PAGES, LIGHT_PAGES, READABLE, contrast

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@given(COLOURS)
def test_every_colour_can_be_read_on_every_page_and_written_on(accent: str) -> None:
    for worn, pages in (
        (colours.on_light(accent), LIGHT_PAGES),
        (colours.on_dark(accent), DARK_PAGES),
    ):
        assert all(contrast(worn, page) >= READABLE for page in pages)
        assert contrast(colours.ink(worn), worn) >= READABLE


@given(COLOURS)
def test_words_on_every_background_can_be_read_by_day_and_by_night(background: str) -> None:
    by_day = tuple(bytes.fromhex(background[1:]))
    by_night = colours.dimmed(background)

    for ground in ((by_day[0], by_day[1], by_day[2]), by_night):
        assert contrast(colours.ink(ground), ground) >= READABLE
    assert contrast(by_night, (255, 255, 255)) >= colours.DIM


def test_colour_that_can_be_read_already_stays_as_it_is() -> None:
    assert colours.on_light("#0b5b73") == (0x0B, 0x5B, 0x73)
    assert colours.on_dark("#7ccbe2") == (0x7C, 0xCB, 0xE2)


def test_contrast_is_that_of_wcag() -> None:
    assert contrast((0, 0, 0), (255, 255, 255)) == 21
    assert round(contrast((0x77, 0x77, 0x77), (255, 255, 255)), 2) == 4.48


def test_only_six_hexadecimal_digits_are_a_colour() -> None:
    hostile = ["", "red", "#fff", "#12345g", "#000000;}", "url(x)", "#１２３４５６"]

    assert [colours.normal(text) for text in hostile] == [None] * len(hostile)
    assert colours.normal(" #0B5B73 ") == "#0b5b73"


def test_bright_picture_is_shaded_by_night_alone() -> None:
    day, _, night = colours.stylesheet(None, picture="/logos/a.jpg").partition("@media")

    assert "gradient" not in day
    assert "(prefers-color-scheme: dark)" in night
    assert 'linear-gradient(rgb(0 0 0 / 65%), rgb(0 0 0 / 65%)), url("/logos/a.jpg")' in night
