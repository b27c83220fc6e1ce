"""What verifies access tokens: a person's is taken, no other; and what a revocation does."""

import secrets
import time
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import requests

from app.management.services import presets
from tests.interop.programs.installing import Installed
from tests.interop.programs.journey import WHO, running
from tests.interop.programs.program import PLAIN, Program
from tests.interop.programs.registering import SCOPE, Place, register, register_api
from tests.interop.programs.results import Seen
from tests.interop.programs.visitor import Stopped, words
from tests.interop.qiao import Qiao
from tests.key_holder import new_key, proof, token_hash

CALLBACK = "http://127.0.0.1:9/callback"
TIMEOUT = 60
KEY = new_key()


def guards(program: Program, installed: Installed, way: str, qiao: Qiao, folder: Path) -> Seen:
    """Whether the program lets in whom it should, and hears of a revocation at once."""
    caller = Caller(qiao, f"caller-of-{program.name}-{way}")
    if way == PLAIN or not presets.load(way).registers:
        place = register_api(qiao, program, way, caller.client_id)
    else:
        place = register(qiao, program, way)
    with running(program, installed, place, folder) as log:
        try:
            return _seen(program, place, caller)
        except requests.Timeout as error:
            raise TimeoutError(str(error)) from error
        except (Stopped, AssertionError, requests.RequestException, ValueError) as error:
            return Seen(stopped=f"{error} … {log.read_text()[-6000:]}")


def _seen(program: Program, place: Place, caller: "Caller") -> Seen:
    page = place.url + program.me
    resource = place.environment.get("RESOURCE", "")
    _expect(page, requests.codes.unauthorized)
    _expect(page, requests.codes.unauthorized, bearer("nobody's"))
    if resource:
        _expect(page, requests.codes.unauthorized, bearer(caller.id_token()))
    token = caller.token(resource)
    told = _expect(page, requests.codes.ok, bearer(token))
    if program.shows and program.shows not in told.text:
        raise Stopped(f"it tells {words(told.text)}")
    if program.dpop:
        _bound(page, caller.token(resource, bound=True))
    caller.revoke(token)
    return Seen(claims=("sub",), logout=not _ask(page, bearer(token)).ok)


def _bound(page: str, token: str) -> None:
    """A token that is bound to a key is good with a proof, and nothing without (RFC 9449 7)."""
    shown = {"Authorization": f"DPoP {token}"}
    proven = proof(KEY, int(time.time()), "GET", "", htu=page, ath=token_hash(token))
    _expect(page, requests.codes.ok, {**shown, "DPoP": proven})
    _expect(page, requests.codes.unauthorized, shown)
    _expect(page, requests.codes.unauthorized, bearer(token))


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _expect(page: str, status: int, shown: dict[str, str] | None = None) -> requests.Response:
    answer = _ask(page, shown)
    if answer.status_code != status:
        told = f"{words(answer.text)} {answer.headers.get('WWW-Authenticate', '')}"
        raise Stopped(f"{answer.status_code} in place of {status} to {shown}: {told}")
    return answer


def _ask(page: str, shown: dict[str, str] | None) -> requests.Response:
    return requests.get(page, headers=shown, timeout=TIMEOUT)


class Caller:
    """An application that somebody is signed in to, with an access token for them."""

    def __init__(self, qiao: Qiao, client_id: str) -> None:
        self._qiao = qiao
        self.client_id = client_id
        told = qiao.register(client_id, redirect_uris=[CALLBACK], client_name="Caller")
        self._secret = (client_id, told["client_secret"])

    def token(self, resource: str = "", *, bound: bool = False) -> str:
        """For an API's scope, or for nothing but the person."""
        asked = {"scope": SCOPE, "resource": resource} if resource else {"scope": "openid"}
        return str(self._signed_in(asked, bound)["access_token"])

    def id_token(self) -> str:
        """Signed by the same key, and no access token."""
        return str(self._signed_in({"scope": "openid"}, bound=False)["id_token"])

    def _signed_in(self, asked: dict[str, str], bound: bool) -> dict[str, str]:
        sent = {"response_type": "code", "client_id": self.client_id, "redirect_uri": CALLBACK}
        verifier = secrets.token_urlsafe(32)
        pkce = {"code_challenge": token_hash(verifier), "code_challenge_method": "S256"}
        query = urlencode({**sent, **asked, **pkce})
        with self._qiao.person(WHO) as person:
            landed = person.browse(f"{self._qiao.issuer}/authorize?{query}")
        told = parse_qs(urlsplit(landed or "").query)
        if "code" not in told:
            raise Stopped(f"no code, but {landed}")
        form = {"grant_type": "authorization_code", "code": told["code"][0]}
        form["code_verifier"] = verifier
        headers = {"DPoP": self._proof()} if bound else {}
        return dict(self._post("token", {**form, "redirect_uri": CALLBACK}, headers).json())

    def _proof(self) -> str:
        return proof(KEY, int(time.time()), "POST", "", htu=f"{self._qiao.issuer}/token")

    def revoke(self, token: str) -> None:
        self._post("revoke", {"token": token}, {})

    def _post(self, path: str, form: dict[str, str], headers: dict[str, str]) -> requests.Response:
        url = f"{self._qiao.issuer}/{path}"
        answer = requests.post(url, form, headers=headers, auth=self._secret, timeout=TIMEOUT)
        if not answer.ok:
            raise Stopped(answer.text)
        return answer
