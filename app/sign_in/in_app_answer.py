"""Whose a new identity is, of a sign-in in an app: told on a page, done when the app redeems.

The page may be open in anybody's browser: whoever began the sign-in can send its address to
somebody else. So the answer alone changes nothing. It is kept, sealed, beside the request, goes
into the grant, and is carried out by the redemption of the code, which needs the PKCE verifier (and
the key) of the app that began. No browser is signed in by it.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.identification import association
from app.accounts.identification.association import Cipher
from app.accounts.identification.outcomes import SignedIn
from federation import Federation
from oidc.clock import Clock
from oidc.host import Login

PURPOSE = "in-app answer"
ANSWER = "answer"
"""Member that holds the answer, once there is one."""
NEW_AND_KEPT_OUT = "new_and_kept_out"
"""Member that is there where somebody new would be kept out. They have no account meanwhile."""


@dataclass(frozen=True, slots=True)
class InAppAnswer:
    """The answer to one question.

    :param token: and ``binding``: of the question (`app.accounts.identification.association`).
    :param identity: the digest of the key that signs in; ``amr`` and ``acr``, how.
    :param account_id: the account that was proven, or the id that a new one is to have.
    :param proof: how it was proven; None for a new account.
    :param at: when, in seconds since the epoch.
    """

    token: str
    binding: str
    connection_id: str
    identity: str
    amr: tuple[str, ...]
    acr: str | None
    account_id: str
    proof: str | None
    at: int

    def seal(self, cipher: Cipher) -> str:
        return cipher.seal(json.dumps(asdict(self)).encode(), PURPOSE)

    @classmethod
    def unseal(cls, cipher: Cipher, sealed: str) -> "InAppAnswer":
        return cls(**json.loads(cipher.unseal(sealed, PURPOSE)))


def login(cipher: Cipher, kept: Mapping[str, Any]) -> Login:
    """Who the app is to be told, once the question is answered (``ANSWER`` is kept)."""
    answer = InAppAnswer.unseal(cipher, kept[ANSWER])
    return Login(
        subject=answer.account_id,
        auth_time=answer.at,
        sid=None,
        amr=tuple(answer.amr),
        acr=answer.acr,
        connection=answer.connection_id,
        identity=answer.identity,
        pending=kept[ANSWER],
        # Of somebody new little is known yet: it is asked again when the app redeems.
        limited=answer.proof is not None or NEW_AND_KEPT_OUT in kept,
    )


def carry_out(
    session: Session, federation: Federation, cipher: Cipher, clock: Clock, pending: str
) -> bool:
    """Connects the identity with the account, or makes the new one; False when it no longer can.

    Joins the transaction in which the code was redeemed; the question is taken by one UPDATE.
    """
    answer = InAppAnswer.unseal(cipher, pending)
    connection = federation.connections.get(session, answer.connection_id)
    if connection is None or not connection.enabled:
        return False
    question = (session, cipher, clock, answer.token, answer.binding, connection)
    if answer.proof is None:
        outcome = association.answer_new(*question, account_id=answer.account_id)
    else:
        outcome = association.answer_link(*question, answer.account_id, proof=answer.proof)
    return isinstance(outcome, SignedIn) and outcome.subject == answer.account_id
