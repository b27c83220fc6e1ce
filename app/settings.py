"""Settings: read once from ``QIAO_*`` environment variables, every problem told at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import maxminddb
from sqlalchemy.engine import URL

from app.database import database_url
from app.setting_words import one_of
from federation.wechat.settings import WeChatSettings
from oidc.crypto.keyring import MINIMUM_SECRET_CHARACTERS
from oidc.protocol.resource_indicators import is_resource

LEAST_AHEAD = 300
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class InvalidSettings(ValueError):
    """:param problems: one sentence each, naming the variable and the mend."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def _text(value: str) -> str:
    return value


def _switch(value: str) -> bool:
    wanted = {"1": True, "true": True, "on": True, "yes": True}
    wanted |= {"0": False, "false": False, "off": False, "no": False}
    if value.lower() not in wanted:
        raise ValueError("write 1 or 0")
    return wanted[value.lower()]


def _number(value: str) -> int:
    if not value.isascii() or not value.isdigit():
        raise ValueError("write a whole number")
    return int(value)


def _seconds(value: str) -> int:
    seconds = _number(value)
    if not 1 <= seconds <= 400 * 86400:
        raise ValueError("write a number of seconds from 1 to 34560000 (400 days)")
    return seconds


def _ahead(value: str) -> int:
    seconds = _seconds(value)
    if seconds < LEAST_AHEAD:
        raise ValueError(f"write {LEAST_AHEAD} seconds or more: the key set is cached as long")
    return seconds


def _networks(value: str) -> tuple[str, ...]:
    return tuple(str(ip_network(part.strip())) for part in value.split(",") if part.strip())


def _cities(value: str) -> Path:
    try:
        maxminddb.open_database(value).close()
    except (OSError, maxminddb.InvalidDatabaseError) as error:
        raise ValueError("name a readable file in MaxMind's format (.mmdb)") from error
    return Path(value)


def _resources(value: str) -> tuple[str, ...]:
    known = tuple(part.strip() for part in value.split(",") if part.strip())
    if not all(is_resource(each) for each in known):
        raise ValueError("write absolute URIs without a fragment, such as https://api.example.com/")
    return known


def _pkce(value: str) -> str:
    rules = {"1": "always", "0": "never", "unless-nonce": "unless-nonce"}
    if value not in rules:
        raise ValueError("write 1, 0 or unless-nonce")
    return rules[value]


