"""RFC 9728: what our own API says of itself as a protected resource."""

from tests.deployment import Deployment
from tests.relying_party import ISSUER

PATH = "/.well-known/oauth-protected-resource/api/v1"


def test_3_metadata_names_the_resource_and_who_gives_its_tokens(deployment: Deployment) -> None:
    answer = deployment.browser().get(PATH)

    told = answer.get_json()
    assert told["resource"] == f"{ISSUER}/api/v1"
    assert told["authorization_servers"] == [ISSUER]
    assert told["scopes_supported"] == ["admin:read", "admin:write"]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_5_1_challenge_names_the_metadata_and_the_scope(deployment: Deployment) -> None:
    answer = deployment.browser().get("/api/v1/apis")

    assert answer.status_code == 401
    for challenge in answer.headers.getlist("WWW-Authenticate"):
        assert f'resource_metadata="{ISSUER}{PATH}"' in challenge
        assert 'scope="admin:read"' in challenge
        assert "error=" not in challenge


def test_3_resource_is_one_that_a_token_can_be_asked_for(deployment: Deployment) -> None:
    program = deployment.application(
        "program",
        grant_types=("client_credentials",),
        response_types=(),
        redirect_uris=(),
        scope="admin:read",
    )
    asked = {"grant_type": "client_credentials", "resource": f"{ISSUER}/api/v1"}

    token = program.token({**asked}).get_json()["access_token"]
    answer = program.http.get("/api/v1/apis", headers={"Authorization": f"Bearer {token}"})

    assert answer.get_json() == {"items": [], "next": None}
