"""Everything that the sandbox remembers, in memory, behind one lock."""

import threading
from dataclasses import dataclass

from .answers import Answers
from .app_tokens import AppTokens
from .apps import Kind, WeChatApp
from .clock import Clock, MovableClock
from .codes import Codes
from .components import Components
from .errors import WeChatError
from .journal import Journal
from .links import Openings
from .message_store import Messages
from .people import Person
from .pushes import Pushes
from .quotas import Quotas
from .seed import demo_apps, demo_people
from .session_keys import SessionKeys
from .user_tokens import UserTokens


@dataclass
class Settings:
    """Where WeChat's behaviour is not known, or differs from one day to the next.

    :param reuse_errcode: what a used ``wx.login`` or OAuth code answers: 40163 or 40029.
    :param denial_redirects: whether declining on an authorize page goes back with ``state`` only
        (an older edition) or nowhere.
    :param allow_list_covers_code2session: whether ``sns/jscode2session`` minds the allow-list.
    :param code2session_per_minute: calls per person, and
    :param plain_tokens_per_day: calls of ``cgi-bin/token`` per app; 0: no limit.
    """

    reuse_errcode: int = 40163
    denial_redirects: bool = False
    allow_list_covers_code2session: bool = True
    code2session_per_minute: int = 100
    plain_tokens_per_day: int = 2000


class World:
    """The state of one sandbox.

    Hold ``lock`` while reading or changing anything; never while waiting for something.

    :param qiao: base URL of the server that the virtual phone's mini program speaks to.
    """

    def __init__(self, qiao: str, clock: Clock) -> None:
        self.qiao = qiao.rstrip("/")
        self.clock = MovableClock(clock)
        self.lock = threading.RLock()
        self.reset()

    def reset(self, qiao: str = "") -> None:
        """Back to the demo's people and apps; every code, token and queued answer is gone.

        :param qiao: the server to speak to from now on; empty: the same one.
        """
        with self.lock:
            self.qiao = qiao.rstrip("/") or self.qiao
            self.clock.reset()
            self.settings = Settings()
            self.people = {person.id: person for person in demo_people()}
            self.apps = {app.appid: app for app in demo_apps(self.qiao)}
            self.codes = Codes()
            self.app_tokens = AppTokens()
            self.user_tokens = UserTokens()
            self.session_keys = SessionKeys()
            self.quotas = Quotas()
            self.answers = Answers()
            self.journal = Journal()
            self.openings = Openings()
            self.pushes = Pushes()
            self.messages = Messages()
            self.components = Components()
            #: By AppID and kind: the ticket and when it ends.
            self.jsapi_tickets: dict[tuple[str, str], tuple[str, int]] = {}

    def app(self, appid: str, *kinds: Kind) -> WeChatApp:
        """The app with this AppID.

        :raises WeChatError: 40013 if there is none, or none of these kinds.
        """
        app = self.apps.get(appid)
        if app is None or (kinds and app.kind not in kinds):
            raise WeChatError(40013)
        return app

    def person(self, person_id: str) -> Person:
        """The person behind a code or token, as they are now.

        :raises WeChatError: 40003 once they have left WeChat.
        """
        person = self.people.get(person_id)
        if person is None or person.deregistered:
            raise WeChatError(40003)
        return person
