"""Names that can be read: a nickname may be made of signs that show nothing."""

import unicodedata

_BLANK = "\u115f\u1160\u2800\u3164\uffa0"
"""Letters of Hangul and a sign of Braille that are drawn as nothing."""
_UNSEEN = ("Cc", "Cf", "Mn", "Me", "Zl", "Zp", "Zs")
"""Unicode's general categories of what shows nothing by itself."""


def shows(name: str | None) -> bool:
    """Whether somebody who looks at the name sees anything."""
    return any(one not in _BLANK and unicodedata.category(one) not in _UNSEEN for one in name or "")
