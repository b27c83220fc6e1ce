"""Phone numbers as people write them, in the one form in which they are kept."""

import re

_CHINESE_MOBILE = re.compile(r"(?:\+?86)?(1[3-9]\d{9})")
_DIGITS = str.maketrans("", "", " -()\t")


def phone_number(text: str, region: str = "CN") -> str | None:
    """The number in E.164, or None when it is none."""
    stripped = text.translate(_DIGITS)
    chinese = _CHINESE_MOBILE.fullmatch(stripped)
    if chinese and (region == "CN" or stripped.startswith("+")):
        return f"+86{chinese[1]}"
    import phonenumbers  # which most deployments never ask: the plans of every country

    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
