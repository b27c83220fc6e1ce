"""Connections: the sign-in methods that people see as buttons."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from federation.credentials import Credential, Kind
from federation.errors import Misconfigured, Problem
from federation.source import Mode, Source
from federation.sources import Sources
from federation.translation import N_

PhoneRule = Literal["never", "optional", "required"]
Association = Literal["none", "phone", "email", "ask"]

PHONE_RULES: tuple[PhoneRule, ...] = get_args(PhoneRule)
ASSOCIATIONS: tuple[Association, ...] = get_args(Association)
LOCALES = ("en", "zh")
LAST = 999
"""The greatest position of a button."""

Credentials = Mapping[str, Credential]
"""The known credentials of one source, by their ids."""


@dataclass(frozen=True)
class Connection:
    """One sign-in method, with its credential resolved.

    :param credential: the default one of its kind where the connection names none; one that is
        not usable stands in where there is none.
    :param options: what was chosen of the mode's own options, all of them.
    :param id_token_alg: what signed the latest ID token; empty where none was seen, or none comes.
    """

    id: str
    mode: str
    display_name: Mapping[str, str]
    credential: Credential
    source: Source = field(repr=False)
    login_only: bool = False
    phone: PhoneRule = "never"
    association: Association = "none"
    options: Mapping[str, str] = field(default_factory=dict)
    enabled: bool = True
    position: int = 0
    uses_default: bool = False
    version: int = 1
    id_token_alg: str = ""

    @property
    def declared_mode(self) -> Mode:
        return self.source.mode(self.mode)

    @property
    def is_usable(self) -> bool:
        """Whether it can sign somebody in."""
        return self.enabled and self.credential.is_usable

    def usable_credential(self) -> Credential:
        """:raises Misconfigured: where there is none to use."""
        if not self.credential.is_usable:
            detail = f"connection {self.id} has no usable credential"
            raise Misconfigured(detail, credential_id=self.credential.id)
        return self.credential

    def label(self, locale: str) -> str:
        """The display name for a locale such as ``zh_CN``, else the English one, else any."""
        language = re.split("[-_]", locale)[0].lower()
        for candidate in (language, *LOCALES):
            if self.display_name.get(candidate):
                return self.display_name[candidate]
        return self.id


@dataclass(frozen=True)
class ConnectionFields:
    """What a form or a command gives.

    :param app_id: the credential's id; empty for the default one of the mode's kind.
    :param options: of the mode's own; what is left out is as it is by default.
    """

    id: str
    mode: str
    display_name: Mapping[str, str] = field(default_factory=dict)
    app_id: str = ""
    login_only: bool = False
    phone: str = "never"
    association: str = "none"
    options: Mapping[str, str] = field(default_factory=dict)
    enabled: bool = True
    position: int = 0

    @classmethod
    def of(cls, connection: Connection) -> "ConnectionFields":
        """What a form with the connection's values would send."""
        return cls(
            id=connection.id,
            mode=connection.mode,
            display_name=connection.display_name,
            app_id="" if connection.uses_default else connection.credential.id,
            login_only=connection.login_only,
            phone=connection.phone,
            association=connection.association,
            options=connection.options,
            enabled=connection.enabled,
            position=connection.position,
        )

    def problems(self, sources: Sources, credentials: Credentials) -> list[Problem]:
        """Everything that is wrong with these values, field by field.

        :param credentials: those of the mode's source.
        """
        source = sources.of_mode(self.mode)
        found = list(self._own_problems())
        if source is None:
            return [*found, Problem("mode", _LISTED)]
        mode = source.mode(self.mode)
        return [
            *found,
            *self._mode_problems(mode),
            *self._credential_problems(source, mode, credentials),
        ]

    def _own_problems(self) -> Iterator[Problem]:
        if not re.fullmatch(r"[a-z0-9-]{1,31}", self.id):
            yield Problem("id", N_("Use 1 to 31 lower-case letters, digits and hyphens."))
        if not any(self.display_name.get(locale, "").strip() for locale in LOCALES):
            yield Problem("display_name", N_("Enter a name for the sign-in button."))
        if any(len(name) > 40 for name in self.display_name.values()):
            yield Problem("display_name", N_("Use at most 40 characters."))
        if self.phone not in PHONE_RULES:
            yield Problem("phone", _LISTED)
        if self.association not in ASSOCIATIONS:
            yield Problem("association", _LISTED)
        if not 0 <= self.position <= LAST:
            yield Problem("position", N_("A position is a whole number from 0 to 999."))

    def _mode_problems(self, mode: Mode) -> Iterator[Problem]:
        if self.phone == "required" and not mode.asks_phone:
            yield Problem("phone", N_("This mode cannot ask for the phone number."))
        for option in mode.options:
            told = option.problem(self.options.get(option.name, option.default))
            if told:
                yield Problem(option.name, told)
        for name in self.options.keys() - {option.name for option in mode.options}:
            yield Problem(name, N_("This mode has no such option."))

    def _credential_problems(
        self, source: Source, mode: Mode, credentials: Credentials
    ) -> Iterator[Problem]:
        kind = source.credentials.kind(mode.kind)
        assert kind is not None  # a mode names a kind of its own source
        if not self.app_id:
            yield from self._default_problems(kind, credentials)
        elif self.app_id not in credentials:
            yield Problem("app_id", source.credentials.words.unknown)
        elif credentials[self.app_id].kind != kind.id:
            yield Problem("app_id", kind.wanted)

    def _default_problems(self, kind: Kind, credentials: Credentials) -> Iterator[Problem]:
        if not kind.default:
            yield Problem("app_id", kind.wanted)
        elif not any(one.is_default and one.kind == kind.id for one in credentials.values()):
            yield Problem("app_id", kind.no_default)


_LISTED = N_("Choose one of the listed values.")
