"""dash-auth's OIDCAuth, as its README has it."""

import os

from dash import Dash, html
from dash_auth import OIDCAuth
from flask import jsonify, session

app = Dash(__name__)
app.layout = html.Div("Hello")
auth = OIDCAuth(app, secret_key="only-for-this-test")
auth.register_provider(
    "qiao",
    token_endpoint_auth_method="client_secret_post",
    client_id=os.environ["CLIENT_ID"],
    client_secret=os.environ["CLIENT_SECRET"],
    server_metadata_url=f"{os.environ['ISSUER']}/.well-known/openid-configuration",
)


@app.server.get("/me")
def me():
    return jsonify(session.get("user", {})), 200 if "user" in session else 401


app.run(port=int(os.environ["PORT"]))
