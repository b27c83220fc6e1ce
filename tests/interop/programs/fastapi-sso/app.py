"""fastapi-sso's generic provider; PKCE is the switch that the preset turns."""

import os

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, RedirectResponse
from fastapi_sso.sso.base import DiscoveryDocument, OpenID
from fastapi_sso.sso.generic import create_provider

issuer = os.environ["ISSUER"]
discovery = DiscoveryDocument(
    authorization_endpoint=f"{issuer}/authorize",
    token_endpoint=f"{issuer}/token",
    userinfo_endpoint=f"{issuer}/userinfo",
)


def openid(response, client):
    return OpenID(id=response["sub"], email=response.get("email"), provider="qiao")


Provider = create_provider(
    name="qiao", discovery_document=discovery, response_convertor=openid, default_scope=["openid"]
)
if os.environ["PASTED"]:
    Provider.uses_pkce = True
    Provider.requires_state = True
app = FastAPI()
KNOWN = {}


def sso():
    return Provider(
        client_id=os.environ["CLIENT_ID"],
        client_secret=os.environ["CLIENT_SECRET"],
        redirect_uri=os.environ["REDIRECT_URI"],
        allow_insecure_http=True,
    )


@app.get("/login")
async def login():
    async with sso() as one:
        return await one.get_login_redirect()


@app.get("/callback")
async def callback(request: Request):
    async with sso() as one:
        user = await one.verify_and_process(request)
    KNOWN["user"] = {"sub": user.id, "email": user.email, "name": user.display_name}
    return RedirectResponse("/me")


@app.get("/me")
async def me():
    return JSONResponse(KNOWN.get("user", {}), 200 if KNOWN else 401)


uvicorn.run(app, port=int(os.environ["PORT"]))
