"""Receipts of erasures: what was removed, what is kept and why, and nothing of who it was."""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import insert, or_, select
from sqlalchemy.orm import Session

from app.audit.trail import Clock
from app.tables.erasures import ERASURE_RECEIPT as RECEIPT
from federation.translation import N_

REMOVED = {
    "account": N_("The account with its name, picture, phone number, e-mail and profile"),
    "identities": N_("Identities at sources, such as OpenIDs and UnionIDs"),
    "passkeys": N_("Passkeys of the person"),
    "sessions": N_("Browsers in which the person was signed in"),
    "grants": N_("Tokens of applications, which were revoked"),
    "consents": N_("Permissions that the person gave applications"),
    "conflicts": N_("Conflicts about the account"),
    "merged": N_("Accounts that had been merged into it"),
    "origins": N_("Lines of the log that lost address, device and detail"),
}
"""What an erasure removes, by code, as message ids."""
KEPT = {
    "log": N_(
        "Lines of the log, with the random sub and nothing else of the person: they prove what "
        "happened here, and who did it."
    ),
    "grants": N_(
        "Revoked tokens' rows, with the random sub, until their last token would have run out: "
        "they keep a copied token from working."
    ),
    "receipt": N_("This receipt: it proves that the erasure was carried out."),
    "imports": N_(
        "Rows that an import could not take, for thirty days, so that they can be mended; an "
        "import of this person's file would bring them back."
    ),
    "elsewhere": N_(
        "What applications have stored themselves, and your backups: nobody but their keepers "
        "can erase that."
    ),
}
"""What is kept and why, by code, as message ids."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """:param removed: how many of what, by the codes of `REMOVED`.

    :param kept: codes of `KEPT`.
    """

    id: str
    account_id: str
    actor: str
    erased_at: int
    removed: Mapping[str, int]
    kept: tuple[str, ...]


def write(
    session: Session, clock: Clock, account_id: str, removed: Mapping[str, int], *, actor: str
) -> Receipt:
    """Keeps one; joins the transaction of the erasure."""
    counted = {code: number for code, number in removed.items() if number}
    name = secrets.token_hex(11)  # no hyphen: it is typed after commands
    receipt = Receipt(name, account_id, actor, clock(), counted, tuple(KEPT))
    row = {
        "id": receipt.id,
        "account_id": account_id,
        "actor": actor,
        "erased_at": receipt.erased_at,
        "removed": json.dumps(counted),
        "kept": json.dumps(receipt.kept),
    }
    session.execute(insert(RECEIPT), row)
    return receipt


def get(session: Session, name: str) -> Receipt | None:
    """A receipt by its id, or by the sub of who was erased."""
    if len(name) > 22 or "\0" in name:
        return None
    query = select(RECEIPT).where(or_(RECEIPT.c.id == name, RECEIPT.c.account_id == name))
    row = session.execute(query).mappings().first()
    if row is None:
        return None
    kept: Sequence[str] = json.loads(row["kept"])
    return Receipt(
        row["id"],
        row["account_id"],
        row["actor"],
        row["erased_at"],
        json.loads(row["removed"]),
        tuple(kept),
    )
