"""Third parties of the Open Platform: their tokens, and the accounts that trust them."""

import secrets
from dataclasses import dataclass

from .apps import WeChatApp
from .errors import PageError, WeChatError

#: Seconds that a verify ticket, a token, a pre-authorization code and an authorization code live.
TICKET_LIFE = 12 * 3600
TOKEN_LIFE = 7200
PRE_AUTH_LIFE = 1800
CODE_LIFE = 3600


@dataclass
class Lent:
    """What a component holds for a time, and the account that it is about, if about one."""

    component: str
    expires_at: int
    appid: str = ""


class Components:
    """Everything that the components of this sandbox hold, by value."""

    def __init__(self) -> None:
        self.tickets: dict[str, Lent] = {}
        self.tokens: dict[str, Lent] = {}
        self.pre_auth_codes: dict[str, Lent] = {}
        self.authorization_codes: dict[str, Lent] = {}
        self.refresh_tokens: dict[tuple[str, str], str] = {}

    def ticket(self, component: WeChatApp, now: int) -> str:
        """What WeChat pushes every ten minutes: older ones live on."""
        value = f"ticket@@@{secrets.token_urlsafe(56)}"
        self.tickets[value] = Lent(component.appid, now + TICKET_LIFE)
        return value

    def token(self, component: WeChatApp, ticket: str, now: int) -> str:
        """:raises WeChatError: 61006 for another ticket, 61005 for an old one."""
        lent = self.tickets.get(ticket)
        if lent is None or lent.component != component.appid:
            raise WeChatError(61006)
        if now >= lent.expires_at:
            raise WeChatError(61005)
        value = "74_" + secrets.token_urlsafe(100)
        self.tokens[value] = Lent(component.appid, now + TOKEN_LIFE)
        return value

    def holder(self, token: str, now: int) -> str:
        """The component that a token speaks for.

        :raises WeChatError: 41001, 40001 or 42001.
        """
        if not token:
            raise WeChatError(41001)
        lent = self.tokens.get(token)
        if lent is None:
            raise WeChatError(40001)
        if now >= lent.expires_at:
            raise WeChatError(42001)
        return lent.component

    def pre_auth_code(self, component: str, now: int) -> str:
        value = f"preauthcode@@@{secrets.token_urlsafe(32)}"
        self.pre_auth_codes[value] = Lent(component, now + PRE_AUTH_LIFE)
        return value

    def check_pre_auth_code(self, component: str, code: str, now: int) -> None:
        """:raises PageError: 10001 for a code that is another's, spent or old."""
        lent = self.pre_auth_codes.get(code)
        if lent is None or lent.component != component or now >= lent.expires_at:
            raise PageError(10001, "pre_auth_code is invalid or has expired")

    def spend_pre_auth_code(self, component: str, code: str, now: int) -> None:
        """A code is good for one account. Raises as :meth:`check_pre_auth_code`."""
        self.check_pre_auth_code(component, code, now)
        del self.pre_auth_codes[code]

    def authorize(self, component: str, appid: str, now: int) -> str:
        """The administrator of an account says yes: the code that the component's page gets."""
        value = f"queryauthcode@@@{secrets.token_urlsafe(48)}"
        self.authorization_codes[value] = Lent(component, now + CODE_LIFE, appid)
        self.refresh_tokens[component, appid] = f"refreshtoken@@@{secrets.token_urlsafe(32)}"
        return value

    def authorized_by(self, component: str, code: str, now: int) -> str:
        """The account behind a code, which is good once.

        :raises WeChatError: 61009 for another code, 61010 for an old one.
        """
        lent = self.authorization_codes.get(code)
        if lent is None or lent.component != component:
            raise WeChatError(61009)
        del self.authorization_codes[code]
        if now >= lent.expires_at:
            raise WeChatError(61010)
        return lent.appid

    def check(self, component: str, appid: str) -> None:
        """:raises WeChatError: 61003 where the account has not authorized the component."""
        if (component, appid) not in self.refresh_tokens:
            raise WeChatError(61003)
