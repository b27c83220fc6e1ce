"""Where a sign-in was asked for from, as far as we know without guessing.

An address says little of a city, and to a person it says nothing. What we do know is whether who
asks and the phone reach us by the same address, as a desktop and a phone at one desk mostly do
(RFC 10027, 6.1.1, takes proximity as a defence). It is shown, not enforced: a phone on mobile data
has another address at the same desk.
"""

from collections.abc import Mapping
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Literal

Reader = Literal["phone", "browser"]
_SENTENCES: Mapping[tuple[Reader, bool], Mapping[str, str]] = {
    ("phone", True): {"en": "The same network as this phone", "zh": "与此手机在同一网络"},
    ("phone", False): {"en": "Another network than this phone", "zh": "与此手机不在同一网络"},
    ("browser", True): {"en": "The same network as this browser", "zh": "与此浏览器在同一网络"},
    ("browser", False): {
        "en": "Another network than this browser",
        "zh": "与此浏览器不在同一网络",
    },
}


def place(
    asked_from: str | None, here: str | None, language: str, reader: Reader = "phone"
) -> str | None:
    """Whether both reach us from one network; None where an address is not known.

    :param here: the address of who reads it.
    :param language: ``en`` or ``zh``.
    :param reader: on what they read it.
    """
    if not asked_from or not here:
        return None
    try:
        return _SENTENCES[reader, _network(asked_from) == _network(here)][language]
    except ValueError:
        return None


def _network(address: str) -> object:
    """A household has one IPv4 address, and an IPv6 network of 64 bits (RFC 6177)."""
    read = ip_address(address)
    if isinstance(read, IPv6Address):
        return read.ipv4_mapped or ip_network((read, 64), strict=False)
    return read
