"""What the load generator must know of a running provider."""

import base64
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from urllib.parse import quote

REDIRECT_URI = "https://rp.example/cb"


@dataclass(frozen=True)
class Facts:
    """One provider as a relying party and its people see it.

    ``cookies`` holds the browser cookies of people who are signed in already, one mapping a
    person; with none, each person signs in by following the provider's redirects.
    ``offline`` are the authorization parameters that bring a refresh token.
    """

    issuer: str
    client_id: str
    client_secret: str
    redirect_uri: str = REDIRECT_URI
    scope: str = "openid profile"
    offline: Mapping[str, str] = field(default_factory=dict)
    cookies: tuple[Mapping[str, str], ...] = ()
    fapi_client_id: str = "bench-fapi"
    fapi_key: str = ""
    """The private key of the client that runs the FAPI 2.0 round (`bench.key_holder`)."""
    rotates: bool = True
    """Whether a refresh token is traded for the next; else the client keeps its own."""

    @property
    def discovery(self) -> str:
        return f"{self.issuer}/.well-known/openid-configuration"

    @property
    def basic(self) -> str:
        """The Authorization header of ``client_secret_basic`` (RFC 6749 2.3.1)."""
        pair = f"{quote(self.client_id, safe='')}:{quote(self.client_secret, safe='')}"
        return "Basic " + base64.b64encode(pair.encode()).decode()

    def to_json(self) -> str:
        members = asdict(self)
        if self.rotates:
            del members["rotates"]  # earlier checkouts know no other way, nor its name
        return json.dumps(members)

    @classmethod
    def from_json(cls, text: str) -> "Facts":
        members = json.loads(text)
        return cls(**{**members, "cookies": tuple(members["cookies"])})
