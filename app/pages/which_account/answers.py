"""The answers to "whose is this?", done at once or when the app redeems its code.

What began in this browser ends in it: the identity is connected and the browser signed in. What
began in an app ends there; this browser may be anybody's, so nothing changes in it
(`app.sign_in.in_app_answer`).
"""

import secrets

from flask import redirect
from flask.typing import ResponseReturnValue

from app.accounts.claims import identity_digest
from app.accounts.identification import association
from app.accounts.identification.association import Question
from app.accounts.identification.keys import keys_of
from app.accounts.identification.outcomes import SignedIn, SignInRefused
from app.database import db
from app.enablement.sources import may_use
from app.groups.admission import standing
from app.pages.connections import enabled_one
from app.pages.new_session import finish_sign_in
from app.pages.parked import SignInRequest
from app.pages.which_account.proof import Proven
from app.sign_in.in_app_answer import ANSWER, NEW_AND_KEPT_OUT, InAppAnswer
from federation.connections import Connection
from oidc.provider import current_provider


def new_account(parked: SignInRequest, token: str, question: Question) -> ResponseReturnValue:
    """ "I am new here." Commits."""
    connection = enabled_one(parked, question.connection_id)
    if parked.is_in_app:
        new_id = secrets.token_urlsafe(16)
        out = _would_be_kept_out(parked, token, connection, new_id)
        return _for_the_app(parked, token, question, connection, new_id, None, kept_out=out)
    provider = current_provider()
    outcome: SignedIn | SignInRefused = association.answer_new(
        db.session(), provider.keyring, provider.clock, token, parked.binding, connection
    )
    return finish_sign_in(parked, outcome, connection)


def proven_account(
    parked: SignInRequest, token: str, question: Question, proven: Proven
) -> ResponseReturnValue:
    """ "Connect it with this account." Commits."""
    connection = enabled_one(parked, question.connection_id)
    if parked.is_in_app:
        known_id, proof = proven.account_id, proven.proof
        return _for_the_app(parked, token, question, connection, known_id, proof)
    provider = current_provider()
    outcome = association.answer_link(
        db.session(),
        provider.keyring,
        provider.clock,
        token,
        parked.binding,
        connection,
        proven.account_id,
        proof=proven.proof,
    )
    return finish_sign_in(parked, outcome, connection)


def _would_be_kept_out(
    parked: SignInRequest, token: str, connection: Connection, new_id: str
) -> bool:
    """Whether the application lets nobody in who is as new as this: tried, and undone."""
    session, provider = db.session(), current_provider()
    client_id = parked.client.client_id
    if not may_use(session, client_id, connection.id).limited:
        return False
    trial = session.begin_nested()
    association.answer_new(
        session,
        provider.keyring,
        provider.clock,
        token,
        parked.binding,
        connection,
        account_id=new_id,
    )
    found = standing(session, client_id, new_id, connection.id)
    trial.rollback()
    return not found.lets_in


def _for_the_app(
    parked: SignInRequest,
    token: str,
    question: Question,
    connection: Connection,
    account_id: str,
    proof: str | None,
    *,
    kept_out: bool = False,
) -> ResponseReturnValue:
    """Keeps the answer; the request goes on to its code, and the code to the app. Commits."""
    provider = current_provider()
    key = keys_of(question.identity.keys).own
    answer = InAppAnswer(
        token=token,
        binding=parked.binding,
        connection_id=connection.id,
        amr=connection.source.amr,
        acr=connection.source.acr or None,
        identity=identity_digest(key.namespace, key.value),
        account_id=account_id,
        proof=proof,
        at=provider.clock(),
    )
    kept = {**parked.interaction.host_state, ANSWER: answer.seal(provider.keyring)}
    if kept_out:
        kept[NEW_AND_KEPT_OUT] = True
    provider.interactions.keep(db.session(), parked.id, kept)
    db.session.commit()
    return redirect(parked.onward, 303)
