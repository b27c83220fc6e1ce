"""Everything that can go wrong between a person and their upstream identity.

::

    FederationError
    ├── CodeRejected            the upstream wants a new one-time code; nothing is lost
    ├── PhoneRequired           the connection wants a phone code and none came
    ├── Denied                  the upstream refuses this person
    ├── NotBelieved             what the upstream said cannot be verified
    │   └── AnotherAnswered     the browser brought another provider's answer
    ├── Unavailable             the upstream is slow, busy or talks nonsense: try again
    ├── Misconfigured           the operator must mend a credential
    ├── TicketError             one sign-in under way cannot go on
    │   ├── TicketUnknown
    │   ├── TicketExpired
    │   ├── TicketUsed
    │   ├── TicketConfirmed
    │   ├── TicketRefused       it was denied, by the person or by a wrong number
    │   ├── TicketNotScanned    confirmed before anybody saw who asks
    │   ├── TicketNotConfirmed  finished before the person agreed
    │   ├── TicketMismatch      finished by somebody who did not begin it
    │   ├── WrongEntry          the phone opened it in a way that it was not made for
    │   ├── NumberRequired
    │   └── WrongNumber
    ├── PushRefused             a push that the source did not send to us
    │   └── PushReplayed        a push that was handled before
    └── ConfigurationError      an administrator's change cannot be saved
        ├── InvalidFields       all problems of a form at once
        ├── VersionConflict     somebody else saved first
        ├── StillInUse
        └── NotFound

Each error speaks with three voices: ``code`` is for machines, ``hint`` is one sentence for the
developer at the other end, ``detail`` is for our own log. Only the first two may leave in a
response. None of them ever holds a secret, a one-time code, a token or a phone number.
"""

from collections.abc import Sequence
from typing import NamedTuple


class FederationError(Exception):
    """The common ancestor; ``detail`` tells our log what happened."""

    code = "server_error"
    hint = "The sign-in could not be completed."

    def __init__(self, detail: str = "", *, hint: str | None = None) -> None:
        super().__init__(f"{self.code}: {detail}" if detail else self.code)
        self.detail = detail
        if hint is not None:
            self.hint = hint


class CodeRejected(FederationError):
    """The one-time code is expired, used, malformed or another app's; a new one is wanted."""

    code = "code_rejected"
    hint = "The code was not accepted; get a new one and send it again."


class PhoneRequired(FederationError):
    """The connection requires a phone number and no phone code came with the sign-in."""

    code = "phone_required"
    hint = "This connection needs a phone number; send phone_code."


class Denied(FederationError):
    """The upstream refuses this person; trying again will not help."""

    code = "access_denied"
    hint = "The source does not let this person sign in."


class NotBelieved(FederationError):
    """The upstream's answer is signed wrongly, or not meant for us, for this browser or for now."""

    code = "not_believed"
    hint = "What the source said could not be verified."


class AnotherAnswered(NotBelieved):
    """The browser brought an answer that is not the asked provider's (RFC 9207)."""

    code = "another_answered"


class Unavailable(FederationError):
    """The upstream did not give a usable answer in time; the same step may be tried again."""

    code = "temporarily_unavailable"
    hint = "The source is not answering at the moment; try again."

    def __init__(self, detail: str = "", *, retry_after: int = 2) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class Misconfigured(FederationError):
    """The operator must mend something.

    :param credential_id: which credential; empty where it is none.
    :param errcode: the source's own number or name of the reason.
    """

    code = "not_available"
    hint = "This sign-in method is not available."

    def __init__(
        self, detail: str, *, credential_id: str = "", errcode: int | str | None = None
    ) -> None:
        super().__init__(detail)
        self.credential_id = credential_id
        self.errcode = errcode


class TicketError(FederationError):
    """One sign-in under way cannot go on. Commit after catching it: a refusal may be recorded."""


class TicketUnknown(TicketError):
    code = "ticket_unknown"
    hint = "There is no such ticket."


class TicketExpired(TicketError):
    code = "ticket_expired"
    hint = "The ticket has expired; begin the sign-in again."


class TicketUsed(TicketError):
    code = "ticket_used"
    hint = "The ticket has been used."


class TicketConfirmed(TicketError):
    code = "ticket_confirmed"
    hint = "The ticket has already been confirmed."


class TicketRefused(TicketError):
    code = "ticket_denied"
    hint = "The ticket was denied; begin the sign-in again."


class TicketNotScanned(TicketError):
    code = "invalid_request"
    hint = "Read the ticket before confirming it."


class TicketNotConfirmed(TicketError):
    code = "ticket_pending"
    hint = "The person has not confirmed yet."


class TicketMismatch(TicketError):
    code = "ticket_mismatch"
    hint = "The ticket was begun by somebody else."


class WrongEntry(TicketError):
    code = "wrong_entry"
    hint = "The ticket does not open like this: scan its code, press its link, or use the app."


class NumberRequired(TicketError):
    code = "number_required"
    hint = "Send the number that is shown on the other screen."


class WrongNumber(TicketError):
    code = "wrong_number"
    hint = "The number is wrong; the ticket has been denied."


class PushRefused(FederationError):
    """A push whose signature, encryption, age or shape shows that it is not meant for us."""

    code = "push_refused"
    hint = "The push could not be verified."


class PushReplayed(PushRefused):
    """A push that was handled before: answer ``success`` and do nothing."""

    code = "push_replayed"
    hint = "The push was received before."


class ConfigurationError(FederationError):
    """An administrator's change cannot be saved."""

    code = "invalid_configuration"
    hint = "The change could not be saved."


class Problem(NamedTuple):
    """One field and one sentence about it (English, a message id for translation)."""

    field: str
    message: str


class InvalidFields(ConfigurationError):
    """All problems of a form at once."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(f"{field}: {message}" for field, message in problems))
        self.problems = tuple(problems)


class VersionConflict(ConfigurationError):
    code = "edited_meanwhile"
    hint = "Somebody else saved this in the meantime; look at it again."


class StillInUse(ConfigurationError):
    code = "still_in_use"
    hint = "A connection still uses this credential."


class NotFound(ConfigurationError):
    code = "not_found"
    hint = "There is no such record."
