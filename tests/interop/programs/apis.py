"""What verifies access tokens: a person's is taken, no other; and what a revocation does."""

from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import requests

from tests.interop.programs.installing import Installed
from tests.interop.programs.journey import WHO, running
from tests.interop.programs.program import Program
from tests.interop.programs.registering import Place, register
from tests.interop.programs.results import Seen
from tests.interop.programs.visitor import Stopped, words
from tests.interop.qiao import Qiao

CALLBACK = "http://127.0.0.1:9/callback"
TIMEOUT = 20


def guards(program: Program, installed: Installed, way: str, qiao: Qiao, folder: Path) -> Seen:
    """Whether the program lets in whom it should, and hears of a revocation at once."""
    place = register(qiao, program, way)
    caller = Caller(qiao, f"caller-of-{program.name}")
    with running(program, installed, place, folder) as log:
        try:
            return _seen(program, place, caller)
        except (Stopped, AssertionError, requests.RequestException, ValueError) as error:
            return Seen(stopped=f"{error} … {log.read_text()[-6000:]}")


def _seen(program: Program, place: Place, caller: "Caller") -> Seen:
    page = place.url + program.me
    _expect(page, requests.codes.unauthorized)
    _expect(page, requests.codes.unauthorized, "nobody's")
    token = caller.token()
    told = _expect(page, requests.codes.ok, token)
    if program.shows and program.shows not in told.text:
        raise Stopped(f"it tells {words(told.text)}")
    caller.revoke(token)
    return Seen(claims=("sub",), logout=not _ask(page, token).ok)


def _expect(page: str, status: int, token: str = "") -> requests.Response:
    answer = _ask(page, token)
    if answer.status_code != status:
        raise Stopped(f"{answer.status_code} in place of {status}: {words(answer.text)}")
    return answer


def _ask(page: str, token: str) -> requests.Response:
    bearer = {"Authorization": f"Bearer {token}"} if token else {}
    return requests.get(page, headers=bearer, timeout=TIMEOUT)


class Caller:
    """An application that somebody is signed in to, with an access token for them."""

    def __init__(self, qiao: Qiao, client_id: str) -> None:
        self._qiao = qiao
        told = qiao.register(client_id, redirect_uris=[CALLBACK], client_name="Caller")
        self._secret = (client_id, told["client_secret"])

    def token(self) -> str:
        asked = {"response_type": "code", "client_id": self._secret[0], "redirect_uri": CALLBACK}
        query = urlencode({**asked, "scope": "openid", "nonce": "n"})
        with self._qiao.person(WHO) as person:
            landed = person.browse(f"{self._qiao.issuer}/authorize?{query}")
        code = parse_qs(urlsplit(landed or "").query)["code"][0]
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
        return str(self._post("token", form).json()["access_token"])

    def revoke(self, token: str) -> None:
        self._post("revoke", {"token": token})

    def _post(self, path: str, form: dict[str, str]) -> requests.Response:
        url = f"{self._qiao.issuer}/{path}"
        answer = requests.post(url, form, auth=self._secret, timeout=TIMEOUT)
        if not answer.ok:
            raise Stopped(answer.text)
        return answer
