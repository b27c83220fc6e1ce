"""Authlib's Starlette client, as its documents have it."""

import os
from urllib.parse import urlencode

import uvicorn
from authlib.integrations.starlette_client import OAuth
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse
from starlette.routing import Route

oauth = OAuth()
oauth.register(
    "qiao",
    client_id=os.environ["CLIENT_ID"],
    client_secret=os.environ["CLIENT_SECRET"],
    server_metadata_url=f"{os.environ['ISSUER']}/.well-known/openid-configuration",
    client_kwargs={"scope": "openid profile email offline_access"},
)
TOKENS = {}


async def home(request):
    return PlainTextResponse("home")


async def login(request):
    return await oauth.qiao.authorize_redirect(request, str(request.url_for("callback")))


async def callback(request):
    token = await oauth.qiao.authorize_access_token(request)
    request.session["user"] = dict(token["userinfo"])
    TOKENS.update(token)
    return RedirectResponse("/me")


async def me(request):
    user = request.session.get("user")
    return JSONResponse(user or {}, 200 if user else 401)


async def refresh(request):
    token = await oauth.qiao.fetch_access_token(
        grant_type="refresh_token", refresh_token=TOKENS["refresh_token"]
    )
    return JSONResponse({"scope": token["scope"]})


async def logout(request):
    request.session.clear()
    metadata = await oauth.qiao.load_server_metadata()
    query = {
        "id_token_hint": TOKENS["id_token"],
        "post_logout_redirect_uri": os.environ["SIGNED_OUT"],
    }
    return RedirectResponse(f"{metadata['end_session_endpoint']}?{urlencode(query)}")


app = Starlette(
    routes=[
        Route("/", home),
        Route("/login", login),
        Route("/callback", callback, name="callback"),
        Route("/me", me),
        Route("/refresh", refresh),
        Route("/logout", logout),
    ],
    middleware=[Middleware(SessionMiddleware, secret_key="only-for-this-test")],
)
uvicorn.run(app, port=int(os.environ["PORT"]))
