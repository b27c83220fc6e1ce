"""A program of an administrator: it gets a token for itself and speaks JSON to the API."""

from dataclasses import dataclass
from typing import Any

from tests.deployment import Deployment
from tests.relying_party import RelyingParty

BOTH = "admin:read admin:write"
SERVICE = {
    "redirect_uris": (),
    "grant_types": ("client_credentials",),
    "response_types": (),
    "connections": (),
}


@dataclass
class Program:
    """A client with tokens of its own.

    :param token: what it sends; None to send none.
    """

    deployment: Deployment
    client: RelyingParty
    token: str | None

    @classmethod
    def of(cls, deployment: Deployment, client_id: str = "ops", scope: str = BOTH) -> "Program":
        client = deployment.application(client_id, scope=scope, **SERVICE)
        return cls(deployment, client, token_for(client))

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """A request; ``If_Match="…"`` and the like become headers."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token is not None:
            sent.setdefault("Authorization", f"Bearer {self.token}")
        http = self.deployment.app.test_client(use_cookies=False)
        return http.open("/api/v1" + path, method=method, json=body, headers=sent)

    def get(self, path: str) -> Any:
        """The JSON of what must be there."""
        answer = self.send("GET", path)
        assert answer.status_code == 200, answer.text
        return answer.get_json()

    def make(self, path: str, **body: Any) -> Any:
        answer = self.send("POST", path, body)
        assert answer.status_code in (200, 201), answer.text
        return answer.get_json()

    def problems(self, answer: Any) -> set[str]:
        """The members that an answer complains about."""
        assert answer.status_code == 400, answer.text
        return {problem["field"] for problem in answer.get_json()["problems"]}


def token_for(client: RelyingParty, **more: str | None) -> str:
    answer = client.post("/token", {"grant_type": "client_credentials", **more})
    assert answer.status_code == 200, answer.text
    return str(answer.get_json()["access_token"])
