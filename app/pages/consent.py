"""The consent page: what the application asks for, Allow and Deny."""

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.database import db
from app.pages import parked as parked_request
from app.pages import person
from app.pages.apis import apis_shown, scopes_of_apis
from app.pages.blueprint import pages
from app.pages.parked import SignInRequest, resume
from app.pages.scopes import sentences
from oidc.authorization.dispatcher import asked_of_apis
from oidc.authorization.endpoint import finish_with_error
from oidc.interactions import consents
from oidc.protocol.authorization_request import AuthorizationRequest
from oidc.protocol.errors import OAuthError
from oidc.provider import current_provider


@pages.get("/consent/<interaction_id>")
def ask_consent(interaction_id: str) -> ResponseReturnValue:
    """What is asked for, in sentences."""
    parked = parked_request.load(interaction_id)
    who = person.signed_in(parked.client.client_id)
    if who is None:
        return redirect(resume(parked.id), 303)
    asked = parked.interaction.request
    on_a_device = asked.device is not None
    return render_template(
        "device_confirm.html" if on_a_device else "consent.html",
        application=parked.application,
        interaction_id=parked.id,
        sentences=sentences(scopes_shown(asked) - scopes_of_apis(asked)),
        apis=apis_shown(asked),
        person=who,
        days=_days_without_the_person(parked.interaction.request),
    )


@pages.post("/consent/<interaction_id>")
def decide_consent(interaction_id: str) -> ResponseReturnValue:
    """Allowed: remembered for this person and this request. Denied: the application is told."""
    parked = parked_request.load(interaction_id)
    decision = request.form.get("decision")
    if decision == "deny":
        refusal = OAuthError("access_denied", "The person did not allow what was asked for.")
        return finish_with_error(current_provider(), parked.interaction, refusal)
    who = person.signed_in(parked.client.client_id)
    if decision == "allow" and who and who.sid == request.form.get("session"):
        _remember(parked, who.subject)
    return redirect(resume(parked.id), 303)


def _days_without_the_person(request: AuthorizationRequest) -> int | None:
    """For how long the application can go on by itself; None where it cannot."""
    if "offline_access" not in request.scopes:
        return None
    return current_provider().settings.refresh_token_absolute_lifetime // 86400


def scopes_shown(authorization_request: AuthorizationRequest) -> set[str]:
    """The scopes asked for, and those that claims asked for one by one belong to."""
    named = consents.claim_names(authorization_request.claims)
    scopes = current_provider().settings.scopes
    return set(authorization_request.scope) | {
        scope for scope, claims in scopes.items() if named & set(claims)
    }


def _remember(parked: SignInRequest, subject: str) -> None:
    provider = current_provider()
    asked = parked.interaction.request
    entries = asked_of_apis(provider, asked)
    consents.remember(db.session(), subject, asked, provider.clock(), entries)
    provider.interactions.note_consent(db.session(), parked.id, subject)
    db.session.commit()
