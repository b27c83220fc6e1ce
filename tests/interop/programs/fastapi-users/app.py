"""FastAPI Users, as its documents have it, with the lines that Qiao says to paste."""

import os
import uuid
from contextlib import asynccontextmanager
from typing import Annotated

import uvicorn
from fastapi import Depends, FastAPI, Request
from fastapi.responses import RedirectResponse
from fastapi_users import BaseUserManager, FastAPIUsers, UUIDIDMixin
from fastapi_users.authentication import AuthenticationBackend, CookieTransport, JWTStrategy
from fastapi_users.db import (
    SQLAlchemyBaseOAuthAccountTableUUID,
    SQLAlchemyBaseUserTableUUID,
    SQLAlchemyUserDatabase,
)
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, relationship

SECRET = "only-for-this-test-only-for-this-test"
DOCUMENTED = f"""
from httpx_oauth.clients.openid import OpenID

qiao = OpenID("{os.environ["CLIENT_ID"]}", "{os.environ["CLIENT_SECRET"]}",
              "{os.environ["ISSUER"]}/.well-known/openid-configuration", name="qiao")
app.include_router(fastapi_users.get_oauth_router(qiao, auth_backend, SECRET), prefix="/auth/qiao")
"""


class Base(DeclarativeBase):
    pass


class OAuthAccount(SQLAlchemyBaseOAuthAccountTableUUID, Base):
    pass


class User(SQLAlchemyBaseUserTableUUID, Base):
    oauth_accounts: Mapped[list[OAuthAccount]] = relationship("OAuthAccount", lazy="joined")


engine = create_async_engine(f"sqlite+aiosqlite:///{os.environ['FOLDER']}/{os.environ['PORT']}.db")
sessions = async_sessionmaker(engine, expire_on_commit=False)


class UserManager(UUIDIDMixin, BaseUserManager[User, uuid.UUID]):
    reset_password_token_secret = verification_token_secret = SECRET

    async def on_after_login(self, *told):
        *_, response = told
        response.status_code = 302
        response.headers["Location"] = "/me"


async def get_user_manager():
    async with sessions() as session:
        yield UserManager(SQLAlchemyUserDatabase(session, User, OAuthAccount))


auth_backend = AuthenticationBackend(
    name="cookie",
    transport=CookieTransport(cookie_secure=False),
    get_strategy=lambda: JWTStrategy(secret=SECRET, lifetime_seconds=3600),
)
fastapi_users = FastAPIUsers[User, uuid.UUID](get_user_manager, [auth_backend])


@asynccontextmanager
async def lifespan(app):
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    yield


app = FastAPI(lifespan=lifespan)
exec(os.environ["PASTED"] or DOCUMENTED)


@app.middleware("http")
async def page(request: Request, call_next):
    """What a page of the application does: asks where to go, and goes there."""
    if request.url.path != "/login":
        return await call_next(request)
    request.scope["path"] = "/auth/qiao/authorize"
    told = await call_next(request)
    body = b"".join([part async for part in told.body_iterator])
    answer = RedirectResponse(body.decode().split('"')[3])
    answer.headers["Set-Cookie"] = told.headers["Set-Cookie"]
    return answer


@app.get("/me")
async def me(user: Annotated[User, Depends(fastapi_users.current_user())]):
    return {"sub": user.oauth_accounts[0].account_id, "email": user.email}


uvicorn.run(app, port=int(os.environ["PORT"]))
