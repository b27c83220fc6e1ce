"""pyoidc's Consumer-less client, as its documents have it: discovery, code, userinfo."""

import os

from flask import Flask, redirect, request, session
from oic import rndstr
from oic.oic import Client
from oic.oic.message import AuthorizationResponse, RegistrationResponse
from oic.utils.authn.client import CLIENT_AUTHN_METHOD

app = Flask(__name__)
app.secret_key = "only-for-this-test"
client = Client(client_authn_method=CLIENT_AUTHN_METHOD)
client.provider_config(os.environ["ISSUER"])
client.store_registration_info(
    RegistrationResponse(
        client_id=os.environ["CLIENT_ID"], client_secret=os.environ["CLIENT_SECRET"]
    )
)
client.redirect_uris = [os.environ["REDIRECT_URI"]]


@app.get("/")
def home():
    return "home"


@app.get("/login")
def login():
    session["state"], session["nonce"] = rndstr(), rndstr()
    asked = client.construct_AuthorizationRequest(
        request_args={
            "client_id": client.client_id,
            "response_type": "code",
            "scope": ["openid", "profile", "offline_access"],
            "nonce": session["nonce"],
            "redirect_uri": client.redirect_uris[0],
            "state": session["state"],
        }
    )
    return redirect(asked.request(client.authorization_endpoint))


@app.get("/callback")
def callback():
    query = request.query_string.decode()
    answer = client.parse_response(AuthorizationResponse, info=query, sformat="urlencoded")
    client.do_access_token_request(
        state=answer["state"],
        request_args={"code": answer["code"]},
        authn_method="client_secret_basic",
    )
    known = client.do_user_info_request(state=answer["state"])
    session["user"] = known.to_dict()
    return redirect("/me")


@app.get("/me")
def me():
    return session.get("user") or ("nobody", 401)


@app.get("/refresh")
def refresh():
    answer = client.do_access_token_refresh(
        state=session["state"], authn_method="client_secret_basic"
    )
    return {"scope": answer["scope"]}


app.run(port=int(os.environ["PORT"]))
