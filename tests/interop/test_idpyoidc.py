"""PyPI idpyoidc: a relying party that discovers the provider and registers itself."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

from idpyoidc.client.rp_handler import RPHandler

from tests.interop.person import Person
from tests.interop.qiao import PROFILE, Qiao

BASE = "http://localhost:4713"
CALLBACK = f"{BASE}/callback"
KEYS = {"key_defs": [{"type": "RSA", "use": ["sig"]}], "uri_path": "jwks.json"}
"""Made anew and kept in memory: without this they would go into the folder that it is run from."""
AFTERWARDS = f"{BASE}/bye"
SERVICES = {
    "discovery": "provider_info_discovery.ProviderInfoDiscovery",
    "registration": "registration.Registration",
    "authorization": "authorization.Authorization",
    "accesstoken": "access_token.AccessToken",
    "userinfo": "userinfo.UserInfo",
    "end_session": "end_session.EndSession",
}


def relying_party() -> RPHandler:
    """An application that knows nothing of the provider but its address."""
    configuration: dict[str, Any] = {
        "client_type": "oidc",
        "redirect_uris": [CALLBACK],
        "client_authn_methods": ["client_secret_basic", "bearer_header"],
        "preference": {
            "client_name": "Bookshop",
            "response_types": ["code"],
            "scopes_supported": ["openid", "profile", "email"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        },
        "services": {
            name: {"class": f"idpyoidc.client.oidc.{path}"} for name, path in SERVICES.items()
        },
        "add_ons": {
            "pkce": {
                "function": "idpyoidc.client.oauth2.add_on.pkce.add_support",
                "kwargs": {"code_challenge_length": 64, "code_challenge_method": "S256"},
            }
        },
    }
    return RPHandler(base_url=BASE, client_configs={"": configuration}, key_conf=dict(KEYS))


def test_relying_party_registers_itself_and_signs_people_in_and_out(
    qiao: Qiao, person: Person
) -> None:
    party = relying_party()

    client = party.init_client(qiao.issuer)
    client.do_provider_info()
    client.do_client_registration(request_args={"post_logout_redirect_uris": [AFTERWARDS]})
    party.issuer2rp[qiao.issuer] = client
    begun = party.begin(qiao.issuer)
    landed = person.browse(begun)
    response = dict(parse_qsl(urlsplit(landed).query))
    done = party.finalize(qiao.issuer, response)
    left = person.browse(
        party.logout(response["state"], post_logout_redirect_uri=AFTERWARDS)["url"]
    )

    registered = client.get_context().registration_response
    assert registered["client_name"] == "Bookshop"
    # It registers for signed userinfo, verifies it, and compares sub with the ID token's.
    assert registered["userinfo_signed_response_alg"] == "RS256"
    assert done["userinfo"]["email"] == PROFILE["email"]
    assert done["id_token"]["aud"] == [registered["client_id"]]
    assert left.partition("?")[0] == AFTERWARDS
