"""When an application last redeemed what a sign-in gave it: the proof that it works.

Grants are found by person and application, so the people are looked up first: those who signed in
for this application lately, and those who signed in anywhere, for whom it may have been silent.
"""

from sqlalchemy.orm import Session

from app.audit import trail
from app.audit.trail import Filter
from oidc.tokens.held_access import last_redeemed

SIGNED_IN = "sign_in.succeeded"
LATELY = 50
"""Sign-ins that are looked at, of this application and of all."""


def last_sign_in(session: Session, client_id: str) -> int | None:
    """Seconds since the epoch; None where nobody of those who came lately is signed in there."""
    own = trail.page(session, Filter(client_id=client_id), limit=LATELY)
    all_ = trail.page(session, Filter(kind=SIGNED_IN), limit=LATELY)
    people = {one.subject for one in (*own, *all_) if one.subject}
    return last_redeemed(session, client_id, sorted(people)) if people else None
