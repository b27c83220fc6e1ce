"""From an empty folder to sign-ins by docs/wechat-setup.md alone: its commands as they stand.

The sandbox stands for WeChat, by the guide's own words (*A rehearsal without WeChat*). What was set
up is then used by the mini program in Tencent's simulator and by the helper for Android.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from app.demo.deployment import Ports
from app.demo.java_helper import JavaApp, NoHelper, compiled
from tests import services
from tests.interop import guide_app
from tests.interop.guide import Guide, Terminal
from tests.interop.guide_stage import GuideStage, Shop
from tests.live import free_ports
from tests.miniprogram.mini_program import HERE as SIMULATOR
from tests.miniprogram.mini_program import configured, tools
from tests.miniprogram.stage import serving
from tests.mobile.phone import Phone

pytestmark = pytest.mark.slow

PASSWORD = "a password of the tests"
REHEARSAL, QIAO = "A rehearsal without WeChat", "Qiao itself"
PROOF = "MP_verify_AbCdEfGhIjKlMnOp.txt"
NEW_HOME = "wx0123456789abcde9"
PATIENCE = 240
STORIES = json.dumps(
    {
        "testEnvironment": "jsdom",
        "roots": ["<rootDir>/guide"],
        "testTimeout": 60000,
        "transform": {},
    }
)


@dataclass
class SetUp:
    """:param registered: client ID and secret of each application, by its name."""

    folder: Path
    ports: Ports
    guide: Guide
    terminal: Terminal
    registered: dict[str, tuple[str, str]]

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.ports.qiao}"

    @property
    def sandbox(self) -> str:
        return f"http://127.0.0.1:{self.ports.sandbox}"

    def values(self) -> list[tuple[str, str, str]]:
        """Example, what stands for it in a rehearsal, and its AppSecret."""
        rows = [[cell.strip("`") for cell in row] for row in self.guide.rows(REHEARSAL)]
        return [(example, ours, secret) for example, ours, secret in rows]

    def adapted(self, command: str) -> str:
        """A command for the sandbox, at free ports."""
        for example, ours, _secret in self.values():
            command = command.replace(example, ours)
        push = {row[0]: row[1] for row in self.values()}
        command = command.replace("--push-token …", f"--push-token {push['Token of the push']}")
        command = command.replace("--push-key …", f"--push-key {push['EncodingAESKey']}")
        return command.replace("8000", str(self.ports.qiao)).replace(
            "8001", str(self.ports.sandbox)
        )

    def type(self, command: str) -> None:
        """Types one of the guide's commands, and answers it; keeps what it registers."""
        for client_id, _secret in list(self.registered.values())[-1:]:
            command = command.replace("<client_id>", client_id)
        command = self.adapted(command)
        secrets = [secret for _, ours, secret in self.values() if secret and ours in command]
        answers = secrets[:1] if "wechat-apps add" in command else []
        said = self.terminal.do(command, *answers)
        if "clients add" in command:
            name = re.search(r"--name (\w+)", command)
            assert name
            self.registered[name[1]] = kept(said)


def kept(said: str) -> tuple[str, str]:
    """What a person writes down of a registration."""
    client_id = re.search(r"client_id\W+(\S+)", said)
    assert client_id, said
    secret = re.search(r"client_secret\W+(\S+)", said)
    return client_id[1].strip('",'), secret[1].strip('",') if secret else ""


@pytest.fixture(scope="module")
def set_up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SetUp]:
    folder, guide = tmp_path_factory.mktemp("guide"), Guide()
    (folder / ".venv").symlink_to(Path(sys.prefix))
    (folder / PROOF).write_text("AbCdEfGhIjKlMnOp", encoding="utf-8")
    with ExitStack() as windows:
        first, second, third = (windows.enter_context(Terminal(folder)) for _ in range(3))
        deployment = SetUp(folder, free_ports(), guide, third, {})
        for command in of_qiao_itself(deployment):
            if command.startswith("qiao admin create"):
                first.do(command, PASSWORD, PASSWORD)
            elif command == "qiao serve":
                first.begin(f"{command} --port {deployment.ports.qiao}", "Serving at .*\n")
            else:
                first.do(command)
        [_settings, sandbox] = guide.blocks(REHEARSAL)
        second.begin(deployment.adapted(sandbox.strip()), "WeChat sandbox: .*\n")
        for command in guide.commands(QIAO):
            if command.startswith(("set -a", "export PATH")):
                third.do(command)
        yield deployment


