"""Draws pictures with Pillow, which is loaded with the first of them: 2 MiB for those who do."""

import io
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image, ImageOps

from app.branding.pictures import (
    BEHIND,
    FORMATS,
    MOST_KEPT_BEHIND,
    MOST_SIDE,
    SIDE,
    TOO_WIDE,
    UnusablePicture,
)
from federation.translation import N_


def redraw(sent: bytes, most_side: int, squared: bool) -> bytes:
    """As `app.branding.pictures.redrawn`, of a file of any size."""
    drawn = io.BytesIO()
    with _as_unusable(), Image.open(io.BytesIO(sent), formats=FORMATS) as picture:
        if max(picture.size) > most_side:
            raise UnusablePicture(TOO_WIDE)
        upright = ImageOps.exif_transpose(picture).convert("RGBA")
        upright.thumbnail((SIDE, SIDE))
        blank = _on_white(upright) if squared else _alone(upright)
        blank.save(drawn, "PNG", optimize=True)
    return drawn.getvalue()


def redraw_behind(sent: bytes) -> bytes:
    """As `app.branding.pictures.backdrop`, of a file of any size."""
    with _as_unusable(), Image.open(io.BytesIO(sent), formats=FORMATS) as picture:
        if max(picture.size) > MOST_SIDE:
            raise UnusablePicture(TOO_WIDE)
        upright = ImageOps.exif_transpose(picture).convert("RGBA")
        upright.thumbnail(BEHIND)
        ground = Image.new("RGB", upright.size, "#ffffff")
        ground.paste(upright, mask=upright.getchannel("A"))
        return _small_enough(ground)


def see_through() -> bytes:
    """A PNG of one pixel without colour."""
    file = io.BytesIO()
    Image.new("RGBA", (1, 1)).save(file, "PNG")
    return file.getvalue()


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


def _alone(picture: Image.Image) -> Image.Image:
    """Its pixels and nothing else that came with it."""
    blank = Image.new("RGBA", picture.size)
    blank.paste(picture)
    return blank


def _on_white(picture: Image.Image) -> Image.Image:
    square = Image.new("RGBA", (SIDE, SIDE), "#ffffff")
    square.alpha_composite(picture, ((SIDE - picture.width) // 2, (SIDE - picture.height) // 2))
    return square.convert("RGB")
