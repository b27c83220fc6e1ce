"""Flask-pyoidc as its documents have it; it stands on pyoidc (oic)."""

import os

from flask import Flask, jsonify, session
from flask_pyoidc import OIDCAuthentication
from flask_pyoidc.provider_configuration import ClientMetadata, ProviderConfiguration
from flask_pyoidc.user_session import UserSession

app = Flask(__name__)
app.config.update(
    SECRET_KEY="only-for-this-test",
    OIDC_REDIRECT_URI=os.environ["REDIRECT_URI"],
    SERVER_NAME=f"127.0.0.1:{os.environ['PORT']}",
)
provider = ProviderConfiguration(
    issuer=os.environ["ISSUER"],
    client_metadata=ClientMetadata(
        client_id=os.environ["CLIENT_ID"],
        client_secret=os.environ["CLIENT_SECRET"],
        post_logout_redirect_uris=[os.environ["SIGNED_OUT"]],
    ),
    auth_request_params={"scope": ["openid", "profile", "email"]},
)
auth = OIDCAuthentication({"qiao": provider}, app)


@app.get("/")
def home():
    return "home"


@app.get("/me")
@auth.oidc_auth("qiao")
def me():
    return jsonify(UserSession(session).userinfo)


@app.get("/logout")
@auth.oidc_logout
def logout():
    return "bye"


app.run(port=int(os.environ["PORT"]))