def of_qiao_itself(deployment: SetUp) -> list[str]:
    """The first block; its packages are here already, and its settings are the rehearsal's."""
    [block] = deployment.guide.blocks(QIAO)
    [settings, _sandbox] = deployment.guide.blocks(REHEARSAL)
    here = f"QIAO_DATABASE_URL=sqlite:///{deployment.folder / 'qiao.sqlite3'}\n"
    block = block.replace("make install\n", "")
    block = block.replace("QIAO_ISSUER=https://login.example.com\n", settings + here)
    heredoc = re.compile(r"^cat > .*?^END$", re.DOTALL | re.MULTILINE)
    block = heredoc.sub(lambda found: found[0].replace("\n", "\0"), deployment.adapted(block))
    return [line.replace("\0", "\n") for line in block.splitlines()]


@pytest.fixture(scope="module")
def gone_through(set_up: SetUp) -> SetUp:
    """All that the guide has somebody type, section by section."""
    sections = (
        "A mini program",
        "A mobile app",
        "A website",
        "An official account",
        "Message push",
    )
    for section in sections:
        for command in set_up.guide.commands(section):
            set_up.type(command)
    new = f"qiao wechat-apps add {NEW_HOME} --kind miniprogram --open-platform main"
    set_up.terminal.do(new, "0" * 32)
    for command in set_up.guide.commands("Moving house"):
        set_up.type(command)
    return set_up


def test_wechat_takes_what_was_set_up(gone_through: SetUp) -> None:
    mini_program = gone_through.adapted("wx0123456789abcdef")

    said = gone_through.terminal.do("qiao credentials check wechat " + mini_program)
    console = {"appid": mini_program}
    pushed = requests.post(
        f"{gone_through.sandbox}/sandbox/v1/pushes/verify", json=console, timeout=60
    )
    proof = requests.get(f"{gone_through.issuer}/{PROOF}", timeout=60)

    assert mini_program in said
    assert pushed.json() == {"verified": True}
    assert proof.text == "AbCdEfGhIjKlMnOp"


def test_app_that_the_guide_names_signs_in(gone_through: SetUp) -> None:
    named = re.search(r"`(\.venv/bin/python -m app\.demo native [^`]*)`", gone_through.guide.text)
    assert named
    command = named[1].replace("<client_id>", gone_through.registered["App"][0])

    said = gone_through.terminal.do(
        f"{command} --issuer {gone_through.issuer} --sandbox {gone_through.sandbox}"
    )

    assert '"idp": "wechat"' in said


@pytest.fixture(scope="module")
def class_path(tmp_path_factory: pytest.TempPathFactory) -> str:
    try:
        return compiled(tmp_path_factory.mktemp("classes"))
    except NoHelper as reason:
        services.missing(f"the helper for Android cannot be compiled ({reason})")


@pytest.fixture
def phone(gone_through: SetUp, class_path: str, tmp_path: Path) -> Iterator[Phone]:
    """With the app that the guide registers."""
    client = (gone_through.registered["App"][0], "com.example.app:/callback")
    phone = Phone(gone_through, class_path, tmp_path / "memory", client=client)
    yield phone
    phone.put_away()


@pytest.mark.parametrize("story", guide_app.STORIES, ids=lambda story: story.__name__)
def test_app_of_the_guide(phone: Phone, story: Callable[[Phone], None]) -> None:
    story(phone)


def test_app_of_the_guide_goes_on_in_the_browser(gone_through: SetUp, phone: Phone) -> None:
    gone_through.terminal.do("qiao connections change wechat --association ask")
    guide_app.goes_on_in_the_browser(phone)
    gone_through.terminal.do("qiao connections change wechat --association none")


def test_mini_program_and_app_of_the_guide_sign_people_in(
    gone_through: SetUp, class_path: str, tmp_path: Path
) -> None:
    folder, report = gone_through.folder, tmp_path / "report.json"
    configured(tmp_path / "mini-program" / "quick", gone_through.issuer)
    app = (gone_through.issuer, gone_through.registered["App"][0], "com.example.app:/callback")

    with ExitStack() as running:

        def started(connection: str) -> JavaApp:
            memory = tmp_path / f"phone-{os.urandom(4).hex()}"
            begin = ("sign-in", connection)
            known = (*app, "openid wechat offline_access")
            return running.enter_context(JavaApp(class_path, memory, known, begin))

        def shop() -> Shop:
            return Shop(gone_through.issuer, gone_through.sandbox, *gone_through.registered["Shop"])

        stage = GuideStage(shop, started, folder / "qiao.sqlite3")
        where = {
            "MINIPROGRAM": str(tmp_path / "mini-program"),
            "STAGE": running.enter_context(serving(stage.served())),
            "SANDBOX": gone_through.sandbox,
        }
        command = (tools() / "jest", "--runInBand", "--json", f"--outputFile={report}")
        done = subprocess.run(
            (*command, "--config", STORIES),
            cwd=SIMULATOR,
            env={**os.environ, **where},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )

    assert report.exists(), done.stderr
    [told] = json.loads(report.read_text(encoding="utf-8"))["testResults"]
    assert told["message"] == ""
    assert {story["status"] for story in told["assertionResults"]} == {"passed"}
