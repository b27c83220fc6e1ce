"""Every error that a phone is told: its status, and what to do after it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

Retry = Literal["same-request", "new-code", "read-again", "begin-again", "never"]
RETRIES: dict[Retry, str] = {
    "same-request": "Send the same once more, after `Retry-After` seconds where it is there.",
    "new-code": "Get a new one-time code of WeChat, and send the same with it.",
    "read-again": "Read the ticket again, ask the person what it wants, and send the same with it.",
    "begin-again": "This sign-in is over; the person may begin another.",
    "never": "It will not become better by trying: tell the person, or mend the program.",
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """:param error: ``error`` of the answer; ``meaning``: one sentence for its reader."""

    error: str
    status: int
    retry: Retry
    meaning: str

    def document(self) -> dict[str, str]:
        return {"error": self.error, "retry": self.retry, "meaning": self.meaning}


OF_EVERY_TICKET = (
    Refusal("ticket_unknown", 404, "never", "There is no such ticket."),
    Refusal("ticket_used", 409, "begin-again", "The sign-in is finished."),
    Refusal("ticket_confirmed", 409, "begin-again", "The person has confirmed already."),
    Refusal("slow_down", 429, "same-request", "Too many requests."),
    Refusal("temporarily_unavailable", 503, "same-request", "WeChat or the database is busy."),
    Refusal("not_available", 503, "never", "An administrator must mend this way to sign in."),
    Refusal("server_error", 500, "same-request", "Something went wrong on our side."),
)
_OPEN = (
    Refusal("ticket_denied", 409, "begin-again", "The sign-in was declined or cancelled."),
    Refusal("ticket_expired", 410, "begin-again", "The sign-in took too long."),
    Refusal("wrong_entry", 403, "never", "The ticket does not open like this (`scene`)."),
)
OF_READING = (
    *OF_EVERY_TICKET,
    *_OPEN,
    Refusal("invalid_request", 400, "never", "`scene` is no number, or is there twice."),
)
OF_CONFIRMING = (
    *OF_EVERY_TICKET,
    *_OPEN,
    Refusal("invalid_request", 400, "never", "The body is wrong, or the ticket was not read."),
    Refusal("number_required", 400, "read-again", "The number is asked for by now."),
    Refusal("phone_required", 400, "new-code", "A phone code is wanted too."),
    Refusal("code_rejected", 400, "new-code", "WeChat did not take the code."),
    Refusal("wrong_number", 403, "begin-again", "It was another number; the ticket is denied."),
    Refusal("access_denied", 403, "never", "WeChat blocks this person; the ticket is denied."),
    Refusal("snapshot_user", 403, "never", "WeChat shows a stand-in; the ticket is denied."),
)
OF_DENYING = (
    *OF_EVERY_TICKET,
    Refusal("ticket_expired", 410, "begin-again", "The sign-in took too long."),
)

_OF_PROOFS = (
    Refusal("invalid_client", 401, "never", "The client is unknown, disabled, or not so proved."),
    Refusal("invalid_dpop_proof", 400, "same-request", "Make a new proof: of this key, of now."),
    Refusal("use_dpop_nonce", 400, "same-request", "A new proof with the nonce of `DPoP-Nonce`."),
    Refusal("temporarily_unavailable", 503, "same-request", "Too many sign-ins, or WeChat waits."),
    Refusal("server_error", 500, "same-request", "Something went wrong on our side."),
)
OF_CHALLENGE = (
    Refusal("invalid_request", 400, "never", "A parameter is missing or wrong."),
    Refusal("invalid_scope", 400, "never", "None of the scopes may be used by the client."),
    Refusal("unauthorized_client", 400, "never", "The client is not first-party."),
    Refusal("unsupported_response_type", 400, "never", "`response_type` is not `code`."),
    Refusal("registration_not_supported", 400, "never", "`registration` was sent."),
    Refusal("invalid_target", 400, "never", "`resource` names no API that is known here."),
    Refusal("invalid_session", 400, "begin-again", "The auth_session is expired, used or unknown."),
    Refusal("access_denied", 400, "begin-again", "The person, the app or WeChat said no."),
    Refusal("redirect_to_web", 400, "never", "Go on at /authorize with the `request_uri`."),
    *_OF_PROOFS,
)
OF_TOKEN = (
    Refusal("invalid_request", 400, "never", "A parameter is missing or wrong."),
    Refusal("invalid_grant", 400, "begin-again", "The code or refresh token is no longer good."),
    Refusal("invalid_scope", 400, "never", "More was asked for than was granted."),
    Refusal("invalid_target", 400, "never", "`resource` was not granted."),
    Refusal("unauthorized_client", 400, "never", "The client has not registered the grant type."),
    Refusal("unsupported_grant_type", 400, "never", "There is no such grant type."),
    *_OF_PROOFS,
)


def by_status(refusals: Iterable[Refusal]) -> dict[str, Any]:
    """The answers of an operation that are errors, with all that can stand in each."""
    found: dict[str, list[Refusal]] = {}
    for one in refusals:
        found.setdefault(str(one.status), []).append(one)
    return {status: _answer(each) for status, each in sorted(found.items())}


def _answer(refusals: list[Refusal]) -> dict[str, Any]:
    names = sorted({one.error for one in refusals})
    schema = {
        "allOf": [{"$ref": "#/components/schemas/Error"}],
        "properties": {"error": {"enum": names}},
    }
    return {
        "description": " ".join(f"`{one.error}`: {one.meaning}" for one in refusals),
        "content": {"application/json": {"schema": schema}},
        "x-errors": [one.document() for one in refusals],
    }
