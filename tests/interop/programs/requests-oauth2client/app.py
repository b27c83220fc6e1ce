"""requests_oauth2client in a web application, as its documents have it."""

import os

from flask import Flask, jsonify, redirect, request
from requests_oauth2client import OAuth2Client

ISSUER = os.environ["ISSUER"]
app = Flask(__name__)
client = OAuth2Client.from_discovery_endpoint(
    issuer=ISSUER,
    client_id=os.environ["CLIENT_ID"],
    client_secret=os.environ["CLIENT_SECRET"],
    redirect_uri=os.environ["REDIRECT_URI"],
    testing=True,  # its word for plain http on this machine
)
ASKED, KNOWN = {}, {}


@app.get("/")
def home():
    return "home"


@app.get("/login")
def login():
    asked = client.authorization_request(scope="openid profile email offline_access")
    ASKED[asked.state] = asked
    return redirect(asked.uri)


@app.get("/callback")
def callback():
    if "error" in request.args:
        return request.args, 403
    told = ASKED.pop(request.args["state"]).validate_callback(request.url)
    KNOWN["token"] = client.authorization_code(told)
    KNOWN["user"] = client.userinfo(KNOWN["token"])
    return redirect("/me")


@app.get("/me")
def me():
    return jsonify(KNOWN.get("user", {})), 200 if KNOWN else 401


@app.get("/refresh")
def refresh():
    KNOWN["token"] = client.refresh_token(KNOWN["token"])
    return jsonify(scope=KNOWN["token"].scope)


app.run(port=int(os.environ["PORT"]))
