"""Where a sign-in was asked for from, as far as we know without guessing.

An address says little of a city, and to a person it says nothing. What we do know is whether who
asks and the phone reach us by the same address, as a desktop and a phone at one desk mostly do
(Cross-Device Flows: Security BCP, 6.1.1, takes proximity as a defence). It is shown, not enforced:
a phone on mobile data has another address at the same desk.
"""

from ipaddress import IPv6Address, ip_address, ip_network

_SENTENCES = {
    True: {"en": "The same network as this phone", "zh": "与此手机在同一网络"},
    False: {"en": "Another network than this phone", "zh": "与此手机不在同一网络"},
}


def place(asked_from: str | None, phone: str | None, language: str) -> str | None:
    """Whether both reach us from one network; None where an address is not known.

    :param language: ``en`` or ``zh``.
    """
    if not asked_from or not phone:
        return None
    try:
        return _SENTENCES[_network(asked_from) == _network(phone)][language]
    except ValueError:
        return None


def _network(address: str) -> object:
    """A household has one IPv4 address, and an IPv6 network of 64 bits (RFC 6177)."""
    read = ip_address(address)
    if isinstance(read, IPv6Address):
        return read.ipv4_mapped or ip_network((read, 64), strict=False)
    return read
