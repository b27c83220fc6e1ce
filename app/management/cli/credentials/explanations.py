"""What the errors of a source ask an operator to do."""

from app.management.services.credentials import advice_about
from federation import Credential, Fault, Source
from federation.credentials import ErrorCode


def explain(source: Source, errcode: ErrorCode | None) -> str:
    """One sentence about an error, with the number itself, without a full stop."""
    sentence = advice_about(source, errcode).rstrip(".")
    return sentence if errcode is None else f"{sentence} (errcode {errcode})"


def labels_of(source: Source, credential: Credential) -> str:
    """What it cannot be used without, as the source's console calls it."""
    needed = source.credentials.secrets_of(credential.kind)
    return " and ".join(one.label for one in needed)


def state_of(source: Source, credential: Credential, faults: dict[str, Fault]) -> str:
    """Whether it can be used, and what stands against it."""
    if not credential.is_usable:
        return f"the {labels_of(source, credential)} cannot be read: replace it"
    fault = faults.get(credential.id)
    return "ok" if fault is None else explain(source, fault.errcode)
