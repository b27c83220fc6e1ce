"""The demo after a while: every mode, long names, several people, something to decide.

Pages are looked at in this state and not in the one of the first minute, because it is names
as long as these that break a page.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.accounts.identification import contradictions
from app.accounts.passwords import Passwords
from app.administrators import admins
from app.administrators.admins import AdminFields
from app.database import db
from app.demo import seed
from app.demo.deployment import Deployment
from app.demo.processes import Processes, servers
from app.domain_files import store as domain_files
from app.enablement import sources
from app.enablement.sources import Enablement
from app.groups import access, catalog, members, people
from app.groups.access import Access, GroupThere
from app.groups.catalog import GroupFields
from app.groups.rules import Rule
from app.notifications import outbox, webhooks
from app.notifications.events import Announcement
from app.notifications.webhooks import WebhookFields
from app.tables.people import EXTERNAL_KEY
from federation import ConnectionFields, CredentialFields
from oidc.clock import system_clock
from oidc.protocol.security_events import EVENT_TYPES, PAUSED, PUSH
from oidc.provider import Provider
from oidc.shared_signals.outbox import Waiting, post
from oidc.shared_signals.stream import Wanted
from oidc.shared_signals.streams import Streams
from tests.browser.lived_log import add_week
from tests.live import free_ports, show_line
from tests.sandbox_server import OPEN_PLATFORM, WEBSITE
from tests.wechat_apps import wechat_app

PASSWORD = "a password that is long enough"
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"

LIBRARY = "library"
LIBRARY_NAME = "The Municipal Library of Greater Northern Riverside and its Twelve Branches"
LIBRARY_NAME_ZH = "滨江市北部新区公共图书馆暨十二家社区分馆读者服务综合门户与预约借阅平台"
TELEVISION = "television"
NATIVE = "reading-room-in-the-pocket"
NATIVE_CALLBACK = "example.library:/callback"
CLOSED = "closed"
GUARDED = "guarded-reading-room"
GROUP = "employees-of-the-northern-branch-with-permanent-contracts"
SERVICE = "nightly-report-service-of-the-data-team"

LONG_ID = "northern-branch-employees-2026a"
LONG_NAME = {
    "en": "WeChat of the Northern Branch Employees",
    "zh": "北部新区分馆全体正式员工与实习志愿者专用的企业微信小程序登录方式",
}
READER = "alexandra.featherstonehaugh-cholmondeley@library.example"[:64]
READER_NAME = "Alexandra Featherstonehaugh-Cholmondeley de la Vega y Montefiore 😀"
TWIN = "li.na"
TWIN_NAME = "欧阳娜娜·古丽米热·阿布都热合曼"


@dataclass(frozen=True)
class LivedIn(Deployment):
    """The demo, with local passwords."""

    def qiao_environment(self) -> dict[str, str]:
        return {**super().qiao_environment(), "QIAO_LOCAL_LOGIN": "1"}


@contextmanager
def running_lived_in(
    folder: Path, also: Callable[[Flask, LivedIn], object] = lambda *_: None
) -> Iterator[LivedIn]:
    """Qiao, the sandbox and the demo's application on free ports, with all of the above.

    :param also: adds to it before anything is started.
    """
    deployment = LivedIn.at(folder, free_ports())
    processes = Processes(show_line)
    try:
        app = seed.prepare(deployment)
        also(app, deployment)
        furnish(app, deployment)
        started = servers(deployment)
        for server in started:
            processes.start(server)
        for server in started:
            processes.wait_until_answers(server)
        yield deployment
    finally:
        processes.stop()


def furnish(app: Flask, deployment: Deployment) -> None:
    """Adds what a deployment gathers to the demo's own."""
    passwords = Passwords.with_costs(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    with app.app_context():
        session = db.session()
        _add_sources(session, app)
        _add_webhooks(session, app)
        _add_applications(session, app, deployment)
        _add_people(session, passwords)
        _add_admins(session, passwords)
        session.commit()
        db.session.remove()
        db.engine.dispose()


SUCCESSOR = "wx00000000000000a2"
"""A mini program that could take the place of the demo's."""


WEBHOOK, WEBHOOK_GONE = "operators", "a-receiver-that-is-gone"


def _add_webhooks(session: Session, app: Flask) -> None:
    """One with something delivered, given up and waiting, and one that answered 410."""
    provider, now = app.extensions["oidc"], system_clock()
    for webhook_id, path in ((WEBHOOK, "hooks/" + "long-" * 20), (WEBHOOK_GONE, "gone")):
        fields = WebhookFields(f"https://chat.example/{path}", description="Operators 运营群")
        webhooks.create(
            *(session, system_clock, provider.keyring, provider.outbound),
            *(fields, webhook_id),
        )
    ends = (outbox.Outcome(204), outbox.Outcome(410, "It answered 410: gone", gone=True))
    for outcome in ends:
        told = Announcement("account.created", {"sub": "0" * 22, "detail": {"name": "韩梅梅"}}, now)
        outbox.post(session, [WEBHOOK], told, now)
        claimed = outbox.claim_next(session, WEBHOOK, now)
        assert claimed is not None
        outbox.settle(session, claimed, outcome, now)
    outbox.post(session, [WEBHOOK], Announcement("conflict.opened", {}, now), now)
    webhooks.switch_off_gone(session, system_clock, WEBHOOK_GONE)


def _add_sources(session: Session, app: Flask) -> None:
    federation = app.extensions["federation"]
    website = wechat_app(WEBSITE.appid, "website", WEBSITE.secret, open_platform=OPEN_PLATFORM)
    successor = wechat_app(SUCCESSOR, "miniprogram", "a5ec7e70f7eapp000000000000000001")
    for known in (website, successor):
        federation.credentials.of("wechat").create(session, known)
    domain_files.put(session, system_clock, "MP_verify_AbCdEfGhIjKlMnOp.txt", "AbCdEfGhIjKlMnOp")
    official = federation.connections.get(session, "wechat-official")
    store, credential = federation.credentials.of("wechat"), official.credential
    long = "Reading Room 阅览室 · the official account of all twelve branches"
    renamed = replace(CredentialFields.of(credential, store.form), name=long)
    store.update(session, credential.id, renamed, credential.version)
    switched_off = replace(ConnectionFields.of(official), enabled=False)
    federation.connections.update(session, official.id, switched_off, official.version)
    for fields in (
        ConnectionFields(
            "wechat-website",
            mode="wechat-website",
            display_name={"en": "WeChat code", "zh": "微信扫码"},
            app_id=WEBSITE.appid,
        ),
        ConnectionFields(
            LONG_ID,
            mode="wechat-miniprogram",
            display_name=LONG_NAME,
            association="ask",
            phone="required",
            position=7,
        ),
    ):
        federation.connections.create(session, fields)


def _add_applications(session: Session, app: Flask, deployment: Deployment) -> None:
    provider = app.extensions["oidc"]
    callback = f"{deployment.application}/callback"
    for client_id, document in (
        (
            LIBRARY,
            {
                "client_name": LIBRARY_NAME,
                "client_name#zh-CN": LIBRARY_NAME_ZH,
                "client_uri": deployment.application,
                "policy_uri": "https://library.example/privacy",
                "tos_uri": "https://library.example/terms",
                "redirect_uris": [callback],
                "post_logout_redirect_uris": [f"{deployment.application}/"],
                "grant_types": ["authorization_code", "refresh_token"],
            },
        ),
        (
            TELEVISION,
            {
                "client_name": "Reading Room on TV",
                "client_name#zh-CN": "电视阅览室",
                "application_type": "native",
                "token_endpoint_auth_method": "none",
                "redirect_uris": [],
                "response_types": [],
                "grant_types": [DEVICE_GRANT, "refresh_token"],
            },
        ),
        (
            NATIVE,
            {
                "client_name": f"{LIBRARY_NAME}, on your phone",
                "application_type": "native",
                "token_endpoint_auth_method": "none",
                "redirect_uris": [NATIVE_CALLBACK],
            },
        ),
        (CLOSED, {"client_name": "Closed shop", "redirect_uris": [callback]}),
        (GUARDED, {"client_name": LIBRARY_NAME, "redirect_uris": [callback]}),
        (
            SERVICE,
            {
                "client_name": "Nightly report",
                "redirect_uris": [],
                "response_types": [],
                "grant_types": ["client_credentials"],
            },
        ),
    ):
        seed.add_client(session, provider, client_id, document)
    _add_streams(session, provider)
    for client_id, connection_id in (
        (LIBRARY, "wechat-mini"),
        (LIBRARY, "wechat-website"),
        (LIBRARY, LONG_ID),
        (TELEVISION, "wechat-mini"),
    ):
        wanted = Enablement(client_id, connection_id, enabled=True)
        sources.save(session, system_clock, wanted, actor="system")


def _add_streams(session: Session, provider: Provider) -> None:
    """One that is fetched, and one whose receiver does not answer."""
    streams, now = Streams.of(provider), system_clock()
    everything = tuple(EVENT_TYPES.values())
    pushed = Wanted(
        LIBRARY_NAME_ZH, everything, PUSH, f"https://{'events.' * 12}example/" + "x" * 80
    )
    fetched = streams.create(session, LIBRARY, Wanted(events_requested=everything[:1]), now)
    failing = streams.create(session, LIBRARY, pushed, now)
    post(session, [Waiting(fetched.id, "verification", None, {}, at_once=False)], now)
    reason = "The URL must answer with success. It was 503: " + "<html>" * 12
    streams.note_failure(session, failing.id, reason, now)
    streams.set_status(session, failing, PAUSED, LIBRARY_NAME, now, stopped=True)


def _add_identity(session: Session, account: str, value: str) -> None:
    """As long as WeChat's are, with a shared name."""
    now = system_clock()
    row = {
        "namespace": f"wechat:openid:{seed.MINI_PROGRAM.id}",
        "value": value,
        "account_id": account,
        "connection_id": LONG_ID,
        "shared_namespace": f"wechat:unionid:{OPEN_PLATFORM}",
        "shared_value": "u" * 28,
        "first_seen": now,
        "last_seen": now,
    }
    session.execute(insert(EXTERNAL_KEY), row)


def _add_people(session: Session, passwords: Passwords) -> None:
    profile = {"name": READER_NAME, "email": READER, "phone_number": "+8613800138000"}
    reader = passwords.create(session, system_clock, READER, PASSWORD, profile)
    profile = {"name": TWIN_NAME, "phone_number": "+8613800138000"}
    twin = passwords.create(session, system_clock, TWIN, PASSWORD, profile)
    for account, value in ((reader, "o" + "R" * 27), (twin, "o" + "T" * 27)):
        _add_identity(session, account, value)
    contradictions.note(session, system_clock, "phone_shared", reader, other=twin)
    _add_groups(session, reader, twin)
    add_week(session, (reader, twin), (LIBRARY, GUARDED), (LONG_ID, "wechat-mini"))


def _add_groups(session: Session, reader: str, twin: str) -> None:
    rules = frozenset({Rule("email_domain", "library.example"), Rule("connection", "wechat-mini")})
    words = "Everybody who works in the northern branch, volunteers and trainees left out."
    fields = GroupFields(GROUP, f"{LONG_NAME['zh']} · {LONG_NAME['en']}", words, rules)
    group = catalog.add(session, system_clock, fields)
    catalog.add(session, system_clock, GroupFields("staff"))
    members.add(session, system_clock, group.id, [twin], "hand")
    there = GroupThere(enters=True, seen=True, roles=("Librarian", "Keeper of the reading room"))
    wanted = Access(GUARDED, "requests", "chosen", contact=READER, groups={group.id: there})
    access.save(session, system_clock, wanted)
    people.ask(session, system_clock, GUARDED, twin, f"{TWIN_NAME}: {words * 4}")
    people.decide(session, system_clock, LIBRARY, reader, "allowed", actor="system")


def _add_admins(session: Session, passwords: Passwords) -> None:
    for fields in (
        AdminFields("owner", "Han Meimei 韩梅梅", "owner", PASSWORD),
        AdminFields("viewer", READER_NAME, "viewer", PASSWORD),
        AdminFields("keeper", "Keeper of passkeys", "editor", PASSWORD),
        AdminFields("coder", "Coder with an authenticator", "editor", PASSWORD),
    ):
        admins.create(session, system_clock, passwords, fields, actor="system")
    due = AdminFields("due", "Whose password is due", "viewer", PASSWORD)
    admins.create(session, system_clock, passwords, due, actor="system", password_due=True)
