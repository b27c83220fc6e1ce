"""Why an application was refused, in words, and what mends it.

What the application was told (`oidc`) is for its developer, in English; this is for whoever
administers it. A hint is known by how it begins, or by words in it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from app.audit import client_refusals
from app.audit.client_refusals import Counted
from federation.translation import N_


@dataclass(frozen=True, slots=True)
class Mend:
    """:param happened: and ``advice``: sentences (message ids).

    :param change: members of the application that would let it in; empty where nothing here does.
    """

    happened: str
    advice: str
    change: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Explained:
    """A reason with its words."""

    counted: Counted
    mend: Mend


_NO_PKCE = N_("It asked for a sign-in without PKCE.")
_OTHER_WAY = N_("Its secret was right, and came in another way than is registered.")

MENDS: tuple[tuple[str, Mend], ...] = (
    (
        "The redirect_uri is not one",
        Mend(
            N_("It asked for the answer at an address that is not registered."),
            N_("Add the address to its redirect URIs, letter by letter, if it is the right one."),
        ),
    ),
    (
        "The redirect_uri parameter is missing",
        Mend(
            N_("It asked for a sign-in without a redirect URI."),
            N_("Set the redirect URI in the application; OpenID Connect demands that it is sent."),
        ),
    ),
    (
        "require_nonce_or_pkce",
        Mend(
            N_("It asked for a sign-in with neither PKCE nor a nonce."),
            N_("Switch PKCE (S256) or the nonce on in the application; or turn the rule off here."),
            {"require_nonce_or_pkce": False, "require_pkce": False},
        ),
    ),
    (
        "turns off require_pkce",
        Mend(
            _NO_PKCE,
            N_("Switch PKCE (S256) on in the application; or demand PKCE or a nonce here."),
            {"require_pkce": False, "require_nonce_or_pkce": True},
        ),
    ),
    (
        "Send a code_challenge",
        Mend(
            _NO_PKCE,
            N_("Switch PKCE (S256) on in it: an application without a secret cannot do without."),
        ),
    ),
    (
        "The code_challenge_method must be",
        Mend(
            N_("It sent PKCE with another method than S256."),
            N_("Set the method to S256 in the application; plain protects nothing."),
        ),
    ),
    (
        "turns off require_registered_auth_method",
        Mend(
            _OTHER_WAY,
            N_("Let its secret come in either way, or set the way in the application."),
            {"require_registered_auth_method": False},
        ),
    ),
    (
        "The secret is right",
        Mend(
            _OTHER_WAY,
            N_("Choose how it authenticates under Settings, or set the registered way in it."),
        ),
    ),
    (
        "The client secret is wrong",
        Mend(
            N_("It sent a wrong secret, or somebody else did in its name."),
            N_("Copy the secret into the application again, whole; or make a new one here."),
        ),
    ),
    (
        "The client sent ",
        Mend(
            N_("It authenticated in another way than is registered."),
            N_("Choose how it authenticates under Settings, or set the registered way in it."),
        ),
    ),
    (
        "The assertion's aud must be the issuer",
        Mend(
            N_("It addressed its assertion to another address than the issuer."),
            N_("Set the audience to the issuer in it; or let it name the token endpoint here."),
            {"assertion_audience": "any-endpoint"},
        ),
    ),
    (
        "The application must push",
        Mend(
            N_("It sent its request through the browser, and may only push it (PAR)."),
            N_("Switch pushed requests on in the application; or off here."),
            {"require_pushed_authorization_requests": False},
        ),
    ),
    (
        "must send a signed request object",
        Mend(
            N_("It sent a request that was not signed (JAR)."),
            N_("Switch signed requests on in the application; or off here."),
            {"require_signed_request_object": False},
        ),
    ),
    (
        "must send a DPoP proof",
        Mend(
            N_("It sent no proof of its key (DPoP)."),
            N_("Switch DPoP on in the application; or off here."),
            {"dpop_bound_access_tokens": False},
        ),
    ),
    (
        "post_logout_redirect_uri is not registered",
        Mend(
            N_("It wanted people back after signing out at an address that is not registered."),
            N_("Add the address to those after signing out, letter by letter."),
        ),
    ),
    (
        "Only response_type=code",
        Mend(
            N_("It asked for tokens in the address (the implicit or hybrid flow)."),
            N_("Set the response type to code in the application."),
        ),
    ),
    (
        "Separate the scopes by spaces",
        Mend(
            N_("It put commas between its scopes."),
            N_("Set the separator of scopes to a space in the application."),
        ),
    ),
    (
        "The scope is more than was granted",
        Mend(
            N_("It asked for more scopes at a refresh than it had been given."),
            N_("Have it leave the scopes out when it refreshes."),
        ),
    ),
    (
        "Send a scope that the application may use",
        Mend(
            N_("It asked for no scope that it may use."),
            N_("Have it ask for openid, and look at its scopes under Settings."),
        ),
    ),
    (
        "has not registered that scope",
        Mend(
            N_("It asked for a scope that it does not have."),
            N_("Add the scope under Settings, or have it ask for less."),
        ),
    ),
    (
        "openid, profile and the like speak of a person",
        Mend(
            N_("It acts for itself and asked for scopes that speak of a person."),
            N_("Have it ask for the scopes of an API, or for none."),
        ),
    ),
    (
        "may not use this grant type",
        Mend(
            N_("It used a way to get tokens that it has not registered."),
            N_("Tick the grant under Settings, if it should have it."),
        ),
    ),
    (
        "has not registered this grant type",
        Mend(
            N_("It used a way to get tokens that it has not registered."),
            N_("Tick the grant under Settings, if it should have it."),
        ),
    ),
    (
        "is not authorized to use 'grant_type",  # Authlib's words
        Mend(
            N_("It used a way to get tokens that it has not registered."),
            N_("Tick the grant under Settings, if it should have it."),
        ),
    ),
    (
        "The grant_type is not one",
        Mend(
            N_("It asked for tokens in a way that does not exist here."),
            N_("Set it to the authorization code flow; this server takes nobody's password."),
        ),
    ),
    (
        "The code_verifier",
        Mend(
            N_("The verifier that it sent does not belong to its challenge (PKCE)."),
            N_("Look whether several servers of it share their sessions."),
        ),
    ),
    (
        "The code was used before",
        Mend(
            N_("It redeemed a code twice, and all that came of the code has ended."),
            N_("Look for a page that is loaded twice, or a retry in the application."),
        ),
    ),
    (
        "The refresh token was used before",
        Mend(
            N_("It used an old refresh token again, and the sign-in has ended."),
            N_("Have it keep the newest token; with a secret it can keep one for good."),
            {"rotate_refresh_tokens": False},
        ),
    ),
    (
        "Send the redirect_uri that the code was asked for with",
        Mend(
            N_("It redeemed a code with another redirect URI than it had asked with."),
            N_("Set one redirect URI in all of it; behind a proxy it has to know its own https."),
        ),
    ),
    (
        "Authenticate the client in one way",
        Mend(
            N_("It sent its secret in two ways at once."),
            N_("Have it send the secret in the header or in the form, not in both."),
        ),
    ),
    (
        "The code is unknown",
        Mend(
            N_("It redeemed a code that is not its own, or that never was."),
            N_("Look whether client_id and address of this server are the same in all of it."),
        ),
    ),
    (
        "The code has expired",
        Mend(
            N_("It redeemed a code too late."),
            N_("Look at its clock and its network; a code lives for a minute."),
        ),
    ),
    (
        "client_id differs from",
        Mend(
            N_("It named two different client ids in one request."),
            N_("Set the same client_id everywhere in it."),
        ),
    ),
)
"""The first whose text is in the hint explains it."""

UNKNOWN = Mend(
    N_("It sent a request that cannot be accepted."),
    N_("What it was told says more; its developer can tell what to change."),
)


def last_refusals(session: Session, client_id: str) -> list[Explained]:
    """Why this application was refused, the last reason first, with what mends it."""
    return [
        Explained(one, mend_of(one.hint)) for one in client_refusals.of_client(session, client_id)
    ]


def mend_of(hint: str) -> Mend:
    """What stands behind a hint."""
    return next((mend for words, mend in MENDS if words in hint), UNKNOWN)
