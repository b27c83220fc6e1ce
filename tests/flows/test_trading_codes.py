"""WeChat's one-time code traded for tokens at once (RFC 8693), on every database."""

from tests.deployment import Deployment
from tests.flows.test_in_app_sign_in import native

TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
WECHAT_CODE = "urn:qiao:params:oauth:token-type:wechat-code"


def test_somebody_new_trades_a_code_and_comes_back(deployment: Deployment) -> None:
    deployment.connection()
    app = native(deployment, grant_types=(TOKEN_EXCHANGE,), response_types=())

    answers = [
        app.token(
            {
                "grant_type": TOKEN_EXCHANGE,
                "subject_token": deployment.wechat.js_code("li-lei"),
                "subject_token_type": WECHAT_CODE,
                "scope": "openid wechat",
            }
        )
        for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [200, 200], answers[0].text
    subjects = {app.verified(answer.get_json()["id_token"])["sub"] for answer in answers}
    assert len(subjects) == 1
