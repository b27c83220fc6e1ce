"""requests-oauthlib, as its documents have it; PASTED adds what they call pkce."""

import os

from flask import Flask, jsonify, redirect, request
from requests_oauthlib import OAuth2Session

os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"  # its word for plain http on this machine
ISSUER, SECRET = os.environ["ISSUER"], os.environ["CLIENT_SECRET"]
ASKED, KNOWN = {}, {}
app = Flask(__name__)


def qiao(**more):
    scope = ["openid", "profile", "email", "offline_access"]
    pkce = {"pkce": "S256"} if os.environ["PASTED"] else {}
    return OAuth2Session(
        os.environ["CLIENT_ID"],
        redirect_uri=os.environ["REDIRECT_URI"],
        scope=scope,
        **pkce,
        **more,
    )


@app.get("/")
def home():
    return "home"


@app.get("/login")
def login():
    client = qiao()
    address, state = client.authorization_url(f"{ISSUER}/authorize")
    ASKED[state] = client  # it keeps the verifier to itself
    return redirect(address)


@app.get("/callback")
def callback():
    if "error" in request.args:
        return request.args, 403
    client = ASKED.pop(request.args["state"])
    KNOWN["token"] = client.fetch_token(
        f"{ISSUER}/token", client_secret=SECRET, authorization_response=request.url
    )
    KNOWN["user"] = client.get(f"{ISSUER}/userinfo").json()
    return redirect("/me")


@app.get("/me")
def me():
    return jsonify(KNOWN.get("user", {})), 200 if KNOWN else 401


@app.get("/refresh")
def refresh():
    client = qiao(token=KNOWN["token"])
    told = client.refresh_token(f"{ISSUER}/token", auth=(os.environ["CLIENT_ID"], SECRET))
    return jsonify(scope=told["scope"])


app.run(port=int(os.environ["PORT"]))
