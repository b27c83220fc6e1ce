"""Flask-Dance's OAuth2ConsumerBlueprint, as its documents have it; PASTED adds use_pkce."""

import os

from flask import Flask, jsonify
from flask_dance.consumer import OAuth2ConsumerBlueprint

os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"  # its word for plain http on this machine
ISSUER = os.environ["ISSUER"]
app = Flask(__name__)
app.secret_key = "only-for-this-test"
pkce = {"use_pkce": True, "code_challenge_method": "S256"} if os.environ["PASTED"] else {}
qiao = OAuth2ConsumerBlueprint(
    "qiao",
    __name__,
    client_id=os.environ["CLIENT_ID"],
    client_secret=os.environ["CLIENT_SECRET"],
    base_url=ISSUER,
    authorization_url=f"{ISSUER}/authorize",
    token_url=f"{ISSUER}/token",
    scope=["openid", "profile", "email"],
    redirect_url="/me",
    **pkce,
)
app.register_blueprint(qiao, url_prefix="/login")


@app.get("/")
def home():
    return "home"


@app.get("/me")
def me():
    if not qiao.session.authorized:
        return "nobody", 401
    return jsonify(qiao.session.get("/userinfo").json())


app.run(port=int(os.environ["PORT"]))
