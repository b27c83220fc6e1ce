"""Mail by SMTP, to a real server on a real socket: in both languages, signed in and over TLS."""

import re
import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope
from flask import Flask

from app.administrators import admins
from app.administrators.admins import AdminFields
from app.audit.trail import Event, record
from app.database import database_url, db
from app.factory import create_app
from app.management.cli.doctor.mail_checks import check_mail
from app.notifications.events import TEST, Announcement
from app.notifications.lanes import Lanes
from app.notifications.mail import Mailer, send_mail
from app.notifications.outbox import MAIL, Notification, page, untold
from app.setting_mail import mail_server
from app.settings import Settings
from app.settings_reading import InvalidSettings, read_settings
from tests.app.management.api.program import Program
from tests.app.management.console.console import PASSWORD as PASSWORD_OF_ADMIN
from tests.app.management.console.console import Console
from tests.applications import CHEAP
from tests.certificates import Authority
from tests.conftest import TestClock
from tests.databases import Database
from tests.deployment import build_deployment, close
from tests.sandbox_server import LiveSandbox

pytestmark = pytest.mark.slow

PASSWORD = "p@ss word"


class Mailbox:
    """What the server was given. :param refuses: what it says to the next messages."""

    def __init__(self) -> None:
        self.received: list[Envelope] = []
        self.refuses: list[str] = []

    async def handle_DATA(  # noqa: N802 - the name that aiosmtpd looks for
        self, _server: Any, _session: Any, envelope: Envelope
    ) -> str:
        if self.refuses:
            return self.refuses.pop(0)
        self.received.append(envelope)
        return "250 OK"

    def messages(self) -> list[EmailMessage]:
        return [
            message_from_bytes(bytes(one.content or b""), policy=policy.default)
            for one in self.received
        ]


def knows(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
    right = (data.login, data.password) == (b"qiao", PASSWORD.encode())
    return AuthResult(success=right, handled=False)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def receiving(**how: Any) -> Iterator[tuple[Mailbox, int]]:
    box, port = Mailbox(), free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port, authenticator=knows, **how)
    controller.start()
    try:
        yield box, port
    finally:
        controller.stop()


def mailer(url: str, **changes: Any) -> Mailer:
    known = Mailer(mail_server(url), "qiao@example.com", ("ops@example.com",), "https://id.example")
    return replace(known, **changes)


def a_test() -> Notification:
    return untold(MAIL, Announcement(TEST.name, {}, 1_800_000_000), 1_800_000_000)


