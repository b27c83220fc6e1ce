"""The question of rule ``ask`` beside a parked request."""

from app.accounts.identification import association
from app.accounts.identification.association import Question
from app.database import db
from app.pages.parked import SignInRequest
from app.sign_in import question_token
from oidc.provider import current_provider


def token_of(parked: SignInRequest) -> str:
    """The token that was kept beside this request; empty for none."""
    kept = parked.interaction.host_state.get("question")
    return question_token.opened(kept) if kept else ""


def read(parked: SignInRequest, token: str) -> Question | None:
    """The question, if it waits for an answer from this request's browser."""
    provider = current_provider()
    if not token:
        return None
    return association.read(db.session(), provider.keyring, provider.clock, token, parked.binding)
