"""A JPEG writer for pictures made of flat squares, such as QR codes.

When every 8 x 8 block has one colour, all that JPEG has to store of it is the block's average (the
DC coefficient), so a complete baseline encoder is short. ITU-T T.81, annexes B and F.
"""

from collections.abc import Iterable, Sequence

#: Red, green and blue, 0-255.
Colour = tuple[int, int, int]

#: Number of Huffman codes of each length 1..16, and the categories they stand for: the example
#: table of T.81 K.3.1 for the DC of luminance.
_DC_LENGTHS = (0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0)
_DC_CATEGORIES = tuple(range(12))
#: All AC coefficients are zero: the one code "0" says "end of block".
_AC_LENGTHS = (1,) + (0,) * 15
_AC_END_OF_BLOCK = "0"

_BLOCK = 8


def encode(squares: Sequence[Sequence[Colour]], scale: int = 1, comment: bytes = b"") -> bytes:
    """A JFIF file of the squares, each ``8 * scale`` pixels wide.

    :param comment: written into a comment segment (at most 65,533 bytes).
    """
    rows = [
        [colour for colour in row for _ in range(scale)] for row in squares for _ in range(scale)
    ]
    height, width = len(rows) * _BLOCK, len(rows[0]) * _BLOCK
    return b"".join(
        (
            b"\xff\xd8",
            _segment(0xE0, b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"),
            _segment(0xFE, comment) if comment else b"",
            _segment(0xDB, b"\x00" + bytes([8]) * 64),
            _segment(0xC0, _frame(height, width)),
            _segment(0xC4, b"\x00" + bytes(_DC_LENGTHS) + bytes(_DC_CATEGORIES)),
            _segment(0xC4, b"\x10" + bytes(_AC_LENGTHS) + b"\x00"),
            _segment(0xDA, b"\x03\x01\x00\x02\x00\x03\x00\x00\x3f\x00"),
            _scan(colour for row in rows for colour in row),
            b"\xff\xd9",
        )
    )


def comment_of(picture: bytes) -> bytes:
    """The comment segment of a JPEG, empty if it has none or is not a JPEG."""
    position = 2
    while picture[:2] == b"\xff\xd8" and picture[position : position + 1] == b"\xff":
        marker = picture[position + 1 : position + 2]
        length = int.from_bytes(picture[position + 2 : position + 4], "big")
        if marker == b"\xfe":
            return picture[position + 4 : position + 2 + length]
        if marker == b"\xda" or length < 2:
            break
        position += 2 + length
    return b""


def _segment(marker: int, content: bytes) -> bytes:
    return bytes((0xFF, marker)) + (len(content) + 2).to_bytes(2, "big") + content


def _frame(height: int, width: int) -> bytes:
    size = height.to_bytes(2, "big") + width.to_bytes(2, "big")
    components = b"".join(bytes((number, 0x11, 0)) for number in (1, 2, 3))
    return b"\x08" + size + b"\x03" + components


def _scan(colours: Iterable[Colour]) -> bytes:
    bits: list[str] = []
    before = (0, 0, 0)
    for colour in colours:
        levels = _levels(colour)
        for level, last in zip(levels, before, strict=True):
            bits.append(_difference(level - last) + _AC_END_OF_BLOCK)
        before = levels
    text = "".join(bits)
    text += "1" * (-len(text) % 8)
    packed = int(text, 2).to_bytes(len(text) // 8, "big")
    return packed.replace(b"\xff", b"\xff\x00")


def _levels(colour: Colour) -> tuple[int, int, int]:
    """Y, Cb and Cr around zero; with every quantiser 8 they are the DC coefficients themselves."""
    red, green, blue = colour
    luma = 0.299 * red + 0.587 * green + 0.114 * blue
    return round(luma - 128), round(0.564 * (blue - luma)), round(0.713 * (red - luma))


def _difference(value: int) -> str:
    category = abs(value).bit_length()
    code = _DC_CODES[category]
    if category == 0:
        return code
    bits = value if value > 0 else value + (1 << category) - 1
    return code + format(bits, f"0{category}b")


def _canonical_codes(lengths: Sequence[int], symbols: Sequence[int]) -> dict[int, str]:
    codes: dict[int, str] = {}
    code, position = 0, 0
    for length, count in enumerate(lengths, start=1):
        for symbol in symbols[position : position + count]:
            codes[symbol] = format(code, f"0{length}b")
            code += 1
        position += count
        code <<= 1
    return codes


_DC_CODES = _canonical_codes(_DC_LENGTHS, _DC_CATEGORIES)
