"""Where a sign-in was asked for from, as a person would say it, and as far as we know.

The city of the address where a database of cities knows it. Without one, what we do know is whether
who asks and the phone reach us by the same address, as a desktop and a phone at one desk mostly do
(RFC 10027, 6.1.1, takes proximity as a defence). It is shown, not enforced: a phone on mobile data
has another address at the same desk.
"""

import logging
from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Any, Literal

from flask import current_app

log = logging.getLogger(__name__)
_NAMES = {"en": "en", "zh-Hans": "zh-CN", "zh-Hant": "zh-CN"}
"""Databases of cities have one Chinese."""
Reader = Literal["phone", "browser"]
_NAT64 = IPv6Network("64:ff9b::/96")
_SENTENCES: Mapping[tuple[Reader, bool], Mapping[str, str]] = {
    ("phone", True): {
        "en": "The same network as this phone",
        "zh-Hans": "与此手机在同一网络",
        "zh-Hant": "與此手機在同一網路",
    },
    ("phone", False): {
        "en": "Another network than this phone",
        "zh-Hans": "与此手机不在同一网络",
        "zh-Hant": "與此手機不在同一網路",
    },
    ("browser", True): {
        "en": "The same network as this browser",
        "zh-Hans": "与此浏览器在同一网络",
        "zh-Hant": "與此瀏覽器在同一網路",
    },
    ("browser", False): {
        "en": "Another network than this browser",
        "zh-Hans": "与此浏览器不在同一网络",
        "zh-Hant": "與此瀏覽器不在同一網路",
    },
}


class Cities:
    """A database of cities by address, in MaxMind's format; none answers nothing.

    It is read where it lies, by every thread: put a newer file in its place by renaming, and start
    anew to use it.
    """

    def __init__(self, database: Path | None = None) -> None:
        self._reader: Any = None
        if database:
            import maxminddb  # for who has such a database

            self._reader = maxminddb.open_database(database)

    def name(self, address: str | None, language: str) -> str | None:
        """City and country, or the country alone; None where the database knows neither.

        :param language: ``en``, ``zh-Hans`` or ``zh-Hant``.
        """
        found = self._record(address) if self._reader and address else None
        if not isinstance(found, Mapping):
            return None
        city, country = (_name(found.get(part), language) for part in ("city", "country"))
        if language.startswith("zh"):
            return f"{country or ''}{city or ''}" or None
        return ", ".join(name for name in (city, country) if name) or None

    def _record(self, address: str) -> Any:
        import maxminddb

        try:
            return self._reader.get(plain_address(address))
        except (ValueError, maxminddb.InvalidDatabaseError) as error:
            # No address, one of the family that it does not have, or a file that was cut short.
            log.info("no place for an address: %s", type(error).__name__)
            return None


def _name(part: Any, language: str) -> str | None:
    """The name in the language, or in English; databases of others write the name alone."""
    if isinstance(part, str):
        return part
    names = part.get("names") if isinstance(part, Mapping) else None
    if not isinstance(names, Mapping):
        return None
    found = names.get(_NAMES[language]) or names.get("en")
    return found if isinstance(found, str) else None


def told_place(
    address: str | None, here: str | None, language: str, reader: Reader = "phone"
) -> str | None:
    """The city of an address where a database knows it, or whether it is in the reader's network.

    :param here: the address of who reads it; ``language`` and ``reader``: as in `place`.
    """
    cities: Cities = current_app.extensions["cities"]
    return cities.name(address, language) or place(address, here, language, reader)


def place(
    asked_from: str | None, here: str | None, language: str, reader: Reader = "phone"
) -> str | None:
    """Whether both reach us from one network; None where an address is not known.

    :param here: the address of who reads it.
    :param language: ``en``, ``zh-Hans`` or ``zh-Hant``.
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
