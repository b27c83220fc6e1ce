"""httpx-oauth's OpenID client with its FastAPI callback, as its documents have it."""

import os
from typing import Annotated

import uvicorn
from fastapi import Depends, FastAPI
from fastapi.responses import JSONResponse, RedirectResponse
from httpx_oauth.clients.openid import OpenID
from httpx_oauth.integrations.fastapi import OAuth2AuthorizeCallback

client = OpenID(
    os.environ["CLIENT_ID"],
    os.environ["CLIENT_SECRET"],
    f"{os.environ['ISSUER']}/.well-known/openid-configuration",
    base_scopes=["openid", "email", "offline_access"],
)
returned = OAuth2AuthorizeCallback(client, redirect_url=os.environ["REDIRECT_URI"])
app = FastAPI()
KNOWN = {}


@app.get("/login")
async def login():
    return RedirectResponse(await client.get_authorization_url(os.environ["REDIRECT_URI"]))


@app.get("/callback")
async def callback(known: Annotated[tuple, Depends(returned)]):
    token, _state = known
    KNOWN["token"] = token
    sub, email = await client.get_id_email(token["access_token"])
    KNOWN["user"] = {"sub": sub, "email": email}
    return RedirectResponse("/me")


@app.get("/me")
async def me():
    return JSONResponse(KNOWN.get("user", {}), 200 if KNOWN else 401)


@app.get("/refresh")
async def refresh():
    return {"scope": (await client.refresh_token(KNOWN["token"]["refresh_token"]))["scope"]}


uvicorn.run(app, port=int(os.environ["PORT"]))
