"""The suite's API, as far as a run needs it.

SuiteError
├─ Unreachable     no connection, or no answer in time, after several tries
├─ Unreadable      an answer that the API does not give: a 5xx, a page, no JSON
├─ Closed          it wants a token, or another one
└─ Refused         the API says no, in its own words
"""

import json
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import requests
from urllib3.exceptions import HTTPError

from tests.conformance.trust import Trust

Found = TypeVar("Found")
PART = 64 * 1024


class SuiteError(Exception):
    """The suite cannot be used; the text is one sentence for whoever runs it."""


class Unreachable(SuiteError):
    """Nobody answers."""


class Unreadable(SuiteError):
    """Somebody answers, but not as the API does."""


class Closed(SuiteError):
    """It lets nobody in without the right token."""


class Refused(SuiteError):
    """The API refuses this call; others may succeed."""


@dataclass(frozen=True)
class Patience:
    """For how long the suite is waited for.

    :param connect: seconds for a connection; :param answer: seconds for the next part of an answer,
        and :param whole: for all of it.
    :param tries: of a question that changes nothing; :param pause: seconds before the second try,
        doubled each time.
    """

    connect: float = 10.0
    answer: float = 60.0
    whole: float = 300.0
    tries: int = 4
    pause: float = 1.0


@dataclass(frozen=True)
class Module:
    """One module of a plan, with the variant that the plan gives it."""

    name: str
    variant: Mapping[str, str]


@dataclass(frozen=True)
class CreatedPlan:
    """A plan as the suite has made it."""

    id: str
    modules: tuple[Module, ...]


@dataclass(frozen=True)
class Instance:
    """A module that runs. :param url: what the suite calls itself, with this module's path."""

    id: str
    url: str


