"""A deployment that its operator runs: it is prepared with our files, and rotates its own keys."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.conformance.__main__ import main
from tests.conformance.clients import Credentials
from tests.conformance.deployment import DeploymentError, Target
from tests.conformance.files import read_credentials
from tests.conformance.given import Given
from tests.conformance.plans import PLANS
from tests.conformance.stand_in import StandIn, standing_in

WITHOUT_PAUSE = {"seen": 0.0, "poll": 0.02}


class Provider:
    """What of a provider can be seen: its metadata and its keys."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        self.said: str = issuer
        self.kids = ["old"]


@pytest.fixture
def provider() -> Iterator[Provider]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            keys = {"keys": [{"kid": kid} for kid in known.kids]}
            metadata = {"issuer": known.said, "jwks_uri": known.issuer + "/jwks"}
            body = json.dumps(keys if self.path == "/jwks" else metadata).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        known = Provider(f"http://127.0.0.1:{server.server_address[1]}")
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield known
        server.shutdown()
        thread.join()


def given(provider: Provider, credentials: Credentials, said: list[str], **more: object) -> Given:
    target = Target(provider.issuer, "", credentials)
    return Given(target, said.append, **{**WITHOUT_PAUSE, **more})  # type: ignore[arg-type]


def test_rotation_by_hand_is_asked_for_and_waited_for(
    provider: Provider, credentials: Credentials
) -> None:
    said: list[str] = []

    def somebody(line: str) -> None:
        said.append(line)
        threading.Timer(0.1, lambda: provider.kids.append("new")).start()

    Given(Target(provider.issuer, "", credentials), somebody, seen=0.0, poll=0.02).rotate()

    assert said == ["  Rotate the keys now: qiao keys rotate --now"]
    assert provider.kids == ["old", "new"]


def test_rotation_that_does_not_come_ends_the_run(
    provider: Provider, credentials: Credentials
) -> None:
    with pytest.raises(DeploymentError, match="were not rotated"):
        given(provider, credentials, [], patience=0.1).rotate()


def test_rotation_by_a_command_that_fails_ends_the_run(
    provider: Provider, credentials: Credentials
) -> None:
    with pytest.raises(DeploymentError, match="ended with 3"):
        given(provider, credentials, [], rotation="exit 3").rotate()


def test_deployment_of_another_issuer_is_not_taken(
    provider: Provider, credentials: Credentials
) -> None:
    provider.said = "https://other.example"

    with pytest.raises(DeploymentError, match=r"calls itself https://other\.example"):
        given(provider, credentials, []).check()


def test_prepare_writes_what_the_run_reads_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    places = ("--suite", "https://suite.example", "--files", str(tmp_path))

    code = main([*places, "--issuer", "https://op.example", "--prepare"])

    said = capsys.readouterr().out
    known = read_credentials(tmp_path)
    assert code == 0
    assert f"sh {tmp_path / 'load.sh'}" in said
    assert known.alias == "qiao"
    assert {file.stem for file in (tmp_path / "plans").iterdir()} == {plan.key for plan in PLANS}
    assert all(file.stat().st_mode & 0o077 == 0 for file in tmp_path.glob("*.*"))


def test_run_against_a_deployment_that_was_not_prepared_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], provider: Provider
) -> None:
    with standing_in(StandIn({}, token=None)) as suite:
        places = ("--suite", suite.base, "--files", str(tmp_path), "--docs", str(tmp_path))
        code = main([*places, "--issuer", provider.issuer, "--output", str(tmp_path / "out")])

    assert code == 1
    assert "prepare the deployment with --prepare" in capsys.readouterr().out


def test_plan_that_does_not_exist_is_answered_with_those_that_do(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = main(["--suite", "https://suite.example", "--plan", "basics"])

    assert code == 2
    assert "No plan is called basics. There are: config, basic," in capsys.readouterr().out
