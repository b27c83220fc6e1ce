"""Code that signs somebody in, with an application's values; text to be copied, never run here."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class Values:
    """What a snippet is filled in with.

    :param in_app: the application may sign people in without a browser (``/challenge``).
    """

    issuer: str
    client_id: str
    redirect_uri: str
    has_secret: bool
    connection: str
    scope: str
    in_app: bool = True


def python(v: Values) -> str:
    secret = '\n    client_secret=os.environ["CLIENT_SECRET"],' if v.has_secret else ""
    return f"""# pip install authlib flask requests
import os

from authlib.integrations.flask_client import OAuth
from flask import Flask, session, url_for

app = Flask(__name__)
app.secret_key = os.environ["FLASK_SECRET"]
qiao = OAuth(app).register(
    "qiao",
    server_metadata_url="{v.issuer}/.well-known/openid-configuration",
    client_id="{v.client_id}",{secret}
    client_kwargs={{
        "scope": "{v.scope}",
        "code_challenge_method": "S256",
    }},
)


@app.get("/login")
def login():
    return qiao.authorize_redirect("{v.redirect_uri}")


@app.get("/callback")
def callback():
    claims = qiao.authorize_access_token()["userinfo"]
    session["sub"] = claims["sub"]
    return {{"sub": claims["sub"], "openid": claims.get("wechat_openid")}}
"""


def node(v: Values) -> str:
    auth = "process.env.CLIENT_SECRET" if v.has_secret else "undefined, client.None()"
    return f"""// npm install openid-client
import * as client from "openid-client";

const config = await client.discovery(
  new URL("{v.issuer}"),
  "{v.client_id}",
  {auth},
);

// Send the browser here, and keep verifier and state in its session.
const verifier = client.randomPKCECodeVerifier();
const state = client.randomState();
const url = client.buildAuthorizationUrl(config, {{
  redirect_uri: "{v.redirect_uri}",
  scope: "{v.scope}",
  code_challenge: await client.calculatePKCECodeChallenge(verifier),
  code_challenge_method: "S256",
  state,
}});

// In the callback:
const tokens = await client.authorizationCodeGrant(config, currentUrl, {{
  pkceCodeVerifier: verifier,
  expectedState: state,
}});
console.log(tokens.claims().sub, tokens.claims().wechat_openid);
"""


def android(v: Values) -> str:
    return f"""// Kotlin. Launches the mini program; no browser, no secret.
// 1. POST {v.issuer}/challenge
val form = mapOf(
    "client_id" to "{v.client_id}",
    "response_type" to "code",
    "scope" to "{v.scope}",
    "code_challenge" to s256(verifier),
    "code_challenge_method" to "S256",
    "connection" to "{v.connection}",
)
// 403 insufficient_authorization: auth_session and launch {{user_name, path, type}}

// 2. Launch the mini program with the WeChat SDK
val launch = WXLaunchMiniProgram.Req().apply {{
    userName = answer.launch.userName
    path = answer.launch.path
    miniprogramType = answer.launch.type
}}
api.sendReq(launch)

// 3. When WXEntryActivity is called: POST /challenge with auth_session
//    until it answers 200 with authorization_code.

// 4. POST {v.issuer}/token
val tokens = post("{v.issuer}/token", mapOf(
    "grant_type" to "authorization_code",
    "client_id" to "{v.client_id}",
    "code" to authorizationCode,
    "code_verifier" to verifier,
))
"""


def ios(v: Values) -> str:
    return f"""// Swift. Launches the mini program; no browser, no secret.
// 1. POST {v.issuer}/challenge
let form = [
    "client_id": "{v.client_id}",
    "response_type": "code",
    "scope": "{v.scope}",
    "code_challenge": s256(verifier),
    "code_challenge_method": "S256",
    "connection": "{v.connection}",
]
// 403 insufficient_authorization: auth_session and launch {{user_name, path, type}}

// 2. Launch the mini program with the WeChat SDK
let launch = WXLaunchMiniProgramReq.object()
launch.userName = answer.launch.userName
launch.path = answer.launch.path
launch.miniProgramType = WXMiniProgramType(rawValue: answer.launch.type)!
WXApi.send(launch)

// 3. In onResp(_:) POST /challenge with auth_session
//    until it answers 200 with authorization_code.

// 4. POST {v.issuer}/token with
//    grant_type=authorization_code, client_id={v.client_id},
//    code, code_verifier
"""


def curl(v: Values) -> str:
    user = f' \\\n  -u "{v.client_id}:$CLIENT_SECRET"' if v.has_secret else ""
    named = "" if v.has_secret else f' \\\n  -d client_id="{v.client_id}"'
    begin = f"""# 1. Begin in the app:
curl {v.issuer}/challenge{user}{named} \\
  -d response_type=code -d scope="{v.scope}" \\
  -d code_challenge="$CHALLENGE" -d code_challenge_method=S256 \\
  -d connection="{v.connection}"
"""
    browser = f"""# 1. Open in a browser; the code comes back to the redirect URI:
echo "{v.issuer}/authorize?response_type=code&client_id={quote(v.client_id, safe="")}\\
&redirect_uri={quote(v.redirect_uri, safe="")}&scope={quote(v.scope)}\\
&code_challenge=$CHALLENGE&code_challenge_method=S256&state=$STATE"
"""
    return f"""{begin if v.in_app else browser}
# 2. Redeem a code:
curl {v.issuer}/token{user}{named} \\
  -d grant_type=authorization_code -d code="$CODE" \\
  -d redirect_uri="{v.redirect_uri}" -d code_verifier="$VERIFIER"

# 3. Who is it?
curl {v.issuer}/userinfo -H "Authorization: Bearer $ACCESS_TOKEN"
"""


LANGUAGES: tuple[tuple[str, Callable[[Values], str]], ...] = (
    ("Python", python),
    ("Node.js", node),
    ("Android", android),
    ("iOS", ios),
    ("curl", curl),
)
IN_APP = frozenset((android, ios))
"""Those that are of use only to applications which `/challenge` takes."""


def fitting(values: Values) -> list[tuple[str, str]]:
    """The snippets that work for this application, filled in."""
    return [
        (name, write(values)) for name, write in LANGUAGES if values.in_app or write not in IN_APP
    ]
