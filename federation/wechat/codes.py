"""The shape of one-time codes, checked before WeChat is troubled with them."""

import re

from federation.errors import CodeRejected

_CODE = re.compile(r"[A-Za-z0-9._~-]{1,512}")


def check_code(code: str) -> None:
    """Refuses what cannot be a code: empty, longer than 512, or not URL-safe (``CodeRejected``).

    WeChat's developer tools hand out ``the code is a mock one`` without an AppID; it ends here.
    """
    if not _CODE.fullmatch(code):
        raise CodeRejected("the code is empty, too long, or has characters that no code has")
