"""A receiver of security events, as an independent judge: what it knows of the Shared Signals
Framework, RFC 8417, RFC 8935 and RFC 8936 is written here, and joserfc verifies what it gets."""

import json
from dataclasses import dataclass, field
from typing import Any

from joserfc import jws
from joserfc.jwk import KeySet

from tests.relying_party import ISSUER, RelyingParty

PUSH, POLL = "urn:ietf:rfc:8935", "urn:ietf:rfc:8936"
SSF = "https://schemas.openid.net/secevent/ssf/event-type/"
CAEP = "https://schemas.openid.net/secevent/caep/event-type/"
RISC = "https://schemas.openid.net/secevent/risc/event-type/"
EVERYTHING = [
    *(CAEP + name for name in ("session-revoked", "credential-change", "token-claims-change")),
    *(RISC + name for name in ("account-disabled", "account-enabled", "account-purged")),
]


@dataclass
class EventReceiver:
    """An application that manages streams with a token of its own.

    :param metadata: what the transmitter says of itself.
    """

    party: RelyingParty
    scope: str = "ssf.read ssf.manage"
    metadata: dict[str, Any] = field(default_factory=dict)
    token: str = ""

    def __post_init__(self) -> None:
        self.metadata = self.party.http.get("/.well-known/ssf-configuration").get_json()
        answer = self.party.token({"grant_type": "client_credentials", "scope": self.scope})
        assert answer.status_code == 200, answer.text
        self.token = answer.get_json()["access_token"]

    def ask(self, endpoint: str, method: str = "POST", **sent: Any) -> Any:
        """:param endpoint: by its name in the metadata, or an address."""
        url = self.metadata.get(endpoint, endpoint)
        assert url.startswith(ISSUER)
        headers = {"Authorization": f"Bearer {self.token}"}
        return self.party.http.open(
            url.removeprefix(ISSUER), method=method, **{"headers": headers, **sent}
        )

    def create(self, **said: Any) -> dict[str, Any]:
        """A stream of everything, by poll unless said otherwise."""
        answer = self.ask("configuration_endpoint", json={"events_requested": EVERYTHING, **said})
        assert answer.status_code == 201, answer.text
        return dict(answer.get_json())

    def streams(self, stream_id: str | None = None) -> Any:
        query = {} if stream_id is None else {"stream_id": stream_id}
        return self.ask("configuration_endpoint", "GET", query_string=query)

    def poll(self, stream: dict[str, Any], **said: Any) -> Any:
        body = {"returnImmediately": True, **said}
        return self.ask(stream["delivery"]["endpoint_url"], json=body)

    def events(self, stream: dict[str, Any]) -> list[dict[str, Any]]:
        """What waits, verified, and acknowledged by the next poll."""
        answer = self.poll(stream).get_json()
        assert answer["moreAvailable"] is False
        found = [self.verified(token, stream) for token in answer["sets"].values()]
        assert [claims["jti"] for claims in found] == list(answer["sets"])
        after = self.poll(stream, maxEvents=0, ack=list(answer["sets"]))
        assert (after.status_code, after.get_json()["sets"]) == (200, {})
        return found

    def verified(self, token: str, stream: dict[str, Any]) -> dict[str, Any]:
        """The claims of a token, if RFC 8417 2 and SSF 4 are satisfied."""
        keys = KeySet.import_key_set(self.party.http.get("/jwks").get_json())
        verified = jws.deserialize_compact(token, keys, algorithms=["RS256"])
        assert verified.headers()["typ"] == "secevent+jwt"
        claims: dict[str, Any] = json.loads(verified.payload)
        assert claims["iss"] == stream["iss"] == ISSUER
        assert claims["aud"] == stream["aud"]
        assert type(claims["iat"]) is int
        assert not {"sub", "exp", "nonce"} & claims.keys()
        assert all(isinstance(claims[name], str) and claims[name] for name in ("jti", "txn"))
        assert len(claims["events"]) == 1
        assert claims["sub_id"]["format"] in ("iss_sub", "opaque", "complex")
        return claims
