"""Connections: the sign-in methods that people see as buttons."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from federation.errors import Problem
from federation.translation import N_
from federation.wechat_apps import Kind, WeChatApp

Mode = Literal["wechat-miniprogram", "wechat-mobile", "wechat-website", "wechat-official"]
PhoneRule = Literal["never", "optional", "required"]
Association = Literal["none", "phone", "ask"]
EnvVersion = Literal["release", "trial", "develop"]

KIND_OF_MODE: Mapping[str, Kind] = {
    "wechat-miniprogram": "miniprogram",
    "wechat-mobile": "mobile",
    "wechat-website": "website",
    "wechat-official": "official",
}
MODES: tuple[Mode, ...] = get_args(Mode)
PHONE_RULES: tuple[PhoneRule, ...] = get_args(PhoneRule)
ASSOCIATIONS: tuple[Association, ...] = get_args(Association)
ENV_VERSIONS: tuple[EnvVersion, ...] = get_args(EnvVersion)
LOCALES = ("en", "zh")
LAST = 999
"""The greatest position of a button."""


@dataclass(frozen=True)
class Connection:
    """One sign-in method, with its credential resolved.

    ``app`` is the deployment's default mini program where the connection names none; an app
    that is not :attr:`~federation.wechat_apps.WeChatApp.is_usable` stands in where there is none.
    """

    id: str
    mode: Mode
    display_name: Mapping[str, str]
    app: WeChatApp
    login_only: bool = False
    phone: PhoneRule = "never"
    association: Association = "none"
    env_version: EnvVersion = "release"
    enabled: bool = True
    position: int = 0
    uses_default_app: bool = False
    version: int = 1

    def label(self, locale: str) -> str:
        """The display name for a locale such as ``zh_CN``, else the English one, else any."""
        language = re.split("[-_]", locale)[0].lower()
        for candidate in (language, *LOCALES):
            if self.display_name.get(candidate):
                return self.display_name[candidate]
        return self.id


@dataclass(frozen=True)
class ConnectionFields:
    """What a form or a command gives; an empty ``app_id`` means the default mini program."""

    id: str
    mode: str
    display_name: Mapping[str, str] = field(default_factory=dict)
    app_id: str = ""
    login_only: bool = False
    phone: str = "never"
    association: str = "none"
    env_version: str = "release"
    enabled: bool = True
    position: int = 0

    @classmethod
    def of(cls, connection: Connection) -> "ConnectionFields":
        """What a form with the connection's values would send."""
        return cls(
            id=connection.id,
            mode=connection.mode,
            display_name=connection.display_name,
            app_id="" if connection.uses_default_app else connection.app.app_id,
            login_only=connection.login_only,
            phone=connection.phone,
            association=connection.association,
            env_version=connection.env_version,
            enabled=connection.enabled,
            position=connection.position,
        )

    def problems(self, apps: Mapping[str, WeChatApp]) -> list[Problem]:
        """Everything that is wrong with these values, field by field, given the known apps."""
        return [*self._own_problems(), *self._app_problems(apps)]

    def _own_problems(self) -> Iterator[Problem]:
        if not re.fullmatch(r"[a-z0-9-]{1,31}", self.id):
            yield Problem("id", N_("Use 1 to 31 lower-case letters, digits and hyphens."))
        if not any(self.display_name.get(locale, "").strip() for locale in LOCALES):
            yield Problem("display_name", N_("Enter a name for the sign-in button."))
        if any(len(name) > 40 for name in self.display_name.values()):
            yield Problem("display_name", N_("Use at most 40 characters."))
        for name, allowed in _CHOICES.items():
            if getattr(self, name) not in allowed:
                yield Problem(name, N_("Choose one of the listed values."))
        if not 0 <= self.position <= LAST:
            yield Problem("position", N_("A position is a whole number from 0 to 999."))
        if self.phone == "required" and self.mode in set(MODES) - {"wechat-miniprogram"}:
            yield Problem("phone", N_("Only a mini program can ask for the phone number."))

    def _app_problems(self, apps: Mapping[str, WeChatApp]) -> Iterator[Problem]:
        kind = KIND_OF_MODE.get(self.mode)
        if kind is None:
            return
        if not self.app_id:
            yield from self._default_problems(kind, apps)
        elif self.app_id not in apps:
            yield Problem("app_id", N_("This WeChat app is not configured."))
        elif apps[self.app_id].kind != kind:
            yield Problem("app_id", _WRONG_KIND[kind])

    def _default_problems(self, kind: Kind, apps: Mapping[str, WeChatApp]) -> Iterator[Problem]:
        if kind != "miniprogram":
            yield Problem("app_id", _WRONG_KIND[kind])
        elif not any(app.is_default for app in apps.values()):
            yield Problem("app_id", N_("Choose a mini program; there is no default one yet."))


_CHOICES: Mapping[str, tuple[str, ...]] = {
    "mode": MODES,
    "phone": PHONE_RULES,
    "association": ASSOCIATIONS,
    "env_version": ENV_VERSIONS,
}
_WRONG_KIND: Mapping[Kind, str] = {
    "miniprogram": N_("This mode needs the AppID of a mini program."),
    "mobile": N_("This mode needs the AppID of a mobile app (Open Platform)."),
    "website": N_("This mode needs the AppID of a website app (Open Platform)."),
    "official": N_("This mode needs the AppID of an official account."),
}
