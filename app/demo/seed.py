"""What the demo begins with: two applications, two connections, and who may use which.

Nothing that is there already is touched: what somebody changed in the demo stays changed.
"""

from dataclasses import replace

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy.orm import Session

from app.accounts.passwords import Passwords
from app.administrators import admins
from app.administrators.admins import AdminFields
from app.database import db
from app.demo.deployment import NATIVE_CLIENT, WEB_CLIENT, Deployment
from app.elements import current_federation
from app.enablement import sources
from app.factory import create_app
from app.settings_reading import read_settings
from federation import ConnectionFields, CredentialFields
from oidc.clients.metadata_parsing import RegistrationPolicy, parse
from oidc.clock import system_clock
from oidc.provider import Provider, current_provider

PUSHES = {
    "push_token": "SandboxPushToken",
    "push_key": "SandboxSandboxSandboxSandboxSandboxSandbox0",
}
"""What the sandbox signs and encrypts its pushes with, for every app."""

MINI_PROGRAM = CredentialFields(
    id="wx5a4d000000000001",
    kind="miniprogram",
    values={
        "secret": "5a4d0000000000000000000000000001",
        "original_id": "gh_5a4d00000001",
        "open_platform": "demo",
        **PUSHES,
    },
    name="Sandbox mini program 沙箱小程序",
    is_default=True,
)
MOBILE = CredentialFields(
    id="wx5a4d000000000002",
    kind="mobile",
    values={
        "secret": "5a4d0000000000000000000000000002",
        "open_platform": "demo",
        **PUSHES,
    },
    name="Sandbox mobile app 沙箱移动应用",
)
OFFICIAL = CredentialFields(
    id="wx5a4d000000000004",
    kind="official",
    values={
        "secret": "5a4d0000000000000000000000000004",
        "open_platform": "demo",
        **PUSHES,
    },
    name="Sandbox official account 沙箱公众号",
)
WECHAT_APPS = (MINI_PROGRAM, MOBILE, OFFICIAL)

CONNECTIONS = (
    ConnectionFields(
        id="wechat-mini",
        mode="wechat-miniprogram",
        display_name={"en": "WeChat", "zh": "微信"},
        phone="optional",
    ),
    ConnectionFields(
        id="wechat-mobile",
        mode="wechat-mobile",
        display_name={"en": "WeChat app", "zh": "微信客户端"},
        app_id=MOBILE.id,
        position=1,
    ),
    ConnectionFields(
        id="wechat-official",
        mode="wechat-official",
        display_name={"en": "WeChat", "zh": "微信"},
        app_id=OFFICIAL.id,
        position=2,
    ),
)
WEB_CONNECTIONS = ("wechat-mini", "wechat-official")
"""The second inside WeChat's own browser alone."""
NATIVE_CONNECTIONS = ("wechat-mini", "wechat-mobile")


def prepare(deployment: Deployment) -> Flask:
    """Migrates the database to the newest tables and seeds it; the application that did it."""
    app = create_app(read_settings(deployment.qiao_environment()))
    with app.app_context():
        upgrade()
        seed(db.session(), deployment)
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    return app


def seed(session: Session, deployment: Deployment) -> None:
    """Adds what is missing; the caller commits."""
    federation = current_federation()
    provider = current_provider()
    if admins.is_empty(session):
        owner = AdminFields("admin", "Admin", "owner", deployment.admin_password)
        admins.create(session, system_clock, Passwords.with_costs(), owner, actor="system")
    apps = federation.credentials.of("wechat")
    for credential in WECHAT_APPS:
        if apps.get(session, credential.id) is None:
            apps.create(session, credential)
    for connection in CONNECTIONS:
        if federation.connections.get(session, connection.id) is None:
            federation.connections.create(session, connection)
    add_client(session, provider, WEB_CLIENT, web_client(deployment), deployment.client_secret)
    add_addresses(session, provider, deployment)
    add_client(session, provider, NATIVE_CLIENT, native_client())
    for connection_id in WEB_CONNECTIONS:
        enable(session, WEB_CLIENT, connection_id)
    for connection_id in NATIVE_CONNECTIONS:
        enable(session, NATIVE_CLIENT, connection_id)


def web_client(deployment: Deployment) -> dict[str, object]:
    """A confidential web application, like one of somebody else's: it asks for consent."""
    return {
        "client_name": "Demo application",
        "client_name#zh-CN": "演示应用",
        "client_uri": deployment.application,
        "redirect_uris": [f"{deployment.application}/callback"],
        "post_logout_redirect_uris": [f"{deployment.application}/"],
        "grant_types": ["authorization_code", "refresh_token"],
        "scope": "openid profile phone wechat offline_access",
    }


def native_client() -> dict[str, object]:
    """A mobile app of our own: no secret, PKCE, and it may sign people in without a browser."""
    return {
        "client_name": "Demo mobile app",
        "client_name#zh-CN": "演示移动应用",
        "application_type": "native",
        "token_endpoint_auth_method": "none",
        "redirect_uris": ["http://127.0.0.1/callback", "com.example.demo:/callback"],
        "grant_types": ["authorization_code", "refresh_token"],
        "scope": "openid profile phone wechat offline_access",
        "first_party": True,
        "mobile_app_ids": [MOBILE.id],
    }


def add_client(
    session: Session,
    provider: Provider,
    client_id: str,
    document: dict[str, object],
    secret: str | None = None,
) -> None:
    if provider.clients.stored(session, client_id) is None:
        policy = RegistrationPolicy(trusted=True, http_on_loopback=True)
        metadata = parse(document, policy=policy)
        provider.clients.add(session, metadata, client_id=client_id, secret=secret)


def add_addresses(session: Session, provider: Provider, deployment: Deployment) -> None:
    """Lets the demo application be where it is this time: the demo's ports can be chosen."""
    client = provider.clients.stored(session, WEB_CLIENT)
    assert client is not None
    known = client.metadata
    callback, home = f"{deployment.application}/callback", f"{deployment.application}/"
    if callback not in known.redirect_uris:
        wanted = replace(
            known,
            redirect_uris=(*known.redirect_uris, callback),
            post_logout_redirect_uris=(*known.post_logout_redirect_uris, home),
        )
        provider.clients.set_metadata(session, client, wanted)


def enable(session: Session, client_id: str, connection_id: str) -> None:
    known = sources.get(session, client_id, connection_id)
    if not known.version:
        wanted = replace(known, enabled=True)
        sources.save(session, system_clock, wanted, actor="system")
