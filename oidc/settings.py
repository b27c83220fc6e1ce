"""Settings of the provider: its name and how long things live, in seconds."""

from dataclasses import dataclass, field

from oidc.protocol.scopes import SCOPES, Scopes
from oidc.protocol.signing_algorithms import ALGORITHMS


@dataclass(frozen=True, slots=True)
class ProviderSettings:
    """:param issuer: the issuer identifier, without a trailing slash (OpenID Connect Core 2)."""

    issuer: str
    code_lifetime: int = 60
    access_token_lifetime: int = 3600
    refresh_token_lifetime: int = 30 * 86400
    refresh_token_absolute_lifetime: int = 365 * 86400
    """Since the grant was given, however often it is refreshed."""
    refresh_grace: int = 10
    id_token_lifetime: int = 3600
    interaction_lifetime: int = 1800
    pushed_request_lifetime: int = 90
    challenge_lifetime: int = 600
    device_code_lifetime: int = 900
    key_rotation_age: int = 90 * 86400
    key_publish_ahead: int = 86400
    signing_algorithms: tuple[str, ...] = ALGORITHMS
    """What new clients may have signed with; a key is kept ready for each."""
    allow_http_loopback: bool = False
    """Lets redirect URIs of web clients and outbound fetches use http on loopback (development)."""
    outbound_networks: tuple[str, ...] = ()
    """CIDR blocks that fetches may reach although they are not public: an intranet's own."""
    resources: tuple[str, ...] = ()
    """What ``resource`` may name (RFC 8707 2), character by character; anything else is refused."""
    pairwise_salt: str | None = None
    """Secret that pairwise subjects are made with; it must never change. None: no pairwise."""
    scopes: Scopes = field(default_factory=lambda: SCOPES)
    """The scopes that speak of a person, and the claims that each stands for."""
    code_token_types: tuple[str, ...] = ()
    """Types of one-time codes, of sources that the host knows, that are exchanged for tokens."""
    dpop_nonce_required: bool = False
    """Whether DPoP proofs must carry a nonce of ours; a client can also be told so alone."""
    registration: str = "off"
    """Dynamic client registration: ``off``, ``token`` or ``open`` (RFC 7591)."""
    registration_token: str | None = None
    client_id_documents: bool = False
    """Whether a ``client_id`` may be the address of a document that describes the client."""
    registration_requires_pkce: str = "unless-nonce"
    """``always``, ``unless-nonce`` or ``never``: of confidential clients that register themselves.

    Public ones always need PKCE (RFC 9700 2.1.1)."""
    assertion_audience: str = "issuer"
    """``issuer`` or ``any-endpoint``: whom clients that register themselves may address the
    assertions to that they authenticate with (RFC 10070)."""

    secure: bool = field(init=False)
    """Whether browsers reach us over TLS, so that cookies can demand it."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "secure", self.issuer.startswith("https://"))
