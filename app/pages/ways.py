"""The ways to sign in that a request has in this browser, and whether one is begun unasked."""

from dataclasses import dataclass

from flask import request

from app.elements import passkeys_are_on, passwords_are_on
from app.pages import person
from app.pages.connections import offered
from app.pages.parked import SignInRequest
from app.sign_in.contexts import PASSKEY_ACR, PASSWORD_ACR
from federation.connections import Connection
from federation.devices import ConnectionButton, Offers, offers
from oidc.protocol.authorization_request import AuthorizationRequest


@dataclass(frozen=True, slots=True)
class Ways:
    """:param offers: with the buttons, what would fit instead of them.

    :param passkey: one that the person may have made; nobody knows before they use it.
    """

    offers: Offers
    buttons: tuple[ConnectionButton, ...]
    password: bool
    passkey: bool

    @property
    def only(self) -> ConnectionButton | None:
        """The one way that there is to choose; None for several, or a form to fill in."""
        return self.buttons[0] if len(self.buttons) == 1 and not self.password else None


def ways_here(parked: SignInRequest, usable: list[Connection] | None = None) -> Ways:
    """The ways that make sense in this browser and are enough for what is asked.

    :param usable: what `offered` gives, where it is known already.
    """
    asked = parked.interaction.request
    found = offers(offered(parked) if usable is None else usable, request.user_agent.string)
    enough = (one for one in found.buttons if is_enough(asked, one.connection.source.acr))
    ours = parked.task in ("sign_in", "account")
    return Ways(
        found,
        tuple(enough),
        password=ours and passwords_are_on() and is_enough(asked, PASSWORD_ACR),
        passkey=ours and passkeys_are_on() and is_enough(asked, PASSKEY_ACR),
    )


def is_enough(asked: AuthorizationRequest, acr: str) -> bool:
    """Whether a sign-in of this context is what the application cannot do without."""
    return not asked.acr_essential or acr in asked.acr_values


def begins_unasked(parked: SignInRequest, button: ConnectionButton) -> bool:
    """Whether the only way is begun without a page before it.

    A code to scan is a page itself, which says who asks. A source that takes the browser away at
    once comes after a page wherever that page has something to say: who is signed in here, what
    an application's links lead to, or that nobody knows the application.
    """
    if "ways" in request.args or parked.task not in ("sign_in", "account"):
        return False
    if button.way.begins != "redirect":
        return True
    if parked.is_in_app or parked.interaction.host_state.get("again"):
        return False
    return _has_nothing_to_say(parked) and person.signed_in(None) is None


def _has_nothing_to_say(parked: SignInRequest) -> bool:
    if parked.found is None:
        return True
    application = parked.application
    links = application.policy_uri or application.tos_uri
    return parked.found.is_vouched_for and not links
