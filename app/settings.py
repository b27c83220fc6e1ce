"""Settings: what there is to set, by which word, and how the text of each is read."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.engine import URL

from app.database import database_url
from app.setting_mail import MailServer, mail_server, mailbox, mailboxes
from app.setting_numbers import ahead, days, number, port, seconds
from app.setting_words import one_of, switch
from app.zones import zone_name
from federation.wechat.settings import WeChatSettings
from oidc.crypto.keyring import MINIMUM_SECRET_CHARACTERS
from oidc.protocol.resource_indicators import is_resource
from oidc.protocol.signing_algorithms import ALGORITHMS, MANDATORY

_CONTACT = re.compile(r"(?:mailto:[^\s@]+@[^\s@]+|https://\S+|tel:\+[0-9-]+)", re.ASCII)
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def _networks(value: str) -> tuple[str, ...]:
    return tuple(str(ip_network(part.strip())) for part in value.split(",") if part.strip())


def _cities(value: str) -> Path:
    import maxminddb  # for who has such a database

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


def _names(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",") if part.strip())


def _contacts(value: str) -> tuple[str, ...]:
    contacts = _names(value)
    if not all(_CONTACT.fullmatch(each) for each in contacts):
        raise ValueError("write addresses such as mailto:security@example.com or https://…")
    return contacts


def _algorithms(value: str) -> tuple[str, ...]:
    wanted = {part.strip() for part in value.split(",")} - {""}
    if not wanted <= set(ALGORITHMS) or MANDATORY not in wanted:
        known = ", ".join(ALGORITHMS)
        raise ValueError(f"write some of {known}; OpenID Connect Discovery 3 wants {MANDATORY}")
    return tuple(alg for alg in ALGORITHMS if alg in wanted)


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
    if (level := value.upper()) not in ("DEBUG", "INFO", "WARNING", "ERROR"):
        raise ValueError("write DEBUG, INFO, WARNING or ERROR")
    return level


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
    database_pool_size: int = _setting(number, "Connections kept open by a process", default=20)
    redis_url: str | None = _setting(
        str, "Shares rate limits and DPoP proofs between nodes", default=None, repr=False
    )
    trusted_proxies: int = _setting(
        number, "How many proxies in front set X-Forwarded-For, -Proto and -Host", default=0
    )
    trusted_proxy_networks: tuple[str, ...] = _setting(
        _networks, "Networks of the proxies in front; no other is believed", default=()
    )
    geoip_database: Path | None = _setting(  # noqa: RUF009 - a path is immutable
        _cities, "A file of cities by address (.mmdb), for the page on the phone", default=None
    )
    hsts_subdomains: bool = _setting(
        switch,
        "1 tells browsers that every host below this one has TLS too (HSTS includeSubDomains)",
        default=False,
    )
    wechat_api_base: str = _setting(str, "WeChat's server API", default="https://api.weixin.qq.com")
    wechat_open_base: str = _setting(
        str, "WeChat's authorization pages", default="https://open.weixin.qq.com"
    )
    wechat_sandbox: bool = _setting(
        switch, "1 lets the two addresses above be a local sandbox", default=False
    )
    local_login: bool = _setting(
        switch, "1 lets local accounts sign in with a password", default=False
    )
    passkeys: bool = _setting(
        switch, "0 takes away that people may sign in with a passkey of their own", default=True
    )
    admin_mfa: str = _setting(
        one_of("optional", "required"),
        "required has administrators set up a second factor before anything else; or optional",
        default="optional",
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
        switch,
        "1 takes a client_id that is an https URL, and the application's metadata from there",
        default=False,
    )
    self_registered_connections: tuple[str, ...] = _setting(
        _names,
        "Connections that applications which register themselves may use, comma-separated IDs",
        default=(),
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
        switch, "1 makes every DPoP proof carry a nonce of ours", default=False
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
    signing_algorithms: tuple[str, ...] = _setting(
        _algorithms, "What answers may be signed with; RS256 is a must", default=ALGORITHMS
    )
    pairwise_salt: str | None = _setting(
        _salt, "Secret of pairwise subjects; must never change", default=None, repr=False
    )
    code_lifetime: int = _setting(seconds, "Authorization codes, seconds", default=60)
    access_token_lifetime: int = _setting(seconds, "Access tokens, seconds", default=3600)
    id_token_lifetime: int = _setting(seconds, "ID tokens, seconds", default=3600)
    refresh_token_lifetime: int = _setting(
        seconds, "Refresh tokens since their last use, seconds", default=30 * 86400
    )
    refresh_token_absolute_lifetime: int = _setting(
        seconds, "Refresh tokens since the sign-in, used or not, seconds", default=365 * 86400
    )
    refresh_grace: int = _setting(
        number, "Seconds in which a lost refresh answer may be asked for again", default=10
    )
    key_rotation_age: int = _setting(
        seconds, "Signing keys before they are replaced, seconds", default=90 * 86400
    )
    key_publish_ahead: int = _setting(
        ahead, "Seconds for which a new signing key is published before it signs", default=86400
    )
    session_idle_lifetime: int = _setting(
        seconds, "Browser sessions without use, seconds", default=7 * 86400
    )
    session_lifetime: int = _setting(
        seconds, "Browser sessions since sign-in, seconds", default=30 * 86400
    )
    security_contact: tuple[str, ...] = _setting(
        _contacts, "Whom to tell of weaknesses, in security.txt: mailto: or https:", default=()
    )
    smtp_url: MailServer | None = _setting(  # noqa: RUF009 - a MailServer is immutable
        mail_server,
        "Mail server for what administrators are told: smtp://user:password@host:587 or smtps://…",
        default=None,
        repr=False,
    )
    mail_from: str | None = _setting(mailbox, "Sender of mail", default=None)
    mail_to: tuple[str, ...] = _setting(
        mailboxes,
        "Whom to write to, comma-separated; else administrators whose user name is an address",
        default=(),
    )
    log_retention_days: int = _setting(
        days, "Days for which the log keeps addresses and devices; prune forgets them", default=90
    )
    time_zone: str | None = _setting(
        zone_name,
        "Zone of days and of times in files, such as Asia/Shanghai; pages go by the viewer's own",
        default=None,
    )
    log_level: str = _setting(_level, "DEBUG, INFO, WARNING or ERROR", default="INFO")
    log_format: str = _setting(
        one_of("text", "json"),
        "text, or json: one object for each line of the log, for programs that collect them",
        default="text",
    )
    metrics_port: int | None = _setting(
        port, "Port for Prometheus (/metrics) and for probes that may know more", default=None
    )
    metrics_host: str = _setting(
        str, "Address at which QIAO_METRICS_PORT is listened at", default="127.0.0.1"
    )
    traces: bool = _setting(
        switch, "1 sends traces by OpenTelemetry, to where its OTEL_ variables say", default=False
    )

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
    def has_host_name(self) -> bool:
        """Whether browsers can keep passkeys for us: never for an address that is a number."""
        host = urlsplit(self.issuer).hostname or ""
        return ":" not in host and not host.rpartition(".")[2].isdigit()

    @property
    def secure(self) -> bool:
        """Whether browsers reach us over TLS."""
        return self.issuer.startswith("https://")
