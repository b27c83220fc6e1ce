"""One colour of an application, made fit to be read: in the light and in the dark scheme.

People choose their brand's colour once. Text and links need a contrast of 4.5:1 with the page
(WCAG 2.2, 1.4.3), which hardly any colour has on white and on black: so each scheme gets the
nearest mixture with black or with white that has it.
"""

import re
from collections.abc import Iterator

Colour = tuple[int, int, int]

FORM = re.compile(r"#[0-9a-f]{6}")
READABLE = 4.5
"""Contrast of text, as a ratio."""
LIGHT_PAGES: tuple[Colour, ...] = ((0xFF, 0xFF, 0xFF), (0xF3, 0xF4, 0xF1), (0xE4, 0xF0, 0xF3))
DARK_PAGES: tuple[Colour, ...] = ((0x10, 0x14, 0x18), (0x1A, 0x20, 0x26), (0x17, 0x32, 0x3B))
"""``--card``, ``--paper`` and ``--accent-wash`` of both schemes in qiao.css."""
BLACK: Colour = (0, 0, 0)
WHITE: Colour = (255, 255, 255)
STEPS = 64


def normal(text: str) -> str | None:
    """``#rrggbb`` in lower case; None for what is no such colour."""
    lowered = text.strip().lower()
    return lowered if FORM.fullmatch(lowered) else None


def on_light(accent: str) -> Colour:
    """The colour, darkened as far as a light page needs."""
    return _fit(_read(accent), BLACK, LIGHT_PAGES)


def on_dark(accent: str) -> Colour:
    """The colour, lightened as far as a dark page needs."""
    return _fit(_read(accent), WHITE, DARK_PAGES)


def ink(colour: Colour) -> Colour:
    """What to write with on the colour: white or black, whichever is read more easily."""
    return max((WHITE, BLACK), key=lambda candidate: contrast(candidate, colour))


def ink_on(colour: str) -> str:
    """As `ink`, of ``#rrggbb`` and as such."""
    return _hex(ink(_read(colour)))


def contrast(one: Colour, other: Colour) -> float:
    """The contrast ratio of WCAG 2.2, from 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def stylesheet(accent: str | None, background: str | None = None, picture: str = "") -> str:
    """What a page loads after qiao.css to wear the colours.

    :param background: around the card; what is written there gets a colour that is read on it.
    :param picture: the path of what lies behind the card; the footer gets a ground of its own then.
    """
    rules = []
    if accent:
        light, dark = on_light(accent), on_dark(accent)
        rules.append(_in_schemes(":root", _variables(light), _variables(dark)))
        rules.append(".card { border-top: 4px solid var(--accent); }\n")
    if background:
        light, dark = _read(background), dimmed(background)
        rules.append(_in_schemes(":root", _ground(light), _ground(dark)))
        rules.append(_FOOTER.format(ink="var(--on-paper)"))
    if picture:
        rules.append(_BEHIND.format(path=picture))
        rules.append(_in_schemes("body", "", _SHADED.format(path=picture)))
    return "".join(rules)


_FOOTER = """footer, footer .language, .brandline {{ color: {ink}; }}
footer :focus-visible {{ outline-color: {ink}; }}
"""
_BEHIND = """body {{ background: var(--paper) url("{path}") center / cover no-repeat fixed; }}
footer, .brandline {{ width: fit-content; margin: 1rem auto; padding: .25rem 1rem;
  border-radius: 10px; background: var(--card); color: var(--soft); }}
footer .language {{ color: var(--accent); }}
footer :focus-visible {{ outline-color: var(--accent); }}
"""
_SHADED = (
    'background-image: linear-gradient(rgb(0 0 0 / 65%), rgb(0 0 0 / 65%)), url("{path}");'
    " background-size: cover;"
)
"""By night: a bright picture around a dark card would dazzle, as a bright colour would."""
DIM = 9.0
"""Contrast that white has on a background of the dark scheme: it must not dazzle."""


def dimmed(background: str) -> Colour:
    """A background, darkened as far as the dark scheme needs."""
    mixtures = _mixtures(_read(background), BLACK)
    return next(mixed for mixed in mixtures if contrast(mixed, WHITE) >= DIM)


def _in_schemes(selector: str, light: str, dark: str) -> str:
    inside = f"@media (prefers-color-scheme: dark) {{ {selector} {{ {dark} }} }}\n"
    return f"{selector} {{ {light} }}\n{inside}"


def _ground(colour: Colour) -> str:
    return f"--paper: {_hex(colour)}; --on-paper: {_hex(ink(colour))};"


def _variables(colour: Colour) -> str:
    return f"--accent: {_hex(colour)}; --accent-ink: {_hex(ink(colour))};"


def _fit(colour: Colour, towards: Colour, pages: tuple[Colour, ...]) -> Colour:
    mixtures = _mixtures(colour, towards)
    return next(
        mixed for mixed in mixtures if all(contrast(mixed, page) >= READABLE for page in pages)
    )


def _mixtures(colour: Colour, towards: Colour) -> Iterator[Colour]:
    for step in range(STEPS + 1):
        red, green, blue = (
            round(own + (other - own) * step / STEPS)
            for own, other in zip(colour, towards, strict=True)
        )
        yield (red, green, blue)


def _luminance(colour: Colour) -> float:
    red, green, blue = (_linear(channel / 255) for channel in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _read(accent: str) -> Colour:
    return (int(accent[1:3], 16), int(accent[3:5], 16), int(accent[5:7], 16))


def _hex(colour: Colour) -> str:
    return "#" + "".join(f"{channel:02x}" for channel in colour)
