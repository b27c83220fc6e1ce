"""The people of the demo's traffic: those of the sandbox, and as many more as are wanted."""

import itertools
from dataclasses import dataclass, field
from secrets import SystemRandom

import requests

from app.demo.virtual_phone import TIMEOUT, SignInFailed
from federation import Codes, CodeUpstream, Connection, Federation, Identity

CODES = {"miniprogram": "js", "mobile": "oauth"}
"""By the kind of the credential, which of the sandbox's codes names somebody."""
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗"
GIVEN = ("伟", "芳", "娜", "敏", "静", "磊", "洋", "艳", "勇", "杰", "丽华", "建国", "子涵", "雨桐")
chance = SystemRandom()


@dataclass
class Crowd:
    """People who sign in; what the source said of each is asked for once.

    :param sandbox: its address.
    """

    sandbox: str
    federation: Federation
    ids: list[str] = field(default_factory=list)
    _known: dict[tuple[str, str], Identity] = field(default_factory=dict)

    def gather(self, wanted: int) -> None:
        """The sandbox's own people, and others whom it does not know yet; last those whom WeChat
        refuses, who come seldom."""
        found = self._get("/people")["people"]
        at_risk = [person["id"] for person in found if person["high_risk"]]
        known = [person["id"] for person in found if person["id"] not in at_risk]
        numbers = itertools.count(1)
        while len(known) < wanted:
            person = f"traffic-{next(numbers)}"
            if person not in known:
                phone = {"country_code": "86", "number": f"139{chance.randrange(10**8):08}"}
                name = chance.choice(SURNAMES) + chance.choice(GIVEN)
                self._post("/people", {"id": person, "nickname": name, "phones": [phone]})
                known.append(person)
        self.ids = [*known[: wanted - len(at_risk)], *at_risk]

    def identity(self, person: str, connection: Connection) -> Identity:
        """What the source says of the person, as at their first sign-in.

        :raises federation.errors.FederationError: the source refuses them.
        """
        found = self._known.get((person, connection.id))
        if found is None:
            found = self._ask(person, connection)
            self._known[person, connection.id] = found
        return found

    def _ask(self, person: str, connection: Connection) -> Identity:
        upstream = self.federation.upstream(connection)
        assert isinstance(upstream, CodeUpstream)
        kind = CODES[connection.credential.kind]
        body = {"appid": connection.credential.id, "person": person}
        scope = {"scope": "snsapi_userinfo"} if kind == "oauth" else {}
        code = self._post("/codes", {**body, **scope, "kind": kind})["code"]
        return upstream.exchange(connection, Codes(code, self._phone_code(body, kind)))

    def _phone_code(self, body: dict[str, str], kind: str) -> str | None:
        if kind != "js" or not self._get(f"/people/{body['person']}")["phones"]:
            return None
        return str(self._post("/codes", {**body, "kind": "phone"})["code"])

    def _get(self, path: str) -> dict[str, list[dict[str, str]]]:
        found: dict[str, list[dict[str, str]]] = requests.get(
            f"{self.sandbox}/sandbox/v1{path}", timeout=TIMEOUT
        ).json()
        return found

    def _post(self, path: str, body: object) -> dict[str, str]:
        answer = requests.post(f"{self.sandbox}/sandbox/v1{path}", json=body, timeout=TIMEOUT)
        if not answer.ok:
            raise SignInFailed(f"The sandbox says: {answer.text.strip()}")
        made: dict[str, str] = answer.json()
        return made
