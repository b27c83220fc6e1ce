"""The question of rule ``ask`` beside a parked request; its token is kept sealed."""

from app.accounts.identification import association
from app.accounts.identification.association import Question
from app.database import db
from app.pages.parked import SignInRequest
from oidc.provider import current_provider

PURPOSE = "pages.question"


def sealed(token: str) -> str:
    """The token as it may be kept beside a request."""
    return current_provider().keyring.seal(token.encode(), PURPOSE)


def token_of(parked: SignInRequest) -> str:
    """The token that was kept beside this request; empty for none."""
    kept = parked.interaction.host_state.get("question")
    return current_provider().keyring.unseal(kept, PURPOSE).decode() if kept else ""


def read(parked: SignInRequest, token: str) -> Question | None:
    """The question, if it waits for an answer from this request's browser."""
    provider = current_provider()
    if not token:
        return None
    return association.read(db.session(), provider.keyring, provider.clock, token, parked.binding)
