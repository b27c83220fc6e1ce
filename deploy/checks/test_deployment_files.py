"""The files of deploy/, held to the programs that read them; three proxies in front of two nodes.

``make check-deploy`` runs it, outside the suite: it needs nginx, Caddy, HAProxy, systemd, helm and
hadolint, and says which of them it did not find.
"""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest
import requests
import yaml
from jsonschema import Draft7Validator

from tests.certificates import Authority
from tests.shell import Shell, free_port, settings
from tests.source import ROOT

DEPLOY = ROOT / "deploy"
HOST = "login.example.com"


def program(name: str) -> str:
    if found := shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/sbin"):
        return found
    pytest.skip(f"{name} is not installed")


def run(*words: str | Path, **environment: str) -> str:
    done = subprocess.run(
        [*map(str, words)],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_units_are_units_that_leave_little(tmp_path: Path) -> None:
    analyze = program("systemd-analyze")
    for unit in (DEPLOY / "systemd").iterdir():
        text = unit.read_text().replace("/opt/qiao/.venv/bin/qiao", "/bin/true")
        (tmp_path / unit.name).write_text(text)

    run(analyze, "verify", *sorted(tmp_path.iterdir()))
    told = run(analyze, "security", "--offline=yes", "--threshold=20", tmp_path / "qiao.service")

    assert "OK" in told


def test_image_is_built_as_the_linter_wants_it() -> None:
    assert run(program("hadolint"), DEPLOY / "Containerfile") == ""


def test_compose_files_name_what_there_is() -> None:
    for name in ("compose.yaml", "compose.sandbox.yaml"):
        document = yaml.safe_load((DEPLOY / name).read_text())
        for service in document["services"].values():
            for wanted in service.get("depends_on", ()):
                assert wanted in document["services"]
    variables = re.findall(r"^    (QIAO_\w+):", (DEPLOY / "compose.yaml").read_text(), re.MULTILINE)
    documented = (ROOT / "docs/configuration.md").read_text(encoding="utf-8")
    assert [each for each in variables if f"`{each}`" not in documented] == []


def test_chart_is_linted_and_drawn_with_every_switch() -> None:
    helm, chart = program("helm"), DEPLOY / "helm/qiao"
    run(helm, "lint", "--strict", chart)
    switches = ("autoscaling.enabled", "ingress.enabled", "metrics.serviceMonitor")
    # A helm that `go install` has built knows no cluster's version.
    drawn = run(
        helm,
        "template",
        "try",
        chart,
        "--kube-version",
        "1.34.0",
        *(f"--set={each}=true" for each in switches),
    )

    documents = [each for each in yaml.safe_load_all(drawn) if each]
    kinds = {each["kind"] for each in documents}
    assert kinds >= {"Deployment", "Job", "CronJob", "PodDisruptionBudget", "Ingress"}
    wrong = subprocess.run(
        [helm, "template", "try", str(chart), "--set=issuer=http://x"],
        capture_output=True,
        check=False,
    )
    assert wrong.returncode != 0


def test_schema_of_the_chart_holds_its_own_values() -> None:
    schema = json.loads((DEPLOY / "helm/qiao/values.schema.json").read_text())
    values = yaml.safe_load((DEPLOY / "helm/qiao/values.yaml").read_text())

    Draft7Validator.check_schema(schema)
    assert [*Draft7Validator(schema).iter_errors(values)] == []


def test_traefik_file_names_what_it_has() -> None:
    http = yaml.safe_load((DEPLOY / "proxies/traefik.yaml").read_text())["http"]

    routers = http["routers"].values()
    assert {each for one in routers for each in one["middlewares"]} == http["middlewares"].keys()
    assert {one["service"] for one in routers} == http["services"].keys()


# Proxies in front of two nodes.


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator["Nodes"]:
    folder = tmp_path_factory.mktemp("nodes")
    with ExitStack() as stack:
        nodes = Nodes(folder, stack)
        yield nodes


class Nodes:
    """Two servers on one database, which believe the proxy on the loopback."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.ports = (free_port(), free_port())
        self._stack = stack
        self._shell = Shell(
            settings(
                0,
                f"sqlite:///{folder / 'qiao.sqlite3'}",
                QIAO_TRUSTED_PROXY_NETWORKS="127.0.0.0/8",
                QIAO_LOG_FORMAT="json",
            )
            | {"QIAO_ISSUER": f"https://{HOST}"}
        )
        assert self._shell.flask("db", "upgrade").returncode == 0
        self._running = {port: self._start(port) for port in self.ports}

    def _start(self, port: int) -> "subprocess.Popen[str]":
        return self._stack.enter_context(self._shell.serving(port))

    def roll(self) -> None:
        """Restarts one after the other; each begins to answer before the next one goes."""
        for port in self.ports:
            node = self._running[port]
            node.send_signal(signal.SIGTERM)
            node.communicate(timeout=60)
            self._running[port] = self._start(port)
            time.sleep(8)  # probes find it


@contextmanager
def proxied(command: list[str], port: int, **environment: str) -> Iterator[str]:
    with subprocess.Popen(command, env={**os.environ, **environment}) as running:
        try:
            ends_at = time.monotonic() + 30
            while not _listens(port):
                assert running.poll() is None
                assert time.monotonic() < ends_at
                time.sleep(0.1)
            yield f"https://127.0.0.1:{port}"
        finally:
            running.terminate()


def _listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def nginx(
    folder: Path, ports: tuple[int, int], tls: int, plain: int
) -> tuple[list[str], dict[str, str]]:
    text = (DEPLOY / "proxies/nginx.conf").read_text()
    text = re.sub(r"\n    listen \[::\][^\n]*", "", text)
    text = text.replace("listen 443 ", f"listen {tls} ").replace("listen 80;", f"listen {plain};")
    text = re.sub(r"/etc/ssl/qiao/\w+\.pem", str(folder / "server.pem"), text)
    text = text.replace(":8000", f":{ports[0]}").replace(":8001", f":{ports[1]}")
    names = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"{each}_temp_path {folder / each};\n" for each in names)
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder / 'pid'}; error_log stderr;\nevents {{}}\n"
        f"http {{ access_log off;\n{temporary}{text} }}"
    )
    command = [program("nginx"), "-p", str(folder), "-c", str(folder / "nginx.conf")]
    run(*command, "-t")
    return command, {}


def caddy(
    folder: Path, ports: tuple[int, int], tls: int, plain: int
) -> tuple[list[str], dict[str, str]]:
    known = program("caddy")
    text = (DEPLOY / "proxies/Caddyfile").read_text()
    environment = {
        "QIAO_HOST": HOST,
        "QIAO_NODES": " ".join(f"127.0.0.1:{port}" for port in ports),
        "HOME": str(folder),
    }
    run(
        known,
        "validate",
        "--adapter",
        "caddyfile",
        "--config",
        DEPLOY / "proxies/Caddyfile",
        **environment,
    )
    own = f"{{\n\tadmin off\n\thttps_port {tls}\n\thttp_port {plain}\n"
    own += "\tauto_https disable_redirects\n}\n"
    begin = "{$QIAO_HOST:login.example.com} {\n"
    text = text.replace(begin, f"{begin}\ttls {folder / 'server.pem'} {folder / 'server.pem'}\n")
    (folder / "Caddyfile").write_text(own + text)
    return [
        known,
        "run",
        "--adapter",
        "caddyfile",
        "--config",
        str(folder / "Caddyfile"),
    ], environment


def haproxy(
    folder: Path, ports: tuple[int, int], tls: int, plain: int
) -> tuple[list[str], dict[str, str]]:
    text = (DEPLOY / "proxies/haproxy.cfg").read_text()
    text = text.replace("bind :80", f"bind 127.0.0.1:{plain}").replace(
        "bind :443", f"bind 127.0.0.1:{tls}"
    )
    text = text.replace("/etc/haproxy/qiao.pem", str(folder / "server.pem"))
    text = text.replace(":8000", f":{ports[0]}").replace(":8001", f":{ports[1]}")
    (folder / "haproxy.cfg").write_text(text)
    command = [program("haproxy"), "-f", str(folder / "haproxy.cfg")]
    run(*command, "-c")
    return [*command, "-db"], {}


Proxy = Callable[[Path, tuple[int, int], int, int], tuple[list[str], dict[str, str]]]


@pytest.mark.parametrize("proxy", [nginx, caddy, haproxy], ids=lambda each: each.__name__)
def test_proxy_hands_on_what_counts_and_nothing_fails_while_nodes_are_restarted(
    proxy: Proxy, nodes: Nodes, tmp_path: Path
) -> None:
    authority = Authority()
    (tmp_path / "authority.pem").write_text(authority.certificate())
    (tmp_path / "server.pem").write_text(authority.server(HOST))
    tls, plain = free_port(), free_port()
    command, environment = proxy(tmp_path, nodes.ports, tls, plain)
    with proxied(command, tls, **environment) as address:
        ask = Asking(address, tmp_path / "authority.pem")
        discovery = ask("GET", "/.well-known/openid-configuration")
        large = None
        with suppress(requests.ConnectionError):  # it may end before all has been sent
            large = ask("POST", "/token", data=b"a" * 300_000)
        forged = ask("GET", "/account", headers={"X-Forwarded-Host": "evil.example"})
        statuses = while_rolling(ask, nodes)

    assert discovery.json()["issuer"] == f"https://{HOST}"
    assert large is None or large.status_code in (413, 502)  # 502 of Caddy before 2.7
    assert "evil.example" not in str(forged.headers) + forged.text
    assert {200: statuses.get(200), 400: statuses.get(400)} == statuses
    assert sum(statuses.values()) > 200


class Asking:
    """Whoever comes by the proxy: a connection for each thread, kept."""

    def __init__(self, address: str, authority: Path) -> None:
        self._address = address
        self._authority = authority
        self._own = threading.local()

    def __call__(self, method: str, path: str, **more: object) -> requests.Response:
        if not hasattr(self._own, "session"):
            self._own.session = requests.Session()
            self._own.session.trust_env = False
            self._own.session.verify = str(self._authority)
            self._own.session.mount("https://", Named())
        session: requests.Session = self._own.session
        headers = {"Host": HOST, **more.pop("headers", {})}  # type: ignore[dict-item]
        address = self._address + path
        return session.request(
            method, address, headers=headers, timeout=30, allow_redirects=False, **more
        )  # type: ignore[arg-type]


class Named(requests.adapters.HTTPAdapter):
    """TLS with the public name, at an address of the loopback."""

    def init_poolmanager(self, *words: object, **more: object) -> None:
        super().init_poolmanager(*words, server_hostname=HOST, assert_hostname=HOST, **more)  # type: ignore[arg-type]


def while_rolling(ask: Asking, nodes: Nodes) -> dict[int, int]:
    """How often each status was answered while both nodes were restarted."""
    counts: dict[int, int] = {}
    ended = threading.Event()

    def work(number: int) -> list[int]:
        seen = []
        while not ended.is_set():
            if number % 2:
                seen.append(ask("GET", "/jwks").status_code)
            else:
                seen.append(ask("POST", "/token", data={"grant_type": "nothing"}).status_code)
            time.sleep(0.05)
        return seen

    with ThreadPoolExecutor(4) as workers:
        asked = [workers.submit(work, number) for number in range(4)]
        try:
            nodes.roll()
        finally:
            ended.set()
        for each in asked:
            for status in each.result():
                counts[status] = counts.get(status, 0) + 1
    return counts
