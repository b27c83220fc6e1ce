"""The phone number behind a phone code (``POST /wxa/business/getuserphonenumber``)."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from federation.credentials import Credential
from federation.errors import CodeRejected, Unavailable
from federation.identity import VerifiedPhone
from federation.upstreams import PhoneKind
from federation.wechat.client import WeChatClient
from federation.wechat.refusals import check

_PATH = "/wxa/business/getuserphonenumber"
PROVENANCES: Mapping[PhoneKind, str] = {
    "quick": "wechat-quick",
    "realtime": "wechat-realtime",
}


def phone_number(
    client: WeChatClient, app: Credential, code: str, kind: PhoneKind, openid: str
) -> VerifiedPhone:
    """The number that WeChat vouches for. The code is spent once.

    WeChat is given the OpenID too, so that one person's code cannot give another their number.
    """
    answer = client.tokens.call(
        app,
        lambda token: client.transport.post(
            _PATH, {"access_token": token}, {"code": code, "openid": openid}, app_id=app.id
        ),
    )
    found = check(answer, app.id).document.get("phone_info")
    if not isinstance(found, Mapping):
        raise Unavailable("getuserphonenumber: no phone_info")
    watermark = found.get("watermark")
    if not isinstance(watermark, Mapping) or watermark.get("appid") != app.id:
        raise CodeRejected("the phone number's watermark is another app's")
    return VerifiedPhone(_e164(found), PROVENANCES[kind], client.clock())


def _e164(found: Mapping[str, Any]) -> str:
    """``+86…`` from ``countryCode`` (text or number) and ``purePhoneNumber``."""
    import phonenumbers  # only now: the plans of every country, which most processes never ask

    written = f"+{found.get('countryCode')}{found.get('purePhoneNumber')}"
    number = None
    with suppress(phonenumbers.NumberParseException):
        number = phonenumbers.parse(written)
    if number is None or not phonenumbers.is_possible_number(number):
        raise Unavailable("getuserphonenumber: not a phone number")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
