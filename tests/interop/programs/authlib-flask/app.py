"""Authlib's Flask client, as its documents have it."""

import os
from urllib.parse import urlencode

from authlib.integrations.flask_client import OAuth
from flask import Flask, redirect, session, url_for

app = Flask(__name__)
app.secret_key = "only-for-this-test"
oauth = OAuth(app)
oauth.register(
    "qiao",
    client_id=os.environ["CLIENT_ID"],
    client_secret=os.environ["CLIENT_SECRET"],
    server_metadata_url=f"{os.environ['ISSUER']}/.well-known/openid-configuration",
    client_kwargs={"scope": "openid profile email offline_access"},
)


@app.get("/")
def home():
    return "home"


@app.get("/login")
def login():
    return oauth.qiao.authorize_redirect(url_for("callback", _external=True))


@app.get("/callback")
def callback():
    token = oauth.qiao.authorize_access_token()
    session["user"] = dict(token["userinfo"])
    session["token"] = {name: token[name] for name in ("refresh_token", "id_token")}
    return redirect("/me")


@app.get("/me")
def me():
    return session.get("user") or ("nobody", 401)


@app.get("/refresh")
def refresh():
    token = oauth.qiao.fetch_access_token(
        grant_type="refresh_token", refresh_token=session["token"]["refresh_token"]
    )
    return {"scope": token["scope"]}


@app.get("/logout")
def logout():
    known = session["token"]["id_token"]
    session.clear()
    end = oauth.qiao.load_server_metadata()["end_session_endpoint"]
    query = {"id_token_hint": known, "post_logout_redirect_uri": os.environ["SIGNED_OUT"]}
    return redirect(f"{end}?{urlencode(query)}")


app.run(port=int(os.environ["PORT"]))
