"""The scopes that the console shows and tries an application with."""

from app.management.console import desk

MOST_WANTED = ("openid", "profile", "phone")


def every_scope() -> str:
    """What most applications ask for, and all that the sources add to it."""
    return " ".join((*MOST_WANTED, *desk.elements().consent_sentences))
