"""simple-openid-connect's client, as its documents have it; PASTED adds the nonce."""

import os

from flask import Flask, jsonify, redirect, request
from simple_openid_connect.client import OpenidClient
from simple_openid_connect.data import RpInitiatedLogoutRequest, TokenSuccessResponse

client = OpenidClient.from_issuer_url(
    url=os.environ["ISSUER"],
    authentication_redirect_uri=os.environ["REDIRECT_URI"],
    client_id=os.environ["CLIENT_ID"],
    client_secret=os.environ["CLIENT_SECRET"],
    scope="openid profile offline_access",
)
KNOWN = {}
NONCE = "one-person-alone" if os.environ["PASTED"] else None
app = Flask(__name__)


@app.get("/")
def home():
    return "home"


@app.get("/login")
def login():
    return redirect(client.authorization_code_flow.start_authentication(nonce=NONCE))


@app.get("/callback")
def callback():
    token = client.authorization_code_flow.handle_authentication_result(request.url)
    if not isinstance(token, TokenSuccessResponse):
        return repr(token), 500
    told = client.decode_id_token(token.id_token, nonce=NONCE)
    KNOWN.update(token=token, user={"sub": told.sub, "name": getattr(told, "name", None)})
    return redirect("/me")


@app.get("/me")
def me():
    return jsonify(KNOWN.get("user", {})), 200 if KNOWN else 401


@app.get("/refresh")
def refresh():
    told = client.exchange_refresh_token(KNOWN["token"].refresh_token)
    return repr(told), 200 if isinstance(told, TokenSuccessResponse) else 500


@app.get("/logout")
def logout():
    hint = KNOWN["token"].id_token
    KNOWN.clear()
    asked = RpInitiatedLogoutRequest(
        id_token_hint=hint, post_logout_redirect_uri=os.environ["SIGNED_OUT"]
    )
    return redirect(client.initiate_logout(asked))


app.run(port=int(os.environ["PORT"]))
