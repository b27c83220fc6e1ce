"""What is left to do in a source's console once a connection is saved, and what is known of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from federation.credentials import Credential, ErrorCode


@dataclass(frozen=True)
class Step:
    """Something that is left to do in the source's console once a connection is saved.

    :param value: what to copy there; empty for something to do.
    :param done: whether it is, as far as we can tell.
    :param found: what we know of it, as a sentence.
    :param beforehand: its console asks for it before it hands a credential out; it is then said of
        a connection by the name that is suggested.
    :param confidential: shown only to those who may change the credential.
    """

    title: str
    where: str
    value: str = ""
    done: bool | None = None
    confidential: bool = False
    found: str = ""
    beforehand: bool = False


Binding = Literal["unknown", "unbound", "unlabelled", "bound"]
"""What sign-ins have shown of the shared name; see `BindingWords`."""


@dataclass(frozen=True)
class Facts:
    """What is known here of how far a connection is set up.

    :param binding: what sign-ins have shown; None where the source has no shared name.
    :param fault: the source's last refusal of the credential.
    :param pushed: seconds since a push was believed, and ``refused`` since one was not; None for
        never.
    """

    binding: Binding | None = None
    fault: ErrorCode | None = None
    pushed: int | None = None
    refused: int | None = None


@dataclass(frozen=True)
class Setup:
    """What steps are made from: the credential, our address, and where browsers come back to.

    :param asks_phone: whether the connection asks for the phone number.
    :param options: what was chosen of the mode's own.
    """

    credential: Credential
    issuer: str
    callback: str
    facts: Facts = Facts()
    asks_phone: bool = False
    options: Mapping[str, str] = field(default_factory=dict)
