"""Pictures that somebody sent, drawn anew: nothing of the file that came is ever served.

Pillow reads three bitmap formats and no other; SVG, which can hold scripts, is none of them. What
is kept is a PNG of our own making, without metadata or trailing bytes.
"""

from federation.translation import N_

MOST_BYTES = 128 * 1024
"""Of the file that is sent."""
MOST_SIDE = 4096
"""Pixels: checked before anything is unpacked, so that a small file cannot fill the memory."""
MOST_BYTES_BEHIND = 1024 * 1024
"""Of the file that is sent to lie behind a page."""
MOST_KEPT_BEHIND = 40 * 1024
BEHIND = (1600, 1200)
"""Pixels that are kept of it at most."""
SIDE = 192
"""Pixels that are kept: four times what the pages show, for fine screens."""
TOO_WIDE = N_("The picture has more than 4096 pixels to a side.")
FORMATS = ("PNG", "JPEG", "WEBP")


class UnusablePicture(ValueError):
    """The file cannot be a logo; ``message`` says why, as a message id."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def redrawn(sent: bytes, *, most_side: int = MOST_SIDE, squared: bool = False) -> bytes:
    """The picture as a PNG of at most 192 pixels each way.

    :param most_side: pixels that are unpacked.
    :param squared: on a white square, so that nothing is seen through it or beside it.
    :raises UnusablePicture: it is too large, or no picture of the three formats.
    """
    if len(sent) > MOST_BYTES:
        raise UnusablePicture(N_("The picture has more than 128 KB."))
    from app.branding.drawing import redraw

    return redraw(sent, most_side, squared)


def backdrop(sent: bytes) -> bytes:
    """The picture as a JPEG that fits behind a page and into its budget.

    :raises UnusablePicture: it is too large, or no picture of the three formats.
    """
    if len(sent) > MOST_BYTES_BEHIND:
        raise UnusablePicture(N_("The picture has more than 1 MB."))
    from app.branding.drawing import redraw_behind

    return redraw_behind(sent)
