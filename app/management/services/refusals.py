"""What stands against a change, in one form for whoever asks: the console, the API, a command.

The packages raise exceptions of their own. `refusal_of` says what each means; how it is shown is
all that console (`console.saving`), API (`api.refusals`) and commands (`cli.command`) add.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from app.accounts.passwords import InvalidAccount
from app.accounts.records.merge import SENTENCES, CannotMerge
from app.domain_files.store import InvalidDomainFile, TooManyDomainFiles
from app.enablement.sources import InvalidPolicy
from app.groups.catalog import TakenName, TooManyGroups
from federation.errors import InvalidFields, NotFound, StillInUse, VersionConflict
from federation.translation import N_
from oidc.apis.api import InvalidApi
from oidc.clients.metadata_parsing import InvalidMetadata

Kind = Literal["invalid", "outrun", "conflict", "missing"]
"""The values cannot be used; somebody else saved first; it does not fit what is there; there is no
such thing (any more)."""


class Problem(NamedTuple):
    """One thing that is wrong.

    :param field: of the form or document; empty for all of it.
    :param message: a sentence (message id), or what one says of the field: "must be ...".
    """

    field: str
    message: str
    is_predicate: bool = False


class Dependent(NamedTuple):
    """What is in the way: ``account`` or ``connection``, and its id."""

    type: str
    id: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Nothing was changed."""

    kind: Kind
    problems: tuple[Problem, ...]
    dependents: tuple[Dependent, ...] = ()

    @property
    def message(self) -> str:
        """The first thing that is wrong, where one sentence must do."""
        return self.problems[0].message


class TakenId(Exception):
    """There is a client of this id already."""


class TakenApi(Exception):
    """There is an API of this id or this resource already."""


class NoSecret(Exception):
    """The client authenticates without a secret."""


class NoMail(Exception):
    """The settings name no mail server."""


class UnderWay(Exception):
    """The notification is being sent at this moment, or waits for its turn already."""


class OtherOwner(Exception):
    """The identity belongs to another account: ``account_id``."""

    def __init__(self, account_id: str) -> None:
        super().__init__(account_id)
        self.account_id = account_id


class NoAccount(Exception):
    """The account is gone, or merged into another."""


class InUse(StillInUse):
    """What was to be deleted is still used: by ``dependents``."""

    def __init__(self, dependents: Sequence[Dependent]) -> None:
        super().__init__()
        self.dependents = tuple(dependents)


def _invalid(*problems: Problem) -> Refusal:
    return Refusal("invalid", problems)


def _cannot_merge(error: CannotMerge) -> Refusal:
    kind: Kind = "missing" if error.reason in ("unknown", "not_found") else "conflict"
    return Refusal(kind, (Problem("", SENTENCES[error.reason]),))


def _always(kind: Kind, message: str) -> Callable[[Exception], Refusal]:
    return lambda _error: Refusal(kind, (Problem("", message),))


def _other_owner(error: OtherOwner) -> Refusal:
    message = N_("It belongs to another account; merge them instead.")
    owner = Dependent("account", error.account_id)
    return Refusal("conflict", (Problem("", message),), (owner,))


def _in_use(error: InUse) -> Refusal:
    message = N_("Connections use it; change or delete them first.")
    return Refusal("conflict", (Problem("", message),), error.dependents)


_READERS: Mapping[type[Exception], Callable[[Any], Refusal]] = {
    InvalidFields: lambda error: _invalid(*(Problem(*one) for one in error.problems)),
    InvalidMetadata: lambda error: _invalid(
        *(Problem(name, predicate, True) for name, predicate in error.problems)
    ),
    InvalidPolicy: lambda error: _invalid(*(Problem("claims", one) for one in error.problems)),
    InvalidAccount: lambda error: _invalid(*(Problem("", one) for one in error.problems)),
    InvalidDomainFile: lambda error: _invalid(*(Problem(*one) for one in error.problems)),
    TooManyDomainFiles: _always("conflict", N_("There are 50 files already; remove one first.")),
    InvalidApi: lambda error: _invalid(
        *(Problem(name, predicate, True) for name, predicate in error.problems)
    ),
    TakenApi: _always("conflict", N_("There is an API of this id or this resource already.")),
    TakenName: lambda _error: _invalid(Problem("name", N_("There is a group of this name."))),
    TooManyGroups: _always("conflict", N_("There are 1000 groups already; delete one first.")),
    TakenId: lambda _error: _invalid(Problem("client_id", "is taken", True)),
    VersionConflict: _always("outrun", N_("Nothing was changed: somebody else saved first.")),
    InUse: _in_use,
    StillInUse: _always("conflict", N_("Something else still uses it.")),
    NotFound: _always("missing", N_("There is no such record.")),
    CannotMerge: _cannot_merge,
    NoSecret: _always("conflict", N_("The application authenticates without a secret.")),
    NoMail: _always("conflict", N_("No mail is sent: set QIAO_SMTP_URL and QIAO_MAIL_FROM.")),
    UnderWay: _always("conflict", N_("It waits for its turn already.")),
    OtherOwner: _other_owner,
    NoAccount: _always("missing", N_("There is no such account.")),
}
REFUSED = tuple(_READERS)
"""All that a change can be refused with."""


def refusal_of(error: Exception) -> Refusal:
    """What an exception of `REFUSED` means."""
    return next(_READERS[kind](error) for kind in type(error).__mro__ if kind in _READERS)
