"""Pictures that somebody sent, drawn anew: nothing of the file that came is ever served.

Pillow reads three bitmap formats and no other; SVG, which can hold scripts, is none of them. What
is kept is a PNG of our own making, without metadata or trailing bytes.
"""

import io

from PIL import Image, ImageOps

from federation.translation import N_

MOST_BYTES = 128 * 1024
"""Of the file that is sent."""
MOST_SIDE = 4096
"""Pixels: checked before anything is unpacked, so that a small file cannot fill the memory."""
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
    try:
        return _redraw(sent, most_side, squared)
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
