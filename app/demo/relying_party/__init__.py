"""An application that people sign in to with Qiao, made as anybody would make one.

It uses Authlib's OpenID Connect *client* and imports nothing else of this product: what it knows of
Qiao, it knows from discovery. Copy it to begin your own: ``pages`` are the door and what it then
knows, ``sign_ins`` who is in, ``labels`` the words.
"""

import os
import secrets
from dataclasses import dataclass, field

from authlib.integrations.flask_client import OAuth
from flask import Flask, Response

from .labels import LANGUAGES, language, meaning, words
from .pages import pages

OIDC_SCOPES = "openid profile phone wechat"


@dataclass(frozen=True)
class RelyingPartySettings:
    """What an application is given when it is registered with Qiao."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    scope: str = OIDC_SCOPES


def create_relying_party(settings: RelyingPartySettings) -> Flask:
    """The application; sessions live in its memory, so a restart signs everybody out."""
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY=secrets.token_bytes(32),
        # Cookies do not know ports: on 127.0.0.1 the name keeps it apart from Qiao's.
        SESSION_COOKIE_NAME="demo_application",
        SESSION_COOKIE_SAMESITE="Lax",
        ISSUER=settings.issuer,
    )
    oauth = OAuth(app)
    oauth.register(
        "qiao",
        server_metadata_url=f"{settings.issuer}/.well-known/openid-configuration",
        client_id=settings.client_id,
        client_secret=settings.client_secret,
        client_kwargs={
            "scope": settings.scope,
            "code_challenge_method": "S256",
            "token_endpoint_auth_method": "client_secret_basic",
        },
    )
    app.register_blueprint(pages)
    app.after_request(set_policy)
    app.context_processor(spoken)
    return app


def spoken() -> dict[str, object]:
    """What every template may say."""
    return {
        "words": words(),
        "language": language(),
        "languages": LANGUAGES,
        "meaning": meaning,
    }


def set_policy(response: Response) -> Response:
    """Nothing inline and nothing from elsewhere, but for the person's picture."""
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; img-src 'self' https: http://127.0.0.1:*; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


def app() -> Flask:
    """The factory for WSGI servers, configured by ``DEMO_*`` environment variables."""
    return create_relying_party(
        RelyingPartySettings(
            issuer=os.environ["DEMO_ISSUER"],
            client_id=os.environ["DEMO_CLIENT_ID"],
            client_secret=os.environ["DEMO_CLIENT_SECRET"],
        )
    )
