"""Proving that an account is one's own, to connect it with an identity that nobody knows yet."""

import json
from dataclasses import asdict, dataclass

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from app.accounts.identification import association
from app.database import db
from app.pages import parked as parked_request
from app.pages.errors import error_page
from app.pages.parked import SignInRequest
from app.pages.which_account import questions
from federation.connections import Connection
from federation.identity import Identity
from oidc.provider import current_provider

PURPOSE = "pages.proven"


@dataclass(frozen=True, slots=True)
class Proven:
    """An account that was proven for one question.

    :param proof: how: ``local_password``, or the id of the connection.
    """

    token: str
    account_id: str
    proof: str


def prove(parked: SignInRequest, identity: Identity, connection: Connection) -> ResponseReturnValue:
    """On to the page that names the account of who just signed in. Commits.

    An identity that nobody knows proves nothing, and creates nothing here.
    """
    asked = parked_request.load_any(parked.interaction.host_state["for"])
    token = questions.token_of(parked)
    account_id = association.account_known_by(db.session(), identity)
    if account_id is None:
        db.session.commit()  # the ticket is spent
        page = url_for("pages.which_account", interaction_id=asked.id, token=token)
        return error_page("proof_unknown", again=page)
    current_provider().interactions.finish(db.session(), parked.id)
    return name_account(asked, Proven(token, account_id, connection.id))


def name_account(parked: SignInRequest, proven: Proven) -> ResponseReturnValue:
    """Keeps the proof beside the request of the question: the person is told whose account it is
    before anything is connected. Commits."""
    provider = current_provider()
    sealed = provider.keyring.seal(json.dumps(asdict(proven)).encode(), PURPOSE)
    kept = {**parked.interaction.host_state, "proven": sealed}
    provider.interactions.keep(db.session(), parked.id, kept)
    db.session.commit()
    page = url_for("pages.ask_connect", interaction_id=parked.id, token=proven.token)
    return redirect(page, 303)


def proven_for(parked: SignInRequest, token: str) -> Proven | None:
    """What was proven for this question of this request."""
    kept = parked.interaction.host_state.get("proven")
    if not kept:
        return None
    proven = Proven(**json.loads(current_provider().keyring.unseal(kept, PURPOSE)))
    return proven if proven.token == token else None
