"""A mini program in somebody's hand: it reads a ticket of Qiao's, confirms it or declines it."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

import requests

from .apps import WeChatApp
from .links import SINGLE_PAGE, Launch, SendAuth
from .minting import CannotMint, phone_button, wx_login
from .people import Person, Phone
from .world import World

#: Seconds that the mini program waits for Qiao (``wx.request`` would wait for 60).
PATIENCE = 20.0


@dataclass(frozen=True)
class Reply:
    """Qiao's answer; ``status`` 0 and the error ``unreachable`` if there was none."""

    status: int
    body: Mapping[str, object]

    @property
    def is_ok(self) -> bool:
        return self.status == 200

    @property
    def error(self) -> str:
        return str(self.body.get("error", ""))


@dataclass(frozen=True)
class PhoneChoice:
    """A tap on one of the phone buttons.

    :param kind: ``quick`` or ``realtime``, by the button.
    :param phone: the number picked or typed in; None: the person's first.
    """

    kind: str
    phone: Phone | None = None


@dataclass(frozen=True)
class Visit:
    """One person in one mini program with one ticket.

    :param scene: the ticket, which codes to scan carry as their scene.
    :param entry: WeChat's number for how the mini program was opened; None for a mini program
        that does not tell.
    :param referrer: the AppID of what opened it, if WeChat names one.
    :param language: as ``Accept-Language`` has it; empty for a mini program that does not tell.
    """

    world: World
    person: Person
    app: WeChatApp
    scene: str
    entry: int | None = None
    referrer: str = ""
    language: str = ""

    def read(self) -> Reply:
        """Who asks, for what; the ticket is ``scanned`` from now on."""
        return self._ask("GET", "", query=self._entry())

    def confirm(self, number: int | None, phone: PhoneChoice | None) -> Reply:
        """Hand over fresh codes of this person.

        :param number: the one picked of three, if the ticket wants one.
        :raises CannotMint: if WeChat gives this person no code.
        """
        if self.entry == SINGLE_PAGE:
            raise CannotMint("single-page mode has no wx.login")
        with self.world.lock:
            code = wx_login(self.world, self.app, self.person).value
            body: dict[str, object] = {"js_code": code, **self._entry()}
            if phone is not None:
                phone_code = phone_button(self.world, self.app, self.person, phone.phone)
                body |= {"phone_code": phone_code.value, "phone_kind": phone.kind}
        if number is not None:
            body["number"] = number
        return self._ask("POST", "/confirm", body)

    def deny(self) -> Reply:
        return self._ask("POST", "/deny", {})

    def _entry(self) -> dict[str, str | int]:
        """What ``wx.getEnterOptionsSync`` told, as Qiao wants it."""
        told: dict[str, str | int] = {} if self.entry is None else {"scene": self.entry}
        return told | ({"referrer_app_id": self.referrer} if self.referrer else {})

    def _ask(
        self,
        method: str,
        step: str,
        body: Mapping[str, object] | None = None,
        query: Mapping[str, str | int] | None = None,
    ) -> Reply:
        url = f"{self.world.qiao}/federation/v1/tickets/{quote(self.scene, safe='')}{step}"
        try:
            answer = requests.request(
                method,
                url,
                params=query,
                json=body,
                headers={"Accept-Language": self.language} if self.language else {},
                timeout=PATIENCE,
                allow_redirects=False,
            )
            content = answer.json()
        except (requests.RequestException, ValueError) as error:
            sentence = f"The server at {self.world.qiao} gave no usable answer."
            kind = type(error).__name__
            return Reply(0, {"error": "unreachable", "error_description": f"{sentence} ({kind})"})
        usable = content if isinstance(content, dict) else {"error": "unreachable"}
        return Reply(answer.status_code, usable)


def launch(
    world: World, user_name: str, path: str, launch_type: int, app_appid: str = ""
) -> Launch | None:
    """``WXLaunchMiniProgram`` of a native app; None for a ``user_name`` that nobody has.

    :param app_appid: of that app; WeChat always knows it, so the first one stands in for none.
    """
    mobile = [app.appid for app in world.apps.values() if app.kind == "mobile"]
    app_appid = app_appid or (mobile or [""])[0]
    for app in world.apps.values():
        if app.kind == "miniprogram" and app.original_id == user_name:
            identifier = secrets.token_urlsafe(8)
            added = Launch(identifier, app_appid, app.appid, path, launch_type, world.clock())
            world.openings.launches[identifier] = added
            return added
    return None


def ask_send_auth(world: World, app: WeChatApp, scope: str, state: str) -> SendAuth:
    """``SendAuth`` of a native app, for somebody to answer on the phone."""
    identifier = secrets.token_urlsafe(8)
    asked = SendAuth(identifier, app.appid, scope, state, world.clock())
    world.openings.send_auths[identifier] = asked
    return asked
