"""FastAPI with what Qiao's page has for it, or with the lines of PyJWT's preset."""

import os
import textwrap
from typing import Annotated

import uvicorn
from fastapi import Depends, FastAPI

IMPORTS = """
import jwt
from fastapi import HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from jwt import PyJWKClient
"""
PRESET = """
def claims(shown: Annotated[HTTPAuthorizationCredentials, Depends(HTTPBearer())]) -> dict:
    token = shown.credentials
    try:
{}
    except jwt.PyJWTError as error:
        raise HTTPException(401) from error
    return claims
"""
code = os.environ["PASTED"]
if "def claims" not in code:
    code = PRESET.format(textwrap.indent(code, " " * 8))
exec(IMPORTS + code)
app = FastAPI()


@app.get("/me")
def me(known: Annotated[dict, Depends(globals()["claims"])]) -> dict:
    return known


uvicorn.run(app, host="127.0.0.1", port=int(os.environ["PORT"]), log_level="warning")
