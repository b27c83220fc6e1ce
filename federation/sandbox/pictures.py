"""The two kinds of picture that WeChat serves: mini-program codes and people's avatars."""

import hashlib

import segno

from . import jpeg
from .jpeg import Colour

_BLACK: Colour = (0, 0, 0)
_WHITE: Colour = (255, 255, 255)

_QUIET_ZONE = 4
_COMMENT = b"wechat-sandbox "


def mini_program_code(appid: str, scene: str, address: str, width: int) -> bytes:
    """A JPEG for ``scene``, about ``width`` pixels wide.

    The real picture is a round "sun" code that only WeChat can read. Ours is a QR code of the
    virtual phone's ``address``, so that a phone camera in the same network opens it too; the AppID
    and the scene stand in the file's comment, where the virtual phone's scanner finds them.
    """
    matrix = segno.make(address, error="m", micro=False).matrix
    margin = [_WHITE] * _QUIET_ZONE
    rows = [margin + [_BLACK if dark else _WHITE for dark in row] + margin for row in matrix]
    blank = [_WHITE] * len(rows[0])
    squares = [blank] * _QUIET_ZONE + rows + [blank] * _QUIET_ZONE
    scale = max(1, width // (8 * len(squares)))
    return jpeg.encode(squares, scale, _COMMENT + f"{appid} {scene}".encode())


def scanned(picture: bytes) -> tuple[str, str] | None:
    """The AppID and the scene of a picture made by ``mini_program_code``, else None."""
    comment = jpeg.comment_of(picture)
    if not comment.startswith(_COMMENT):
        return None
    appid, _, scene = comment.removeprefix(_COMMENT).decode("utf-8", "replace").partition(" ")
    return appid, scene


def avatar(seed: str) -> bytes:
    """A small symmetrical picture, another one for every seed."""
    digest = hashlib.sha256(seed.encode()).digest()
    ink: Colour = (60 + digest[0] % 120, 60 + digest[1] % 120, 60 + digest[2] % 120)
    paper: Colour = (238, 238, 238)
    rows = []
    for y in range(5):
        half = [ink if digest[3 + y * 3 + x] % 2 else paper for x in range(3)]
        rows.append([paper, *half, *half[1::-1], paper])
    blank = [paper] * 7
    return jpeg.encode([blank, *rows, blank], scale=2)