def tls_of(tmp_path: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """What a server shows, and what a client believes."""
    authority = Authority()
    pem = tmp_path / "server.pem"
    pem.write_text(authority.server("127.0.0.1"))
    shown = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    shown.load_cert_chain(pem)
    return shown, ssl.create_default_context(cadata=authority.certificate())


def test_administrators_are_written_to_in_both_languages_and_again_after_a_failure(
    sqlite: Database, wechat: LiveSandbox, clock: TestClock
) -> None:
    with receiving() as (box, port):
        about = {"smtp_url": mail_server(f"smtp://127.0.0.1:{port}"), "mail_from": "qiao@a.example"}
        deployment = build_deployment(sqlite, wechat, clock, shared=False, **about)
        lanes = Lanes(deployment.app)
        box.refuses = ["451 Come back later"]
        with deployment.app.app_context():
            for username in ("ops@example.com", "han"):
                fields = AdminFields(username, "", "owner", "correct horse battery")
                admins.create(db.session(), clock, CHEAP, fields, actor="system")
            record(db.session(), clock, Event("account.created", subject="nobody's business"))
            db.session.commit()
            first = lanes.deliver_due()
            waiting = page(db.session(), MAIL)
            clock.advance(120)
            then = lanes.deliver_due()
            well = [one.level for one in check_mail()]
        lanes.close()
        close(deployment)
        sqlite.empty()

    assert (first["pending"], then["delivered"], well) == (1, 2, ["ok"])
    assert [one.status for one in waiting if one.attempts] == [451]
    mail, _other = box.messages()
    assert mail["To"] == "ops@example.com"
    assert mail["From"] == "qiao@a.example"
    assert "There is a new administrator / 新增了一名管理员" in mail["Subject"]
    assert mail["Auto-Submitted"] == "auto-generated"
    text = mail.get_content()
    assert "under Administrators." in text
    assert "请在控制台的“管理员”中停用该管理员。" in text
    assert "username: " in text
    assert box.received[0].rcpt_tos == ["ops@example.com"]


def test_who_signs_in_does_so_over_tls_by_either_way(tmp_path: Path, app: Flask) -> None:
    shown, believed = tls_of(tmp_path)
    account = "qiao:p%40ss%20word@127.0.0.1"
    with (
        app.app_context(),
        receiving(tls_context=shown, require_starttls=True, auth_required=True) as (box, port),
        receiving(ssl_context=shown, auth_require_tls=False) as (other, second),
    ):
        right = mailer(f"smtp://{account}:{port}", tls=believed)
        outcomes = [
            send_mail(right, right.to, a_test()),
            send_mail(replace(right, tls=None), right.to, a_test()),
            send_mail(mailer(f"smtp://qiao:x@127.0.0.1:{port}", tls=believed), right.to, a_test()),
            send_mail(mailer(f"smtps://{account}:{second}", tls=believed), right.to, a_test()),
            send_mail(right, (), a_test()),
        ]

    told = [outcome.failure or "" for outcome in outcomes]
    assert [outcome.status for outcome in outcomes] == [250, None, 535, 250, None]
    assert "certificate verify failed" in told[1]
    assert told[2].startswith("The mail server answered 535")
    assert "set QIAO_MAIL_TO" in told[4]
    assert (len(box.received), len(other.received)) == (1, 1)
    assert PASSWORD not in "".join(told) + repr(right)


def test_password_is_never_sent_in_the_clear_and_nobody_answers(app: Flask) -> None:
    class Elsewhere(Mailer):
        """One whose server is on another machine."""

        def is_here(self, _client: smtplib.SMTP) -> bool:
            return False

    with app.app_context(), receiving(auth_require_tls=False) as (box, port):
        known = mailer(f"smtp://qiao:p%40ss%20word@127.0.0.1:{port}")
        unsafe = send_mail(Elsewhere(**vars(known)), known.to, a_test())
        plain = send_mail(known, known.to, a_test())
    with app.app_context():
        nobody = send_mail(known, known.to, a_test())

    assert "no STARTTLS" in (unsafe.failure or "")
    assert (plain.status, len(box.received)) == (250, 1)
    assert (
        nobody.failure
        == "The mail server cannot be used (ConnectionRefusedError: Connection refused)."
    )


@pytest.mark.parametrize(
    "url",
    ["mail.example", "http://mail.example", "smtp://", "smtp://a@b", "smtp://h:x", "smtp://h/?x=1"],
)
def test_setting_that_names_no_server_is_refused_when_it_starts(url: str) -> None:
    known = {"QIAO_ISSUER": "https://id.example", "QIAO_SECRET_KEYS": "s" * 40}

    with pytest.raises(InvalidSettings) as refused:
        read_settings({**known, "QIAO_SMTP_URL": url, "QIAO_MAIL_FROM": "nobody"})

    assert [line.split()[0] for line in refused.value.problems][:2] == [
        "QIAO_SMTP_URL",
        "QIAO_MAIL_FROM",
    ]
    with pytest.raises(InvalidSettings, match="QIAO_MAIL_FROM is missing"):
        read_settings({**known, "QIAO_SMTP_URL": "smtp://mail.example"})


@pytest.fixture(scope="module")
def app() -> Flask:
    return create_app(
        Settings(
            issuer="https://id.example",
            secret_keys=("s" * 64,),
            database_url=database_url("sqlite://"),
        )
    )


def test_invitations_are_sent_where_a_mail_server_is_set(
    sqlite: Database, wechat: LiveSandbox, clock: TestClock
) -> None:
    with receiving() as (box, port):
        about = {"smtp_url": mail_server(f"smtp://127.0.0.1:{port}"), "mail_from": "qiao@a.example"}
        deployment = build_deployment(sqlite, wechat, clock, shared=False, **about)
        program = Program.of(deployment)
        console = Console(deployment.app.test_client())
        with deployment.app.app_context():
            fields = AdminFields("mei", "", "owner", PASSWORD_OF_ADMIN)
            admins.create(db.session(), clock, CHEAP, fields, actor="system")
            db.session.commit()
        console.sign_in("mei")
        form = console.get("/admin/administrators/new").text
        lin = {"username": "lin", "role": "editor", "mail_to": "lin@example.com"}
        shown = console.post("/admin/administrators/new", lin)
        wrong = console.post("/admin/administrators/new", lin | {"mail_to": "lin"})
        box.refuses = ["550 No such user", "550 No such user"]
        refused = console.post("/admin/administrators/new", lin | {"mail_to": "no@example.com"})
        answer = program.send("POST", "/invitations", lin | {"mail_to": "no@example.com"})
        sent = program.make("/invitations", **lin)
        close(deployment)
        sqlite.empty()

    first, second = box.messages()
    assert 'name="mail_to"' in form
    assert "Sent to lin@example.com." in shown.text
    assert (wrong.status_code, "Write an address such as" in wrong.text) == (422, True)
    assert "could not be sent" in refused.text
    assert "/admin/join/" in refused.text
    assert answer.get_json()["mailed"] is False
    assert sent["mailed"] is True
    assert sent["link"] in second.get_content()
    text = first.get_content()
    assert re.findall(r"https?://\S+/admin/join/[\w-]{43}", text)
    assert "as lin (Editor)" in text
    assert "设置密码" in text