class Suite:
    """A suite at an address.

    :param token: of the hosted suite; a local one in its developer mode asks for none.
    """

    def __init__(
        self,
        base: str,
        token: str | None = None,
        trust: Trust | None = None,
        patience: Patience | None = None,
    ) -> None:
        self.base = base.rstrip("/")
        self._patience = patience or Patience()
        self._http = (trust or Trust()).session()
        if token:
            self._http.headers["Authorization"] = f"Bearer {token}"

    def close(self) -> None:
        self._http.close()

    def version(self) -> str:
        """Of the suite itself; "unknown" where it does not say."""
        try:
            return str(self._get("/api/server").get("version") or "unknown")
        except Refused:
            return "unknown"

    def create_plan(
        self, name: str, variant: Mapping[str, str], configuration: Mapping[str, Any]
    ) -> CreatedPlan:
        """:raises Refused: there is no such plan, variant or permission."""
        asked = {"planName": name, "variant": json.dumps(variant)}
        made = self._send("POST", "/api/plan", asked, configuration)
        return self._shaped(lambda: _plan(made))

    def create_module(self, plan: CreatedPlan, module: Module) -> Instance:
        """:raises Refused: it cannot be made."""
        asked = {"test": module.name, "plan": plan.id, "variant": json.dumps(module.variant)}
        made = self._send("POST", "/api/runner", asked)
        return self._shaped(lambda: Instance(str(made["id"]), str(made.get("url") or "")))

    def start(self, instance: Instance) -> None:
        self._send("POST", f"/api/runner/{instance.id}")

    def cancel(self, instance: Instance) -> None:
        self._send("DELETE", f"/api/runner/{instance.id}")

    def info(self, instance: Instance) -> Any:
        """``status`` and, in the end, ``result``."""
        return self._get(f"/api/info/{instance.id}")

    def browser(self, instance: Instance) -> Any:
        """What its browser is at: ``urls`` that wait for a person, ``runners`` that are busy."""
        found = self._get(f"/api/runner/{instance.id}").get("browser")
        return found if isinstance(found, dict) else {}

    def log(self, instance: Instance) -> list[Any]:
        return list(self._get(f"/api/log/{instance.id}", list))

    def log_page(self, instance: Instance) -> str:
        """Where a person reads the log."""
        return f"{self.base}/log-detail.html?log={instance.id}"

    def export(self, plan: CreatedPlan, archive: Path) -> None:
        """Saves all logs of a plan as the suite exports them for a submission, a ZIP of HTML.

        :raises Unreadable: what came is no such archive.
        """

        def keep(answer: requests.Response) -> None:
            try:
                with archive.open("wb") as file:
                    file.writelines(self._parts(answer))
            except Unreachable:
                archive.unlink()
                raise
            if not zipfile.is_zipfile(archive):
                archive.unlink()
                raise Unreadable(f"{self.base} exported something that is no ZIP archive.")

        self._tried(f"/api/plan/exporthtml/{plan.id}", keep)

    def _get(self, path: str, kind: type = dict) -> Any:
        return self._tried(path, lambda answer: self._read(answer, kind))

    def _tried(self, path: str, read: Callable[[requests.Response], Any]) -> Any:
        """Asks again after trouble that may pass: the question changes nothing."""
        pause = self._patience.pause
        for left in reversed(range(self._patience.tries)):
            try:
                return read(self._request("GET", path))
            except (Unreachable, Unreadable):
                if not left:
                    raise
            time.sleep(pause)
            pause *= 2
        raise AssertionError("there is at least one try")

    def _send(
        self,
        method: str,
        path: str,
        parameters: Mapping[str, str] | None = None,
        body: object = None,
    ) -> Any:
        return self._read(self._request(method, path, params=parameters, json=body), dict)

    def _request(self, method: str, path: str, **sent: Any) -> requests.Response:
        """An answer with a status below 300. Its body is read by the caller."""
        waits = (self._patience.connect, self._patience.answer)
        sent.setdefault("headers", {"Content-Type": "application/json"})
        try:
            answer = self._http.request(
                method, self.base + path, timeout=waits, allow_redirects=False, stream=True, **sent
            )
        except requests.RequestException as error:
            raise Unreachable(f"{self.base} does not answer ({_reason(error)}).") from error
        if answer.status_code >= 300:
            raise self._complaint(answer, f"{method} {path.partition('?')[0]}")
        return answer

    def _complaint(self, answer: requests.Response, asked: str) -> SuiteError:
        said = _words(b"".join(self._parts(answer)))
        if answer.status_code in (401, 403) or 300 <= answer.status_code < 400:
            return Closed(
                f"{self.base} does not let us in (HTTP {answer.status_code} to {asked}): "
                "is CONFORMANCE_TOKEN right?"
            )
        if answer.status_code < 500 or said:
            return Refused(f"HTTP {answer.status_code} to {asked}: {said or 'no reason given'}")
        return Unreadable(f"{self.base} answers HTTP {answer.status_code} to {asked}.")

    def _read(self, answer: requests.Response, kind: type) -> Any:
        try:
            found = json.loads(b"".join(self._parts(answer)))
        except (ValueError, RecursionError) as error:
            what = answer.headers.get("Content-Type", "no type")
            raise Unreadable(f"{self.base} does not answer with JSON ({what}).") from error
        if not isinstance(found, kind):
            raise self._misshapen()
        return found

    def _parts(self, answer: requests.Response) -> Iterator[bytes]:
        """Its body as it comes.

        :raises Unreachable: it breaks off, or drips for longer than anybody waits.
        """
        ends_at = time.monotonic() + self._patience.whole
        with answer:
            while part := self._next_part(answer):
                yield part
                if time.monotonic() > ends_at:
                    raise Unreachable(f"{self.base} does not answer (no whole answer in time).")

    def _next_part(self, answer: requests.Response) -> bytes:
        try:
            return bytes(answer.raw.read1(PART, decode_content=True))
        except (HTTPError, OSError) as error:
            raise Unreachable(f"{self.base} broke off ({type(error).__name__}).") from error

    def _shaped(self, read: Callable[[], Found]) -> Found:
        try:
            return read()
        except (KeyError, TypeError, AttributeError) as error:
            raise self._misshapen() from error

    def _misshapen(self) -> Unreadable:
        return Unreadable(f"{self.base} answers with JSON of another shape than the API's.")


def _plan(made: Mapping[str, Any]) -> CreatedPlan:
    modules = [
        (str(each["testModule"]), dict(each.get("variant") or {})) for each in made["modules"]
    ]
    return CreatedPlan(str(made["id"]), tuple(Module(*each) for each in modules))


def _words(body: bytes) -> str:
    """The API's own reason; nothing where a page or a proxy speaks."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    reason = said.get("error") if isinstance(said, dict) else None
    return reason[:300] if isinstance(reason, str) else ""


def _reason(error: requests.RequestException) -> str:
    if isinstance(error, requests.Timeout):
        return "no answer in time"
    if isinstance(error, requests.exceptions.SSLError):
        return "its certificate is not believed"
    return type(error).__name__
