"""The text of a file that somebody brings, whatever program wrote it.

UTF-8 with or without its mark, UTF-16, and GB18030 (with GBK and GB 2312 in it) are told apart by
what is in the file. What cannot be read becomes U+FFFD, and its row is refused. A few such bytes
make no GB18030 of a file in UTF-8, though all of it may be readable so, and no UTF-8 of one in
GB18030: everybody in it would get a name that is none.
"""

import codecs
import io
from typing import IO, Literal, get_args

Encoding = Literal["auto", "utf-8", "gb18030", "utf-16"]
ENCODINGS: tuple[Encoding, ...] = get_args(Encoding)
UNREADABLE = "\ufffd"
CHUNK = 1 << 20
LIKELY = {"utf-8-sig": 4, "gb18030": 50}
"""Whole characters for each broken place, above which a file is taken for one in that encoding;
most bytes are GB18030 of something."""
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How files of spreadsheet programs begin that are no text: .xlsx, .ods and .xls."""


class Workbook(ValueError):
    """A spreadsheet's own file, in which no text can be read."""


def text_of(content: IO[bytes], encoding: Encoding = "auto") -> io.TextIOWrapper:
    """The content as text, with the line ends that it has.

    :param content: a file that can be read twice.
    :raises Workbook: it is none of text, but what a spreadsheet keeps for itself.
    """
    content.seek(0)
    if content.read(4) in WORKBOOKS:
        raise Workbook
    chosen = detect(content) if encoding == "auto" else _with_mark(encoding)
    content.seek(0)
    return io.TextIOWrapper(content, encoding=chosen, errors="replace", newline="")


def detect(content: IO[bytes]) -> str:
    """Python's name of the encoding; UTF-8 where nothing fits."""
    content.seek(0)
    head = content.read(4096)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) > len(head) // 8 > 0:
        return "utf-16-be" if even > odd else "utf-16-le"
    if _fits(content, "utf-8-sig") or _is_nearly(content, "utf-8-sig"):
        return "utf-8-sig"
    fits = _fits(content, "gb18030") or _is_nearly(content, "gb18030")
    return "gb18030" if fits else "utf-8-sig"


def _with_mark(encoding: Encoding) -> str:
    return {"utf-8": "utf-8-sig"}.get(encoding, encoding)


def _fits(content: IO[bytes], encoding: str) -> bool:
    """Whether all of it is text so; half a character at the end is half a file."""
    content.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while chunk := content.read(CHUNK):
            decoder.decode(chunk)
    except UnicodeDecodeError:
        return False
    return True


def _is_nearly(content: IO[bytes], encoding: str) -> bool:
    """Whether what is no ASCII is text so but for some broken places.

    Of Chinese in GB18030 little is UTF-8 by chance: over all ideographs in a row twice as many
    places are broken as whole.
    """
    content.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    whole = broken = 0
    while chunk := content.read(CHUNK):
        text = decoder.decode(chunk)
        bad = text.count(UNREADABLE)
        broken += bad
        whole += len(text) - len(text.encode("ascii", "ignore")) - bad
    return whole > LIKELY[encoding] * broken
