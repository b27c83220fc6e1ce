"""Who is signed in at their own page, and whether they have shown lately that it is them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, ParamSpec

from flask import redirect
from flask.typing import ResponseReturnValue

from app.accounts.records import directory
from app.accounts.records.directory import AccountView
from app.database import db
from app.pages import self_service
from app.pages.parked import page
from app.pages.person import lifetimes
from app.sessions import browser, cookie
from app.sessions.browser import BrowserSession
from oidc.provider import current_provider

RECENT = 900
"""Seconds after signing in in which a person may do what cannot be undone."""

P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class Here:
    """The person at this browser."""

    session: BrowserSession
    account: AccountView

    @property
    def subject(self) -> str:
        return self.account.id

    @property
    def actor(self) -> str:
        """As the audit trail names them."""
        return f"person:{self.account.id}"

    @property
    def is_recent(self) -> bool:
        return current_provider().clock() - self.session.auth_time < RECENT


def who_is_here() -> Here | None:
    """The person who is signed in in this browser, whatever they signed in for."""
    provider = current_provider()
    token = cookie.token(secure=provider.settings.secure)
    found = browser.get(db.session(), provider.clock, token, lifetimes=lifetimes())
    account = directory.get(db.session(), found.account_id) if found else None
    return Here(found, account) if found and account else None


def for_person(
    view: Callable[Concatenate[Here, P], ResponseReturnValue],
) -> Callable[P, ResponseReturnValue]:
    """A view for somebody who is signed in; anybody else signs in first, and comes to the page."""

    return _guarded(view, recent=False)


def for_recent(
    view: Callable[Concatenate[Here, P], ResponseReturnValue],
) -> Callable[P, ResponseReturnValue]:
    """A view for what cannot be undone: a browser left open for a while is not enough."""
    return _guarded(view, recent=True)


def _guarded(
    view: Callable[Concatenate[Here, P], ResponseReturnValue], *, recent: bool
) -> Callable[P, ResponseReturnValue]:
    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        here = who_is_here()
        if here is None or (recent and not here.is_recent):
            return sign_in_first(again=here is not None)
        return view(here, *args, **kwargs)

    return guarded


def sign_in_first(*, again: bool = False) -> ResponseReturnValue:
    """To the sign-in page, which leads back to the account page. Commits."""
    parked = self_service.park("account", again=again)
    db.session.commit()
    return redirect(page("login", parked.id), 303)
