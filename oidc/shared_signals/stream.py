"""One stream: its configuration as the receiver sees it (SSF 8.1.1), and what it may say of it."""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from ipaddress import ip_network
from typing import Any
from urllib.parse import urlsplit

from oidc.outbound.addresses import is_loopback, is_public
from oidc.protocol.endpoint_paths import SSF_POLL_PATH
from oidc.protocol.errors import OAuthError
from oidc.protocol.redirect_uris import is_plain
from oidc.protocol.security_events import DISABLED, ENABLED, EVENT_TYPES, POLL, PUSH
from oidc.settings import ProviderSettings

VERIFICATION_INTERVAL = 5
"""Seconds between two verifications that a receiver asks for (``min_verification_interval``)."""
MOST_EVENTS = 100
MOST_EVENT_TYPE = 255
MOST_DESCRIPTION = 500
MOST_HEADER = 4096
MOST_URL = 2048
_HEADER = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?")
_TYPES = {uri: kind for kind, uri in EVENT_TYPES.items()}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a receiver says of a stream.

    :param authorization: the Authorization header of each push.
    """

    description: str | None = None
    events_requested: tuple[str, ...] | None = None
    method: str = POLL
    endpoint_url: str | None = None
    authorization: str | None = None


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream as stored. Times in seconds since the epoch.

    :param stopped: paused or disabled by an administrator.
    """

    id: str
    client_id: str
    wanted: Wanted
    status: str
    reason: str | None
    stopped: bool
    verified_at: int
    delivered_at: int | None
    failed_at: int | None
    last_error: str | None
    created_at: int
    updated_at: int

    @property
    def events_delivered(self) -> list[str]:
        """What was requested, of what there is."""
        return [uri for uri in self.wanted.events_requested or () if uri in _TYPES]

    @property
    def is_pushed(self) -> bool:
        return self.wanted.method == PUSH

    @property
    def sends_at_once(self) -> bool:
        return self.status == ENABLED and self.is_pushed

    def hears_of(self, kind: str) -> bool:
        """Whether an event of this kind is written down for it."""
        return self.status != DISABLED and EVENT_TYPES[kind] in self.events_delivered

    def poll_url(self, issuer: str) -> str:
        return f"{issuer}{SSF_POLL_PATH}/{self.id}"

    def configuration(self, issuer: str) -> dict[str, Any]:
        """As the receiver reads it. What it has us send as Authorization is never shown."""
        document: dict[str, Any] = {
            "stream_id": self.id,
            "iss": issuer,
            "aud": self.client_id,
            "events_supported": list(EVENT_TYPES.values()),
            "events_delivered": self.events_delivered,
            "delivery": {
                "method": self.wanted.method,
                "endpoint_url": self.wanted.endpoint_url
                if self.is_pushed
                else self.poll_url(issuer),
            },
            "min_verification_interval": VERIFICATION_INTERVAL,
        }
        if self.wanted.events_requested is not None:
            document["events_requested"] = list(self.wanted.events_requested)
        if self.wanted.description is not None:
            document["description"] = self.wanted.description
        return document


def read_wanted(
    document: Mapping[str, Any], settings: ProviderSettings, before: Wanted | None = None
) -> Wanted:
    """What a request says of a stream; other members are passed over (SSF 8.1.1).

    :param before: what stays where the request is silent (8.1.1.3); the defaults for None.
    :raises OAuthError: a member is of the wrong type, or cannot be had.
    """
    wanted = before or Wanted()
    if "description" in document:
        wanted = replace(wanted, description=_description(document["description"]))
    if "events_requested" in document:
        wanted = replace(wanted, events_requested=_events(document["events_requested"]))
    if "delivery" in document:
        wanted = _delivery(document["delivery"], settings, wanted)
    return wanted


def check_ours(document: Mapping[str, Any], configuration: Mapping[str, Any]) -> None:
    """That members which are ours to say are as we say them (SSF 8.1.1.3, 8.1.1.4).

    :raises OAuthError: one is not.
    """
    ours = ("iss", "aud", "events_supported", "events_delivered", "min_verification_interval")
    for name in ours:
        if name in document and not _same(document[name], configuration[name]):
            raise _wrong(f"{name} is the transmitter's to say, and must be as it was read.")


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, list) and all(isinstance(each, str) for each in one):
        return set(one) == set(other if isinstance(other, list) else [other])
    return type(one) is type(other) and bool(one == other)


def text_of(value: Any, name: str, most: int) -> str:
    """:raises OAuthError: it is no text that can be kept."""
    if not isinstance(value, str) or "\0" in value:
        raise _wrong(f"{name} must be a string.")
    return value[:most]


def _description(value: Any) -> str:
    return text_of(value, "description", MOST_DESCRIPTION)


def _events(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > MOST_EVENTS:
        raise _wrong(f"events_requested must be an array of at most {MOST_EVENTS} strings.")
    if not all(isinstance(uri, str) and 0 < len(uri) <= MOST_EVENT_TYPE for uri in value):
        raise _wrong("events_requested must hold event types, each a string.")
    return tuple(dict.fromkeys(text_of(uri, "event type", MOST_EVENT_TYPE) for uri in value))


def _delivery(value: Any, settings: ProviderSettings, before: Wanted) -> Wanted:
    """A poll endpoint is ours to say, so one that is sent back is passed over (SSF 6.1.2)."""
    if not isinstance(value, dict) or not isinstance(value.get("method"), str):
        raise _wrong("delivery must be an object with a method.")
    if value["method"] == POLL:
        return replace(before, method=POLL, endpoint_url=None, authorization=None)
    if value["method"] != PUSH:
        raise _wrong(f"delivery.method must be {PUSH} or {POLL}.")
    url, header = value.get("endpoint_url"), value.get("authorization_header")
    if not isinstance(url, str) or not _may_push_to(url, settings):
        raise _wrong("delivery.endpoint_url must be an https URL of a public server.")
    if header is not None and not (
        isinstance(header, str) and len(header) <= MOST_HEADER and _HEADER.fullmatch(header)
    ):
        raise _wrong("delivery.authorization_header must be a line of printable ASCII.")
    return replace(before, method=PUSH, endpoint_url=url, authorization=header)


def _may_push_to(url: str, settings: ProviderSettings) -> bool:
    """What can be told without a name server; addresses are checked at each delivery."""
    if len(url) > MOST_URL or not is_plain(url):
        return False
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if not host or "@" in parts.netloc:
        return False
    local = host == "localhost" or is_loopback(host)
    if settings.allow_http_loopback and local:
        return parts.scheme in ("https", "http")
    return parts.scheme == "https" and not local and not _leads_inward(host, settings)


def _leads_inward(host: str, settings: ProviderSettings) -> bool:
    if not _is_address(host):
        return False
    return not is_public(host, [ip_network(block) for block in settings.outbound_networks])


def _is_address(host: str) -> bool:
    return ":" in host or re.fullmatch(r"[0-9.]+|0x[0-9a-f.x]+", host) is not None


def kinds_of(uris: Collection[str]) -> list[str]:
    """The names here of event types, without those that we do not know."""
    return [_TYPES[uri] for uri in uris if uri in _TYPES]


def dump_events(wanted: Wanted) -> str | None:
    return None if wanted.events_requested is None else json.dumps(wanted.events_requested)


def _wrong(hint: str) -> OAuthError:
    return OAuthError("invalid_request", hint)
