"""The console and the API, a command or a file change one thing at once: the second is told."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from app.administrators import admins
from app.administrators.admins import AdminFields
from app.database import db
from app.sign_in.local_passwords import passwords
from tests.app.management.api.program import Program
from tests.app.management.console.console import PASSWORD, Console
from tests.conftest import TestClock
from tests.databases import Database
from tests.deployment import Deployment, build_deployment, close
from tests.sandbox_server import MINI_PROGRAM, LiveSandbox


class Thing(NamedTuple):
    """:param page: its form in the console, and ``field`` what is typed there.

    :param path: at the API, which has the value at the end of ``member``.
    """

    page: str
    field: str
    path: str
    member: tuple[str, ...]


THINGS = {
    "application": Thing("applications/shop", "client_name", "/clients/shop", ("client_name",)),
    "its branding": Thing(
        "applications/shop/look", "headline_en", "/clients/shop/look", ("texts", "en", "headline")
    ),
    "its access": Thing(
        "applications/shop/access", "contact", "/clients/shop/access", ("contact",)
    ),
    "connection": Thing(
        "connections/wechat", "name_en", "/connections/wechat", ("display_name", "en")
    ),
    "credential": Thing(
        f"wechat-apps/{MINI_PROGRAM.appid}", "name", f"/wechat-apps/{MINI_PROGRAM.appid}", ("name",)
    ),
    "own branding": Thing("look", "headline_en", "/look", ("texts", "en", "headline")),
    "group": Thing("groups/{group}", "description", "/groups/{group}", ("description",)),
    "person": Thing("accounts/{person}/edit", "name", "/accounts/{person}", ("name",)),
    "administrator": Thing("administrators/{admin}", "name", "/administrators/{admin}", ("name",)),
    "api": Thing("apis/{api}", "name_en", "/apis/{api}", ("name", "en")),
    "webhook": Thing("notifications/ops", "description", "/webhooks/ops", ("description",)),
}


@pytest.fixture
def deployment(sqlite: Database, wechat: LiveSandbox, clock: TestClock) -> Iterator[Deployment]:
    deployment = build_deployment(sqlite, wechat, clock)
    deployment.connection()
    deployment.application()
    yield deployment
    close(deployment)
    sqlite.empty()


@pytest.fixture
def program(deployment: Deployment) -> Program:
    return Program.of(deployment)


@pytest.fixture
def console(deployment: Deployment) -> Console:
    with deployment.app.app_context():
        fields = AdminFields("han", "Han", "owner", PASSWORD)
        admins.create(db.session(), deployment.clock, passwords(), fields, actor="test")
        db.session.commit()
    console = Console(deployment.app.test_client())
    assert console.sign_in().status_code == 303
    return console


@pytest.fixture
def made(program: Program) -> dict[str, str]:
    """What each placeholder in a path stands for."""
    lin = {"username": "lin", "role": "viewer", "password": PASSWORD}
    api = {"resource": "https://api.example/", "name": {"en": "API"}}
    hook = {"id": "ops", "url": "https://hooks.example/", "events": ["*"]}
    program.make("/webhooks", **hook)
    return {
        "group": program.make("/groups", name="staff")["id"],
        "person": program.make("/accounts", name="Li")["sub"],
        "admin": program.make("/administrators", **lin)["id"],
        "api": program.make("/apis", **api)["id"],
    }


def body_of(member: tuple[str, ...], value: str) -> Any:
    return value if not member else {member[0]: body_of(member[1:], value)}


def value_at(document: Any, member: tuple[str, ...]) -> Any:
    for name in member:
        document = (document or {}).get(name)
    return document


@pytest.mark.parametrize("name", THINGS)
def test_second_of_console_and_api_is_told(
    console: Console, program: Program, made: dict[str, str], name: str
) -> None:
    thing = THINGS[name]
    page, path = f"/admin/{thing.page}".format(**made), thing.path.format(**made)
    method = "PUT" if name == "its access" else "PATCH"
    rest = {"mode": "open"} if method == "PUT" else {}
    opened, read = console.get(page), program.send("GET", path)

    def by_api(value: str, etag: str) -> Any:
        body = {**rest, **body_of(thing.member, value)}
        return program.send(method, path, body, If_Match=etag)

    first = by_api("By the API", read.headers["ETag"])
    late = console.fill(opened, page, {thing.field: "In the console"})
    kept = value_at(program.get(path), thing.member)
    knowingly = console.fill(late, page, {})
    late_too = by_api("By the API again", first.headers["ETag"])

    assert first.status_code == 200, first.text
    assert late.status_code == 409, late.text
    assert 'value="In the console"' in late.text or ">In the console<" in late.text
    assert kept == "By the API"
    assert knowingly.status_code == 303, knowingly.text
    assert late_too.status_code == 412, late_too.text
    assert value_at(program.get(path), thing.member) == "In the console"


FILE = """\
applications:
  - client_id: shop
    metadata: {redirect_uris: ["https://shop.example/callback"], client_name: By the file}
"""
COMMANDS = {
    "application": ("clients", "change", "shop", "--name"),
    "connection": ("connections", "change", "wechat", "--name"),
    "group": ("groups", "change", "staff", "--description"),
    "person": ("accounts", "change", "{person}", "--name"),
}
"""What ends in the value; other things have no command that changes a part of them."""


@pytest.mark.parametrize("name", COMMANDS)
def test_console_is_told_of_what_a_command_changed_meanwhile(
    console: Console, program: Program, made: dict[str, str], name: str
) -> None:
    thing, command = THINGS[name], [word.format(**made) for word in COMMANDS[name]]
    page, path = f"/admin/{thing.page}".format(**made), thing.path.format(**made)
    opened = console.get(page)

    done = program.deployment.app.test_cli_runner().invoke(args=[*command, "By command"])
    late = console.fill(opened, page, {thing.field: "In the console"})

    assert done.exit_code == 0, done.output
    assert late.status_code == 409
    assert "By command" in late.text
    assert value_at(program.get(path), thing.member) == "By command"


def test_console_is_told_of_what_a_file_changed_and_the_file_names_what_it_overwrites(
    console: Console, program: Program, tmp_path: Path
) -> None:
    page, file = "/admin/applications/shop", tmp_path / "deployment.yaml"
    file.write_text(FILE, encoding="utf-8")
    runner = program.deployment.app.test_cli_runner()
    opened = console.get(page)

    applied = runner.invoke(args=["apply", str(file)])
    late = console.fill(opened, page, {"client_name": "In the console"})
    knowingly = console.fill(late, page, {})
    shown = runner.invoke(args=["apply", str(file), "--dry-run"])

    assert applied.exit_code == 0, applied.output
    assert (late.status_code, knowingly.status_code) == (409, 303)
    assert "By the file" in late.text
    assert "would change application shop" in shown.output
    assert "client_name" in shown.output
    assert program.get("/clients/shop")["client_name"] == "In the console"
