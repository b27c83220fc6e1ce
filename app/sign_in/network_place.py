"""Where a sign-in was asked for from, as far as we know without guessing.

An address says little of a city, and to a person it says nothing. What we do know is whether who
asks and the phone reach us by the same address, as a desktop and a phone at one desk mostly do
(RFC 10027, 6.1.1, takes proximity as a defence). It is shown, not enforced: a phone on mobile data
has another address at the same desk.
"""

from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Literal

Reader = Literal["phone", "browser"]
_NAT64 = IPv6Network("64:ff9b::/96")
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


def networks_differ(one: str | None, other: str | None) -> bool:
    """Whether two addresses of one family cannot be the same phone's: another /24 or /64.

    A phone mixes IPv4 and IPv6, and a carrier changes addresses within a network: neither says
    that it is another phone, nor does an address that is not known.
    """
    try:
        first, second = plain_address(one or ""), plain_address(other or "")
    except ValueError:
        return False
    if first.version != second.version:
        return False
    bits = 24 if first.version == 4 else 64
    return ip_network((first, bits), strict=False) != ip_network((second, bits), strict=False)


def _network(address: str) -> object:
    """A household has one IPv4 address, and an IPv6 network of 64 bits (RFC 6177)."""
    read = plain_address(address)
    return ip_network((read, 64), strict=False) if read.version == 6 else read


def plain_address(address: str) -> IPv4Address | IPv6Address:
    """The address, or the IPv4 address in it (RFC 4291 2.5.5.2, RFC 6052 2.1).

    :raises ValueError: it is no address.
    """
    read = ip_address(address)
    if isinstance(read, IPv6Address):
        embedded = IPv4Address(int(read) & 0xFFFFFFFF) if read in _NAT64 else None
        return read.ipv4_mapped or embedded or read
    return read
