"""What becomes of a file that was sent as a logo: a picture of our own, or a sentence."""

import io
import struct
import zlib

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from app.branding.pictures import (
    BEHIND,
    MOST_BYTES,
    MOST_KEPT_BEHIND,
    SIDE,
    UnusablePicture,
    backdrop,
    redrawn,
)

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def picture(form: str = "PNG", size: tuple[int, int] = (400, 200), **options: object) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, "#0b5b73").save(file, form, **options)
    return file.getvalue()


def test_picture_behind_a_page_fits_into_its_budget_and_keeps_nothing_of_the_file() -> None:
    noise = Image.effect_noise((600, 450), 120).convert("RGB")
    file = io.BytesIO()
    noise.save(file, "JPEG", quality=60, comment=b"where it was taken")

    drawn = backdrop(file.getvalue())

    with Image.open(io.BytesIO(drawn)) as kept:
        assert kept.format == "JPEG"
        assert max(kept.size) <= max(BEHIND)
    assert len(drawn) <= MOST_KEPT_BEHIND
    assert b"where it was taken" not in drawn
    for hostile in (SVG, b"", bomb(60_000)):
        with pytest.raises(UnusablePicture):
            backdrop(hostile)


def bomb(side: int) -> bytes:
    """A PNG of a few bytes that says that it is huge."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + check

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_picture_becomes_a_small_png(form: str) -> None:
    drawn = Image.open(io.BytesIO(redrawn(picture(form))))

    assert (drawn.format, drawn.size) == ("PNG", (SIDE, SIDE // 2))


def test_nothing_of_the_file_is_left_but_the_picture() -> None:
    info = PngInfo()
    info.add_text("Author", "Li Lei")
    sent = picture(pnginfo=info) + b"<script>alert(1)</script>"

    drawn = redrawn(sent)

    assert b"Li Lei" not in drawn
    assert b"script" not in drawn


def test_transparency_stays() -> None:
    file = io.BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(file, "PNG")

    drawn = Image.open(io.BytesIO(redrawn(file.getvalue())))

    assert drawn.convert("RGBA").getpixel((5, 5)) == (0, 0, 0, 0)


@pytest.mark.parametrize(
    "sent",
    [
        SVG,
        b"GIF89a" + b"\0" * 100,
        picture()[:60],
        b"\x89PNG\r\n\x1a\n",
        b"\0" * 10,
        picture("TIFF"),
        bomb(5000),
        bomb(12_000),
        bomb(60_000),
        b"\0" * (MOST_BYTES + 1),
    ],
    ids=["svg", "gif", "cut", "empty png", "zeros", "tiff", "wide", "bomb", "huge bomb", "large"],
)
def test_everything_else_is_refused_with_a_sentence(sent: bytes) -> None:
    with pytest.raises(UnusablePicture) as refused:
        redrawn(sent)

    assert refused.value.message.endswith(".")
