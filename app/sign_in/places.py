"""Where an address is, as a person would say it: the city, or at least whose network it is in."""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import maxminddb
from flask import current_app

from app.sign_in.network_place import Reader, place, plain_address

log = logging.getLogger(__name__)
_NAMES = {"en": "en", "zh": "zh-CN"}


class Cities:
    """A database of cities by address, in MaxMind's format; none answers nothing.

    It is read where it lies, by every thread: put a newer file in its place by renaming, and start
    anew to use it.
    """

    def __init__(self, database: Path | None = None) -> None:
        self._reader = maxminddb.open_database(database) if database else None

    def name(self, address: str | None, language: str) -> str | None:
        """City and country, or the country alone; None where the database knows neither.

        :param language: ``en`` or ``zh``.
        """
        found = self._record(address) if self._reader and address else None
        if not isinstance(found, Mapping):
            return None
        city, country = (_name(found.get(part), language) for part in ("city", "country"))
        if language == "zh":
            return f"{country or ''}{city or ''}" or None
        return ", ".join(name for name in (city, country) if name) or None

    def _record(self, address: str) -> Any:
        assert self._reader is not None
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
