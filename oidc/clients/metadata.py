"""A client's metadata as one value (RFC 7591 2; OpenID Connect Registration 2).

It also holds the members of RP-Initiated, Back-Channel and Front-Channel Logout, RFC 9101 10.5,
RFC 9126 6, RFC 9449 5.2, RFC 9701 6 and JARM 3, and a few switches of our own.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import partial
from typing import Any, Self

from oidc.clients.metadata_fields import FIELDS, LIFETIMES, is_localised
from oidc.protocol.security_events import SCOPES
from oidc.protocol.signing_algorithms import FAPI2_ALGS, MANDATORY

ANY_ENDPOINT = "any-endpoint"
"""An assertion may name our endpoints instead of the issuer, as before RFC 10070."""

SERVER_MEMBERS = frozenset(
    {
        "first_party",
        "mobile_app_ids",
        "require_pkce",
        "require_nonce_or_pkce",
        "require_registered_auth_method",
        "rotate_refresh_tokens",
        "claims_in_id_token",
        "claim_fallbacks",
        "email_fallback_domain",
        "keep_nonce",
        "assertion_audience",
        "preset",
        "introspects_any",
        "profile",
        "dpop_nonce_required",
        "access_token_format",
        "code_lifetime",
        "access_token_lifetime",
        "id_token_lifetime",
        "refresh_token_lifetime",
        "refresh_token_absolute_lifetime",
    }
)
"""Our own switches: set by an admin or a command, never by a registration request."""
SIGNED = (
    "id_token_signed_response_alg",
    "userinfo_signed_response_alg",
    "authorization_signed_response_alg",
    "introspection_signed_response_alg",
)
"""What we sign for it, by the member that says how."""


@dataclass(frozen=True)
class ClientMetadata:
    """What a client has registered, with the defaults filled in. Durations in seconds.

    The defaults of our own switches are what clients of older versions go by, whose documents do
    not name them; what new clients get stands in ``oidc.clients.metadata_parsing``.

    ``localised`` holds the members with a language tag, such as ``client_name#zh-CN``.
    """

    redirect_uris: tuple[str, ...] = ()
    response_types: tuple[str, ...] = ("code",)
    grant_types: tuple[str, ...] = ("authorization_code",)
    application_type: str = "web"
    token_endpoint_auth_method: str = "client_secret_basic"
    token_endpoint_auth_signing_alg: str | None = None
    client_name: str | None = None
    client_uri: str | None = None
    logo_uri: str | None = None
    policy_uri: str | None = None
    tos_uri: str | None = None
    localised: Mapping[str, str] = field(default_factory=dict)
    contacts: tuple[str, ...] = ()
    scope: str | None = None
    jwks: Mapping[str, Any] | None = None
    jwks_uri: str | None = None
    sector_identifier_uri: str | None = None
    subject_type: str = "public"
    id_token_signed_response_alg: str = "RS256"
    id_token_encrypted_response_alg: str | None = None
    id_token_encrypted_response_enc: str | None = None
    userinfo_signed_response_alg: str | None = None
    userinfo_encrypted_response_alg: str | None = None
    userinfo_encrypted_response_enc: str | None = None
    request_object_signing_alg: str | None = None
    authorization_signed_response_alg: str = "RS256"
    authorization_encrypted_response_alg: str | None = None
    authorization_encrypted_response_enc: str | None = None
    introspection_signed_response_alg: str = "RS256"
    introspection_encrypted_response_alg: str | None = None
    introspection_encrypted_response_enc: str | None = None
    request_uris: tuple[str, ...] = ()
    default_max_age: int | None = None
    require_auth_time: bool = False
    default_acr_values: tuple[str, ...] = ()
    initiate_login_uri: str | None = None
    post_logout_redirect_uris: tuple[str, ...] = ()
    backchannel_logout_uri: str | None = None
    backchannel_logout_session_required: bool = False
    frontchannel_logout_uri: str | None = None
    frontchannel_logout_session_required: bool = False
    require_pushed_authorization_requests: bool = False
    require_signed_request_object: bool = False
    dpop_bound_access_tokens: bool = False
    software_id: str | None = None
    software_version: str | None = None
    first_party: bool = False
    mobile_app_ids: tuple[str, ...] = ()
    require_pkce: bool = True
    require_nonce_or_pkce: bool = False
    require_registered_auth_method: bool = True
    """Whether a secret may come in the way that is registered alone, Basic or form."""
    rotate_refresh_tokens: bool = True
    claims_in_id_token: bool = False
    """Whether the claims of its scopes are told in the ID token too (Core 5.4 permits it)."""
    claim_fallbacks: tuple[str, ...] = ()
    """Claims that are made up for a person who has none; never verified."""
    email_fallback_domain: str | None = None
    keep_nonce: bool = False
    """Whether refreshed ID tokens go on telling the nonce, which Core 12.2 advises against."""
    assertion_audience: str = ANY_ENDPOINT
    preset: str | None = None
    """The program that it was registered as."""
    introspects_any: bool = False
    profile: str = ""
    dpop_nonce_required: bool = False
    access_token_format: str = "opaque"
    code_lifetime: int | None = None
    access_token_lifetime: int | None = None
    id_token_lifetime: int | None = None
    refresh_token_lifetime: int | None = None
    refresh_token_absolute_lifetime: int | None = None

    is_public: bool = field(init=False)
    """Whether it has no means of authentication (RFC 6749 2.1)."""
    is_fapi2: bool = field(init=False)
    """Whether the FAPI 2.0 Security Profile is enforced for it."""
    is_dpop_bound: bool = field(init=False)
    """Whether every access token it gets must be bound to a key (RFC 9449 5.2)."""
    hears_of_logouts: bool = field(init=False)
    """Whether it is told when a session ends (Back-Channel and Front-Channel Logout 2)."""
    ends_sessions: bool = field(init=False)
    """Whether it has a use for ``sid``: it is told of sessions that end, or comes back from
        ending one, which without ``sid`` the person is asked about first."""
    receives_events: bool = field(init=False)
    """Whether it may have streams of security events (Shared Signals Framework 1.0)."""

    def __post_init__(self) -> None:
        know = partial(object.__setattr__, self)
        know("is_public", self.token_endpoint_auth_method == "none")
        know("is_fapi2", self.profile == "fapi2")
        know("is_dpop_bound", self.dpop_bound_access_tokens or self.is_fapi2)
        know("hears_of_logouts", bool(self.backchannel_logout_uri or self.frontchannel_logout_uri))
        know("receives_events", not set(SCOPES).isdisjoint((self.scope or "").split()))
        hears = self.hears_of_logouts or self.receives_events
        know("ends_sessions", hears or bool(self.post_logout_redirect_uris))

    @property
    def signed_with(self) -> frozenset[str]:
        """The algorithms of all that we may sign for it."""
        known = {
            self.id_token_signed_response_alg,
            self.authorization_signed_response_alg,
            self.introspection_signed_response_alg,
            self.userinfo_signed_response_alg or self.id_token_signed_response_alg,
        }
        return frozenset(known)

    def signed_by(self, known: Collection[str]) -> Self:
        """The same, with what the server has dropped substituted (RFC 7591 3.2.1).

        By RS256, which every client knows (OpenID Connect Core 15.1), and under the FAPI 2.0
        profile by what it allows; where that is none, by nothing: RS256 would break a promise.

        :param known: the algorithms that the server signs with.
        """
        if self.signed_with.issubset(known):
            return self
        suited = FAPI2_ALGS if self.is_fapi2 else (MANDATORY,)
        instead = next((alg for alg in suited if alg in known), None)
        lost = [name for name in SIGNED if getattr(self, name) not in {None, *known}]
        changes: dict[str, Any] = dict.fromkeys(lost, instead)
        return replace(self, **changes) if instead else self

    @property
    def refresh_tokens_rotate(self) -> bool:
        """Whether each use of a refresh token gives the next one: always without authentication
        (RFC 9700 4.14.2), never under FAPI 2.0 (5.3.2.1)."""
        return self.is_public or (self.rotate_refresh_tokens and not self.is_fapi2)

    def in_language(self, name: str, locale: str) -> str | None:
        """``client_name``, ``logo_uri`` ... for a person who reads ``locale`` (``zh-CN``).

        The exact tag first, then any of the same language (of Chinese, in the same script if
        there is one), then the member without a tag.
        """
        wanted = locale.replace("_", "-").lower()
        tagged = {
            key.partition("#")[2].lower(): value
            for key, value in self.localised.items()
            if key.partition("#")[0] == name
        }
        language = wanted.partition("-")[0]
        script = _is_traditional(wanted)
        alike = sorted(tagged, key=lambda tag: _is_traditional(tag) != script)
        near = (tagged[tag] for tag in alike if tag.partition("-")[0] == language)
        untagged: str | None = getattr(self, name)
        return tagged.get(wanted) or next(near, None) or untagged

    def switches(self) -> dict[str, Any]:
        """Our own switches, which the client has no say in."""
        return {name: getattr(self, name) for name in SERVER_MEMBERS}

    def to_document(self, *, public: bool = False) -> dict[str, Any]:
        """All members that have a value, as JSON; ``public`` leaves out our own switches.

        The whole for storage (:meth:`from_document` reads it back); the public part for the
        registration response (RFC 7591 3.2.1).
        """
        document = {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in self._members()
            if value is not None and value != () and not (public and name in SERVER_MEMBERS)
        }
        return document | dict(self.localised)

    def dump(self) -> str:
        """The stored form."""
        return json.dumps(self.to_document(), ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """The value that :meth:`to_document` wrote: trusted, so nothing is checked again.

        A lifetime of 0 was stored before there were bounds, and meant what none means.
        """
        known: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in document.items()
            if name in FIELDS and (value or name not in LIFETIMES)
        }
        if "authorization_code" not in known.get("grant_types", ("authorization_code",)):
            known.setdefault("response_types", ())  # an empty list was left out
        known["localised"] = {name: text for name, text in document.items() if is_localised(name)}
        return cls(**known)

    def _members(self) -> Iterator[tuple[str, Any]]:
        return (
            (member.name, getattr(self, member.name))
            for member in fields(self)
            if member.init and member.name != "localised"
        )


def _is_traditional(tag: str) -> bool:
    """Whether a tag means Traditional Chinese, by its script or by a region that writes it."""
    subtags = tag.split("-")
    return "hans" not in subtags and bool({"hant", "tw", "hk", "mo"}.intersection(subtags))
