"""The parked request that a page belongs to, and the ways back to it and on from it.

Steps that succeeded come again: reloads, Back, other tabs, and browsers that ask twice (a source's
own browser does so at times with the address that it comes back to). Whoever was signed in by the
first copy goes on with the second.
"""

import time
from dataclasses import dataclass, replace
from typing import Literal

from flask import Response, redirect, request, url_for
from flask_babel import gettext as _

from app.database import db
from app.pages.brand import current_brand, worn_by
from app.sessions import cookie
from app.sign_in.client_display import ClientDisplay, from_client, host
from app.sign_in.question_token import IN_APP
from app.web.i18n import current_language, wish_of_interaction
from oidc.authorization import endpoint
from oidc.authorization.dispatcher import may_go_on
from oidc.clients.client import Client
from oidc.interactions.store import Interaction
from oidc.protocol.endpoint_paths import resumption_path
from oidc.protocol.errors import InteractionGone
from oidc.provider import current_provider

STEPS = {
    "login": "/sign-in/",
    "consent": "/consent/",
    "select_account": "/select-account/",
    "continue": "/continue/",
    "kept_out": "/access/",
    "device": "/device",
}
"""Where the page of each step is; the id of the parked request follows."""


PATIENCE = 3.0
"""Seconds that a second copy waits for the first, which may still be at it."""
PAUSE = 0.2
OWN = "own"
"""Kind of what we park for ourselves: a sign-in for our own pages, or a proof
(`app.pages.self_service`)."""
Task = Literal["sign_in", "account", "link", "prove"]
"""What the sign-in is for: an application, our own pages, another way in, or as a proof."""


@dataclass(frozen=True, slots=True)
class SignInRequest:
    """A request that waits for this page, in this browser.

    :param found: the application that asks; None for our own pages.
    """

    interaction: Interaction
    found: Client | None

    @property
    def id(self) -> str:
        return self.interaction.id

    @property
    def client(self) -> Client:
        """The application, for pages that have no meaning without one.

        :raises InteractionGone: when our own pages ask.
        """
        if self.found is None:
            raise InteractionGone("unknown")
        return self.found

    @property
    def client_id(self) -> str | None:
        return self.found.client_id if self.found else None

    @property
    def task(self) -> Task:
        if self.interaction.kind != OWN:
            return "sign_in"
        task: Task = self.interaction.host_state["task"]
        return task

    @property
    def binding(self) -> str:
        """Who may finish what was begun here: this browser, which alone can load the request, and
        the app where a sign-in began in it (`app.sign_in.in_app`)."""
        kept: str = self.interaction.host_state.get(IN_APP, "")
        return kept or f"interaction:{self.id}"

    @property
    def is_in_app(self) -> bool:
        """Whether it began inside an app: then no browser is signed in by what is answered here."""
        return IN_APP in self.interaction.host_state

    @property
    def onward(self) -> str:
        """Where the browser goes once somebody is signed in."""
        return url_for("pages.account") if self.task == "account" else resume(self.id)

    @property
    def application(self) -> ClientDisplay:
        if self.found is None:
            address = current_provider().settings.issuer
            brand = current_brand()
            return ClientDisplay(
                "",
                _("Your account"),
                host=host(address),
                logo=brand.logo,
                accent=brand.stylesheet,
                help=brand.help,
            )
        response_target = self.interaction.request.response_target
        redirect_uri = response_target.redirect_uri if response_target else None
        branding = worn_by(db.session(), self.found.client_id)
        display = from_client(self.found, current_language().tag, redirect_uri, branding)
        return replace(display, is_device=self.interaction.request.device is not None)


def load(interaction_id: str) -> SignInRequest:
    """The parked request of an application.

    :raises InteractionGone: when it is unknown, over, another browser's, or nobody's yet.
    """
    parked = load_any(interaction_id)
    if parked.task != "sign_in":
        raise InteractionGone("unknown")
    return parked


def load_any(interaction_id: str) -> SignInRequest:
    """The parked request, also one of our own pages.

    :raises InteractionGone: when it is unknown, over, another browser's, or nobody's yet; or when
        its application was stopped or removed meanwhile.
    """
    provider = current_provider()
    interaction = endpoint.parked(provider, interaction_id)
    wish_of_interaction(interaction.id, interaction.request.ui_locales)
    client = provider.clients.get(db.session(), interaction.client_id)
    ours = interaction.kind == OWN and not interaction.client_id
    if interaction.kind not in ("authorize", OWN) or not interaction.browser_digest:
        raise InteractionGone("unknown")
    if client is None and not ours:
        raise InteractionGone("application_gone")
    return SignInRequest(interaction, client)


def page(step: str, interaction_id: str) -> str:
    """Path of the page for a step of the dispatcher."""
    return STEPS[step] + interaction_id


def resume(interaction_id: str) -> str:
    """Where every page goes back to: the dispatcher decides what is next."""
    return resumption_path(interaction_id)


def onward_if_signed_in(parked: SignInRequest) -> Response | None:
    """On to what follows, where a copy of this step has signed somebody in for the request."""
    fresh = _read_again(parked)
    return _onward(fresh) if fresh.interaction.login_session is not None else None


def onward_once_signed_in(parked: SignInRequest) -> Response | None:
    """The same, if it happens within a moment and had not before."""
    before, until = parked.interaction.login_session, time.monotonic() + PATIENCE
    while True:
        fresh = _read_again(parked)
        if fresh.interaction.login_session != before:
            return _onward(fresh)
        if time.monotonic() > until:
            return None
        time.sleep(PAUSE)


def onward_if_settled(parked: SignInRequest) -> Response | None:
    """On, where this browser has been signed in meanwhile by another request (another tab).

    A person who asked for other ways to sign in (``ways``) gets them.
    """
    provider = current_provider()
    if parked.task != "sign_in" or "ways" in request.args:
        return None
    if cookie.token(secure=provider.settings.secure) is None:
        return None
    return _onward(parked) if may_go_on(provider, parked.interaction) else None


def _read_again(parked: SignInRequest) -> SignInRequest:
    """:raises InteractionGone: when it has been answered meanwhile; the page says where to go."""
    db.session.rollback()
    return load_any(parked.id)


def _onward(parked: SignInRequest) -> Response:
    response = redirect(parked.onward, 303)
    assert isinstance(response, Response)
    return response
