"""The deployment that the flows go through: its applications, its people, its programs."""

import secrets
import time
from dataclasses import dataclass, field
from random import Random
from typing import Any

from app.administrators import admins
from app.administrators.admins import AdminFields
from app.database import db
from app.groups import access
from app.management.services import application_access
from app.management.services.deployment import acting_as
from federation import CredentialFields
from tests.applications import CHEAP
from tests.conftest import TestClock
from tests.databases import Database
from tests.deployment import CALLBACK, Deployment, build_deployment, close
from tests.fuzz.sending import InProcess, Jwt, Request, Visitor, Way
from tests.key_holder import new_key, public_keys
from tests.provider_sandbox import CLIENT_ID, CLIENT_SECRET, LiveProvider
from tests.sandbox_server import MINI_PROGRAM, MOBILE, OPEN_PLATFORM, WEBSITE, LiveSandbox
from tests.wechat_apps import wechat_app

PASSWORD = "a password that is long enough"
PEOPLE = ("li-lei", "han-meimei")
SCOPE = "openid profile phone wechat offline_access"
EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
KEY = new_key("fuzz")
ORIGIN = "http://localhost:8000"
"""The issuer: passkeys want a host with a name."""
PUSH_TOKEN = "PushTokenOfTheFuzz"


@dataclass
class World:
    """:param way: how requests are sent; changed for a slice of them."""

    deployment: Deployment
    secret: str
    admin_token: str
    provider: LiveProvider
    """Another OpenID provider, which is a source."""
    way: Way = field(init=False)
    browser: Visitor = field(default_factory=Visitor)
    """Of somebody who stays signed in."""
    console: Visitor = field(default_factory=Visitor)
    made: int = 0
    random: Random = field(default_factory=Random)
    """Of what a flow chooses."""

    def __post_init__(self) -> None:
        self.way = InProcess(self.deployment.app)

    def name(self, kind: str) -> str:
        self.made += 1
        return f"{kind}-{self.made}"

    def now(self) -> int:
        return self.deployment.clock()

    def catch_up(self) -> None:
        """Brings our clock to WeChat's, which goes on and refuses links that end too soon."""
        clock = self.deployment.clock
        clock.now = max(clock.now, int(time.time()))

    def js_code(self, person: str = PEOPLE[0]) -> str:
        return self.deployment.wechat.js_code(person)

    def scene(self) -> str:
        return str(self.deployment.wechat.mini_program_codes()[0]["scene"])

    def proof(self, method: str, path: str, **claims: Any) -> Jwt:
        """A DPoP proof, signed when it is sent."""
        public = {n: v for n, v in KEY.as_dict(private=False).items() if n != "kid"}
        said = {"jti": secrets.token_urlsafe(9), "htm": method, "htu": ORIGIN + path, **claims}
        header = {"alg": "ES256", "typ": "dpop+jwt", "jwk": public}
        return Jwt(header, {**said, "iat": self.now()}, KEY)

    def assertion(self, client_id: str = "keyed") -> Jwt:
        now = self.now()
        said = {"iss": client_id, "sub": client_id, "aud": ORIGIN, "iat": now, "exp": now + 60}
        return Jwt({"alg": "ES256", "kid": "fuzz"}, {**said, "jti": secrets.token_urlsafe(9)}, KEY)

    def request_object(self, client_id: str, parameters: dict[str, Any]) -> Jwt:
        said = {"iss": client_id, "aud": ORIGIN, "exp": self.now() + 60, **parameters}
        return Jwt({"alg": "ES256", "kid": "fuzz", "typ": "oauth-authz-req+jwt"}, said, KEY)

    def close(self) -> None:
        self.provider.close()
        close(self.deployment)