def _secrets(value: str) -> tuple[str, ...]:
    secrets = tuple(part.strip() for part in value.split(",") if part.strip())
    if not secrets or any(len(secret) < MINIMUM_SECRET_CHARACTERS for secret in secrets):
        raise ValueError(
            f"each secret needs {MINIMUM_SECRET_CHARACTERS} characters or more; make one with "
            "python -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )
    return secrets


def _issuer(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise ValueError("use https (http is for 127.0.0.1 and localhost only)")
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise ValueError("write an address such as https://login.example.com")
    if parts.path or parts.query or parts.fragment or parts.username:
        raise ValueError("write the address alone, without a path, a query or a slash at the end")
    return value


def _salt(value: str) -> str:
    if len(value) < MINIMUM_SECRET_CHARACTERS:
        raise ValueError(f"use {MINIMUM_SECRET_CHARACTERS} characters or more")
    return value


def _level(value: str) -> str:
    if value.upper() not in ("DEBUG", "INFO", "WARNING", "ERROR"):
        raise ValueError("write DEBUG, INFO, WARNING or ERROR")
    return value.upper()


def _setting(read: Callable[[str], Any], about: str, **default: Any) -> Any:
    return field(metadata={"read": read, "about": about}, **default)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The whole configuration. Each field is read from ``QIAO_`` + its name in capitals."""

    issuer: str = _setting(_issuer, "Public address of this server; the issuer of its tokens")
    secret_keys: tuple[str, ...] = _setting(
        _secrets, "Secrets, comma-separated, newest first; all else is derived", repr=False
    )
    database_url: URL = _setting(  # noqa: RUF009 - a URL is immutable
        database_url,
        "SQLite, PostgreSQL or MySQL/MariaDB",
        default=database_url("sqlite:///qiao.sqlite3"),
    )
    database_pool_size: int = _setting(_number, "Connections kept open by a process", default=20)
    redis_url: str | None = _setting(
        _text, "Shares rate limits and DPoP proofs between nodes", default=None, repr=False
    )
    trusted_proxies: int = _setting(
        _number, "How many proxies in front set X-Forwarded-For, -Proto and -Host", default=0
    )
    trusted_proxy_networks: tuple[str, ...] = _setting(
        _networks, "Networks of the proxies in front; no other is believed", default=()
    )
    geoip_database: Path | None = _setting(  # noqa: RUF009 - a path is immutable
        _cities, "A file of cities by address (.mmdb), for the page on the phone", default=None
    )
    hsts_subdomains: bool = _setting(
        _switch,
        "1 tells browsers that every host below this one has TLS too (HSTS includeSubDomains)",
        default=False,
    )
    wechat_api_base: str = _setting(
        _text, "WeChat's server API", default="https://api.weixin.qq.com"
    )
    wechat_open_base: str = _setting(
        _text, "WeChat's authorization pages", default="https://open.weixin.qq.com"
    )
    wechat_sandbox: bool = _setting(
        _switch, "1 lets the two addresses above be a local sandbox", default=False
    )
    local_login: bool = _setting(
        _switch, "1 lets local accounts sign in with a password", default=False
    )
    registration: str = _setting(
        one_of("off", "token", "open"),
        "Dynamic client registration: off, token or open",
        default="off",
    )
    registration_token: str | None = _setting(
        _salt, "Initial access token for registration", default=None, repr=False
    )
    client_id_documents: bool = _setting(
        _switch,
        "1 takes a client_id that is an https URL, and the application's metadata from there",
        default=False,
    )
    registration_requires_pkce: str = _setting(
        _pkce,
        "Of confidential clients that register themselves: 1, 0, or unless-nonce (PKCE or a nonce)",
        default="unless-nonce",
    )
    assertion_audience: str = _setting(
        one_of("issuer", "any-endpoint"),
        "Whom clients that register themselves address assertions to: issuer, or any-endpoint",
        default="issuer",
    )
    dpop_nonce_required: bool = _setting(
        _switch, "1 makes every DPoP proof carry a nonce of ours", default=False
    )
    outbound_networks: tuple[str, ...] = _setting(
        _networks,
        "Networks within which applications may be fetched from too, such as 10.1.0.0/16",
        default=(),
    )
    resources: tuple[str, ...] = _setting(
        _resources,
        "APIs that tokens may be asked for (RFC 8707), comma-separated, each exactly as asked",
        default=(),
    )
    pairwise_salt: str | None = _setting(
        _salt, "Secret of pairwise subjects; must never change", default=None, repr=False
    )
    code_lifetime: int = _setting(_seconds, "Authorization codes, seconds", default=60)
    access_token_lifetime: int = _setting(_seconds, "Access tokens, seconds", default=3600)
    id_token_lifetime: int = _setting(_seconds, "ID tokens, seconds", default=3600)
    refresh_token_lifetime: int = _setting(
        _seconds, "Refresh tokens since their last use, seconds", default=30 * 86400
    )
    refresh_token_absolute_lifetime: int = _setting(
        _seconds, "Refresh tokens since the sign-in, used or not, seconds", default=365 * 86400
    )
    refresh_grace: int = _setting(
        _number, "Seconds in which a lost refresh answer may be asked for again", default=10
    )
    key_rotation_age: int = _setting(
        _seconds, "Signing keys before they are replaced, seconds", default=90 * 86400
    )
    key_publish_ahead: int = _setting(
        _ahead, "Seconds for which a new signing key is published before it signs", default=86400
    )
    session_idle_lifetime: int = _setting(
        _seconds, "Browser sessions without use, seconds", default=7 * 86400
    )
    session_lifetime: int = _setting(
        _seconds, "Browser sessions since sign-in, seconds", default=30 * 86400
    )
    log_level: str = _setting(_level, "DEBUG, INFO, WARNING or ERROR", default="INFO")

    @property
    def of_sources(self) -> Mapping[str, Any]:
        """What is set for a source, by its id.

        :raises ValueError: an address is not the source's own.
        """
        wechat = WeChatSettings(
            api_base=self.wechat_api_base,
            open_base=self.wechat_open_base,
            sandbox=self.wechat_sandbox,
        )
        return {"wechat": wechat}

    @property
    def secure(self) -> bool:
        """Whether browsers reach us over TLS."""
        return self.issuer.startswith("https://")


def variable(name: str) -> str:
    """The environment variable of a field."""
    return f"QIAO_{name.upper()}"


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The settings in an environment.

    :raises InvalidSettings: with every problem, not only the first.
    """
    values: dict[str, Any] = {}
    problems: list[str] = []
    for known in fields(Settings):
        text = environment.get(variable(known.name), "").strip()
        if not text:
            if known.default is known.default_factory:  # both MISSING: nothing to fall back to
                problems.append(f"{variable(known.name)} is missing: {known.metadata['about']}.")
            continue
        try:
            values[known.name] = known.metadata["read"](text)
        except ValueError as error:
            problems.append(f"{variable(known.name)} cannot be used: {error}.")
    problems += _unknown(environment) + _together(values)
    if problems:
        raise InvalidSettings(problems)
    return Settings(**values)


def _unknown(environment: Mapping[str, str]) -> list[str]:
    known = {variable(each.name) for each in fields(Settings)}
    return [
        f"{name} is not a setting; see docs/configuration.md."
        for name in sorted(environment)
        if name.startswith("QIAO_") and name not in known
    ]


def _together(values: Mapping[str, Any]) -> list[str]:
    if values.get("registration") == "token" and not values.get("registration_token"):
        return ["QIAO_REGISTRATION_TOKEN is missing: QIAO_REGISTRATION=token needs it."]
    return []
