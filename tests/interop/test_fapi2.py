"""npm oauth4webapi and openid-client under the FAPI 2.0 Security Profile."""

import pytest
from joserfc.jwk import ECKey

from tests.interop.person import Person
from tests.interop.qiao import Qiao
from tests.interop.script import run

SCOPE = "openid profile wechat offline_access"
CALLBACK = "https://bank.example/callback"


@pytest.mark.parametrize("demands_nonces", [False, True], ids=["no nonces", "nonces"])
@pytest.mark.parametrize("library", ["oauth4webapi", "openid-client"])
def test_bank_signs_in_refreshes_and_revokes(
    qiao: Qiao, li_lei: Person, library: str, demands_nonces: bool
) -> None:
    key = ECKey.generate_key("P-256", {"kid": "bank-1"})
    registration = qiao.register(
        f"{library}-fapi2-{'nonces' if demands_nonces else 'plain'}",
        profile="fapi2",
        redirect_uris=[CALLBACK],
        grant_types=["authorization_code", "refresh_token"],
        token_endpoint_auth_method="private_key_jwt",
        id_token_signed_response_alg="ES256",
        jwks={"keys": [key.as_dict(private=False)]},
        dpop_nonce_required=demands_nonces,
        scope=SCOPE,
    )

    told = run(
        f"{library}-fapi2.mjs",
        li_lei,
        issuer=qiao.issuer,
        registration=registration,
        key=key.as_dict(private=True),
        redirect_uri=CALLBACK,
        scope=SCOPE,
    )

    assert told["token_type"].lower() == told["renewed"]["token_type"].lower() == "dpop"
    assert "refresh_token" not in told["renewed"]
    assert told["claims"]["wechat_openid"] == qiao.wechat_person("li-lei").openid
    assert told["userinfo"]["sub"] == told["claims"]["sub"]
    assert bool(told.get("demanded")) == (demands_nonces and library == "oauth4webapi")
