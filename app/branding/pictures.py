"""Pictures that somebody sent, drawn anew: nothing of the file that came is ever served.

Pillow reads three bitmap formats and no other; SVG, which can hold scripts, is none of them. What
is kept is a PNG of our own making, without metadata or trailing bytes.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image, ImageOps

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
    with _as_unusable():
        return _redraw(sent, most_side, squared)


def backdrop(sent: bytes) -> bytes:
    """The picture as a JPEG that fits behind a page and into its budget.

    :raises UnusablePicture: it is too large, or no picture of the three formats.
    """
    if len(sent) > MOST_BYTES_BEHIND:
        raise UnusablePicture(N_("The picture has more than 1 MB."))
    with _as_unusable(), Image.open(io.BytesIO(sent), formats=FORMATS) as picture:
        if max(picture.size) > MOST_SIDE:
            raise UnusablePicture(TOO_WIDE)
        upright = ImageOps.exif_transpose(picture).convert("RGBA")
        upright.thumbnail(BEHIND)
        ground = Image.new("RGB", upright.size, "#ffffff")
        ground.paste(upright, mask=upright.getchannel("A"))
        return _small_enough(ground)


def _small_enough(picture: Image.Image) -> bytes:
    """A JPEG as good as its size allows; smaller and coarser until it fits."""
    for step in range(1, 9):
        for quality in (82, 70, 55, 40):
            drawn = io.BytesIO()
            picture.save(drawn, "JPEG", quality=quality, optimize=True)
            if drawn.tell() <= MOST_KEPT_BEHIND:
                return drawn.getvalue()
        width, height = (max(1, side * (10 - step) // 10) for side in picture.size)
        picture = picture.resize((width, height))
    return drawn.getvalue()


@contextmanager
def _as_unusable() -> Iterator[None]:
    try:
        yield
    except UnusablePicture:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise UnusablePicture(TOO_WIDE) from error
    except (OSError, ValueError, SyntaxError, ArithmeticError, EOFError) as error:
        raise UnusablePicture(N_("This is no PNG, JPEG or WebP picture.")) from error


def _redraw(sent: bytes, most_side: int, squared: bool) -> bytes:
    drawn = io.BytesIO()
    with Image.open(io.BytesIO(sent), formats=FORMATS) as picture:
        if max(picture.size) > most_side:
            raise UnusablePicture(TOO_WIDE)
        upright = ImageOps.exif_transpose(picture).convert("RGBA")
        upright.thumbnail((SIDE, SIDE))
        blank = _on_white(upright) if squared else _alone(upright)
        blank.save(drawn, "PNG", optimize=True)
    return drawn.getvalue()


def _alone(picture: Image.Image) -> Image.Image:
    """Its pixels and nothing else that came with it."""
    blank = Image.new("RGBA", picture.size)
    blank.paste(picture)
    return blank


def _on_white(picture: Image.Image) -> Image.Image:
    square = Image.new("RGBA", (SIDE, SIDE), "#ffffff")
    square.alpha_composite(picture, ((SIDE - picture.width) // 2, (SIDE - picture.height) // 2))
    return square.convert("RGB")
