"""A live sandbox for tests, on a free port, and its control API in the domain's words."""

import threading
from collections.abc import Mapping, Sequence
from typing import Any

import requests

from federation.sandbox import create_sandbox, seed
from federation.sandbox.server import sandbox_server

#: The demo's credentials, for tests that configure a connection with them.
MINI_PROGRAM = seed.MINI_PROGRAM
MOBILE = seed.MOBILE
WEBSITE = seed.WEBSITE
OFFICIAL = seed.OFFICIAL
COMPONENT = seed.COMPONENT
OPEN_PLATFORM = seed.OPEN_PLATFORM


class LiveSandbox:
    """WeChat, listening at ``url``: ``wechat.answers(40163)``, ``wechat.js_code("li-lei")``.

    Everything goes through HTTP, as a script elsewhere would do it; a refusal of the control API
    fails the test with its sentence.

    :param qiao: base URL of the server that the virtual phone and the pushes go to.
    """

    def __init__(self, qiao: str = "http://127.0.0.1:8000") -> None:
        self._qiao = qiao
        self._server = sandbox_server(create_sandbox(qiao))
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def reset(self, qiao: str = "") -> None:
        """Back to the demo's people and apps.

        :param qiao: base URL of the server to speak to until the next reset; empty: the one that
            the sandbox was started with.
        """
        self.control("POST", "/reset", {"qiao": qiao or self._qiao})

    # -- people and apps -------------------------------------------------------------------------

    def person(self, person_id: str, **changes: object) -> dict[str, Any]:
        """This person, created if new, changed if anything is given."""
        found = requests.get(f"{self.url}/sandbox/v1/people/{person_id}", timeout=10)
        if found.status_code == 404:
            return self.control("POST", "/people", {"id": person_id, **changes})
        if changes:
            return self.control("PATCH", f"/people/{person_id}", changes)
        return dict(found.json())

    def openid(self, person_id: str, appid: str = MINI_PROGRAM.appid) -> str:
        return str(self.person(person_id)["openids"][appid])

    def unionid(self, person_id: str, appid: str = MINI_PROGRAM.appid) -> str | None:
        unionid = self.person(person_id)["unionids"][appid]
        return None if unionid is None else str(unionid)

    def app(self, appid: str = MINI_PROGRAM.appid, **changes: object) -> dict[str, Any]:
        """This app, created if new (``kind=`` is needed then), changed if anything is given."""
        found = requests.get(f"{self.url}/sandbox/v1/apps/{appid}", timeout=10)
        if found.status_code == 404:
            return self.control("POST", "/apps", {"appid": appid, **changes})
        if changes:
            return self.control("PATCH", f"/apps/{appid}", changes)
        return dict(found.json())

    # -- codes and tokens ------------------------------------------------------------------------

    def js_code(self, person_id: str, appid: str = MINI_PROGRAM.appid) -> str:
        return self._code(kind="js", person=person_id, appid=appid)

    def phone_code(self, person_id: str, appid: str = MINI_PROGRAM.appid, **number: object) -> str:
        """A phone code; ``number=`` and ``country_code=`` pick another number than the first."""
        return self._code(kind="phone", person=person_id, appid=appid, **number)

    def oauth_code(self, person_id: str, appid: str = MOBILE.appid, **more: object) -> str:
        """A code of ``SendAuth`` or an authorize page; ``scope=`` and ``snapshot=`` may follow."""
        return self._code(kind="oauth", person=person_id, appid=appid, **more)

    def expire(self, code: str) -> None:
        self.control("POST", "/codes/expire", {"code": code})

    def invalidate_token(
        self, appid: str = MINI_PROGRAM.appid, *, family: str = "stable", renewed: bool = True
    ) -> None:
        """What another server of the same developer does to our token."""
        body = {"appid": appid, "family": family, "renewed": renewed}
        self.control("POST", "/tokens/invalidate", body)

    def authorize(self, url: str, person_id: str, decision: str = "allow") -> str | None:
        """Answer an authorize page; the address that the browser is sent to, or None."""
        body = {"url": url, "person": person_id, "decision": decision}
        location = self.control("POST", "/authorizations", body)["location"]
        return None if location is None else str(location)

    # -- faults ----------------------------------------------------------------------------------

    def answers(
        self, errcode: int | None = None, endpoint: str = "*", *, times: int = 1, **more: object
    ) -> None:
        """Queue an answer: ``answers(40163)``, ``answers(status=502)``, ``answers(delay=3.0)``,
        ``answers(dead=True)``, ``answers(garbage="html")``; ``when="after"`` consumes the code."""
        body: dict[str, object] = {"endpoint": endpoint, "times": times, **more}
        if errcode is not None:
            body["errcode"] = errcode
        self.control("POST", "/answers", body)

    def behaves(self) -> None:
        """Forget every queued answer."""
        self.control("DELETE", "/answers")

    def settings(self, **changes: object) -> dict[str, Any]:
        return self.control("PATCH", "/settings", changes)

    def advance(self, seconds: int) -> None:
        """Move the sandbox's clock."""
        self.control("POST", "/clock", {"advance": seconds})

    # -- what happened ---------------------------------------------------------------------------

    def calls(self, path: str = "", appid: str = "") -> list[dict[str, Any]]:
        """The server API calls so far, oldest first, secrets as fingerprints."""
        answer = requests.get(
            f"{self.url}/sandbox/v1/calls", params={"path": path, "appid": appid}, timeout=10
        )
        return list(answer.json()["calls"])

    def mini_program_codes(self) -> list[dict[str, Any]]:
        """The pictures made to be scanned, newest first."""
        return list(self.control("GET", "/mini-program-codes")["codes"])

    def links(self) -> list[dict[str, Any]]:
        return list(self.control("GET", "/links")["links"])

    # -- the phone, without its pages ------------------------------------------------------------

    def visit(self, person_id: str, scene: str, action: str = "read", **more: object) -> Any:
        """The mini program with a ticket: ``read``, ``confirm`` (``number=``, ``phone=``) or
        ``deny``; gives Qiao's status and body."""
        body = {"person": person_id, "scene": scene, "action": action, **more}
        return self.control("POST", "/visits", body)

    def push(
        self, event: str, person_id: str, appid: str = MINI_PROGRAM.appid, **more: object
    ) -> Any:
        """Send one event; gives what was sent and how it was received."""
        body = {"event": event, "person": person_id, "appid": appid, **more}
        return self.control("POST", "/pushes", body)

    def control(
        self, method: str, path: str, body: Mapping[str, object] | Sequence[object] | None = None
    ) -> dict[str, Any]:
        """One call of the control API."""
        answer = requests.request(method, f"{self.url}/sandbox/v1{path}", json=body, timeout=60)
        if not answer.ok:
            raise AssertionError(f"{method} {path}: {answer.status_code} {answer.text}")
        return dict(answer.json())

    def _code(self, **body: object) -> str:
        return str(self.control("POST", "/codes", body)["code"])