def build(database: Database, wechat: LiveSandbox, **settings: Any) -> World:
    """An empty database becomes one with all that the flows need."""
    database.empty()
    wechat.reset()
    clock = TestClock()
    clock.now = int(time.time())
    everything = {"registration": "open", "local_login": True, "pairwise_salt": "s" * 32}
    everything["issuer"] = ORIGIN
    deployment = build_deployment(database, wechat, clock, **everything, **settings)
    deployment.connection()
    deployment.credential(WEBSITE, "website", open_platform=OPEN_PLATFORM)
    deployment.connection("website", mode="wechat-website", app_id=WEBSITE.appid)
    deployment.default_mini_program()
    provider = LiveProvider(clock)
    _other_sources(deployment, provider)
    grants = ("authorization_code", "refresh_token", "client_credentials", EXCHANGE)
    shop = deployment.application(
        grant_types=grants,
        connections=("wechat", "website", "ours", "asking"),
        scope=f"{SCOPE} jobs ssf.read ssf.manage",
        first_party=True,
        jwks=public_keys(KEY),
        post_logout_redirect_uris=(CALLBACK,),
    )
    assert shop.secret is not None
    deployment.application("other", grant_types=grants, scope=SCOPE, redirect_uris=(CALLBACK,))
    native = {"application_type": "native", "token_endpoint_auth_method": "none"}
    deployment.application(
        "tv", **native, redirect_uris=(), response_types=(), grant_types=(DEVICE, "refresh_token")
    )
    deployment.application(
        "app",
        **native,
        redirect_uris=("com.example.app:/callback",),
        first_party=True,
        mobile_app_ids=(MOBILE.appid,),
    )
    deployment.application(
        "keyed",
        grant_types=grants,
        token_endpoint_auth_method="private_key_jwt",
        jwks=public_keys(KEY),
        scope=f"{SCOPE} jobs",
        first_party=True,
    )
    deployment.application("closed", scope="openid", first_party=True)
    program = {"grant_types": ("client_credentials",), "response_types": (), "redirect_uris": ()}
    ops = deployment.application("ops", scope="admin:read admin:write", connections=(), **program)
    _administer(deployment)
    _close(deployment)
    asked = ops.token({"grant_type": "client_credentials"})
    return World(deployment, shop.secret, asked.get_json()["access_token"], provider)


def _other_sources(deployment: Deployment, provider: LiveProvider) -> None:
    """WeChat's pushes, and the other provider twice: as it is, and with rule ``ask``."""
    values = {"issuer": provider.url, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    with deployment.app.app_context():
        session, federation = db.session(), deployment.app.extensions["federation"]
        federation.credentials.of("oidc").create(session, CredentialFields("ours", "app", values))
        session.commit()
        apps = federation.credentials.of("wechat")
        known = apps.get(session, MINI_PROGRAM.appid)
        fields = wechat_app(
            known.id,
            known.kind,
            original_id=known["original_id"],
            open_platform=known["open_platform"],
            is_default=True,
            push_token=PUSH_TOKEN,
        )
        apps.update(session, known.id, fields, known.version)
        session.commit()
    for name, changes in (("ours", {"association": "none"}), ("asking", {"association": "ask"})):
        deployment.connection(
            name, mode="oidc-web", display_name={"en": name}, app_id="ours", **changes
        )


def _close(deployment: Deployment) -> None:
    """Nobody may come in to this application before somebody has let them."""
    with deployment.app.app_context():
        version = access.of_client(db.session(), "closed").version
        wanted = access.Access("closed", version=version, mode="requests")
        application_access.save(acting_as("admin:test"), wanted)
        db.session.commit()


def _administer(deployment: Deployment) -> None:
    with deployment.app.app_context():
        session, clock = db.session(), deployment.clock
        admins.create(
            session, clock, CHEAP, AdminFields("han", "Han", "owner", PASSWORD), actor="test"
        )
        admins.create(
            session, clock, CHEAP, AdminFields("lin", "Lin", "viewer", PASSWORD), actor="test"
        )
        CHEAP.create(session, clock, "li.lei", PASSWORD)
        session.commit()


__all__ = ["CALLBACK", "MINI_PROGRAM", "MOBILE", "PEOPLE", "Request", "World", "build"]
