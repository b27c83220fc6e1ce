"""flask-oidc as its documents have it."""

import json
import os
from pathlib import Path

from flask import Flask, session
from flask_oidc import OpenIDConnect

issuer, url = os.environ["ISSUER"], os.environ["URL"]
web = {
    "client_id": os.environ["CLIENT_ID"],
    "client_secret": os.environ["CLIENT_SECRET"],
    "auth_uri": f"{issuer}/authorize",
    "token_uri": f"{issuer}/token",
    "userinfo_uri": f"{issuer}/userinfo",
    "issuer": issuer,
    "redirect_uris": [f"{url}/authorize"],
}
Path("client_secrets.json").write_text(os.environ["PASTED"] or json.dumps({"web": web}))
app = Flask(__name__)
app.config.update(
    SECRET_KEY="only-for-this-test",
    OIDC_CLIENT_SECRETS="client_secrets.json",
    OIDC_SCOPES="openid profile email",
)
oidc = OpenIDConnect(app)


@app.get("/")
def home():
    return "home"


@app.get("/me")
def me():
    return session["oidc_auth_profile"] if oidc.user_loggedin else ("nobody", 401)


app.run(port=int(os.environ["PORT"]))
