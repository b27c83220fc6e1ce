"""Qiao as its operators run it, live, with a sandbox beside it: what foreign clients talk to."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from flask import Flask

from app.demo.deployment import HOST, Deployment
from app.demo.processes import Processes, servers
from app.demo.seed import MINI_PROGRAM, prepare
from tests.interop.person import PASSWORD, USERNAME, Person
from tests.live import free_ports, show_line

CONNECTION = "wechat-mini"
PROFILE = {"name": "Li Lei", "email": "li.lei@example.com", "email_verified": True}


class OpenDeployment(Deployment):
    """The demo, where people also have passwords and applications may register themselves; at an
    address, since clients look a name up in ways of their own.
    """

    @property
    def issuer(self) -> str:
        return f"http://{HOST}:{self.ports.qiao}"

    def qiao_environment(self) -> dict[str, str]:
        switches = {"QIAO_LOCAL_LOGIN": "1", "QIAO_REGISTRATION": "open"}
        return {**super().qiao_environment(), **switches}


class DeploymentBehindTls(OpenDeployment):
    """As in production: people reach a proxy, which speaks https and tells who they are."""

    @property
    def issuer(self) -> str:
        return f"https://localhost:{self.ports.application}"

    def qiao_environment(self) -> dict[str, str]:
        return {**super().qiao_environment(), "QIAO_TRUSTED_PROXIES": "1"}

    def sandbox_environment(self) -> dict[str, str]:
        """The phone is inside the house: it needs no certificate."""
        return {"SANDBOX_QIAO_BASE": f"http://127.0.0.1:{self.ports.qiao}"}


@dataclass(frozen=True)
class WeChatPerson:
    """How WeChat names somebody."""

    openid: str
    unionid: str


@dataclass(frozen=True)
class Qiao:
    """The live server, and its operator at the command line."""

    deployment: Deployment
    administration: Flask

    @property
    def issuer(self) -> str:
        return self.deployment.issuer

    def register(self, client_id: str, **metadata: Any) -> dict[str, Any]:
        """The registration of a new application that may use WeChat, with its secret."""
        document = json.dumps({"client_id": client_id, **metadata})
        command = ("clients", "add", "--from-json", "-", "--json", "--connection", CONNECTION)
        return dict(json.loads(self.operate(*command, typed=document)))

    def operate(self, *command: str, typed: str = "") -> str:
        """What ``flask --app wsgi`` prints for a command."""
        done = self.administration.test_cli_runner().invoke(args=command, input=typed)
        assert done.exit_code == 0, done.output
        return done.stdout

    def wechat_person(self, person_id: str) -> WeChatPerson:
        """Who this is for the mini program, by the sandbox's own word."""
        url = f"{self.deployment.sandbox}/sandbox/v1/people/{person_id}"
        known = requests.get(url, timeout=10).json()
        appid = MINI_PROGRAM.id
        return WeChatPerson(known["openids"][appid], known["unionids"][appid])

    def wechat_code(self, person_id: str) -> str:
        """What ``wx.login`` gives the mini program in this person's hand."""
        url = f"{self.deployment.sandbox}/sandbox/v1/codes"
        body = {"kind": "js", "person": person_id, "appid": MINI_PROGRAM.id}
        return str(requests.post(url, json=body, timeout=10).json()["code"])

    def person(self, wechat: str | None = None, authority: str | None = None) -> Person:
        """Somebody with a new browser, who signs in by password or, as ``wechat``, by scanning."""
        return Person(self.issuer, self.deployment.sandbox, wechat, authority)


@contextmanager
def running_qiao(folder: Path, kind: type[OpenDeployment] = OpenDeployment) -> Iterator[Qiao]:
    """Qiao and the sandbox on free ports, with one account that has a password."""
    deployment = kind.at(folder, free_ports())
    processes = Processes(show_line)
    try:
        qiao = Qiao(deployment, prepare(deployment))
        parts = servers(deployment)[:2]  # the demo's application is not needed
        for server in parts:
            processes.start(server)
        create = ("accounts", "create", USERNAME, "--password", PASSWORD, "--profile", "-")
        qiao.operate(*create, typed=json.dumps(PROFILE))
        for server in parts:
            processes.wait_until_answers(server)
        yield qiao
    finally:
        processes.stop()
