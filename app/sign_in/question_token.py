"""The token of the question of rule ``ask``, as it may be kept beside a request: sealed."""

from oidc.provider import current_provider

PURPOSE = "pages.question"
IN_APP = "binding"
"""Member of what is kept beside a request that began in an app: who may answer its question."""


def sealed(token: str) -> str:
    """The token, to be kept."""
    return current_provider().keyring.seal(token.encode(), PURPOSE)


def opened(kept: str) -> str:
    """The token that was kept.

    :raises ValueError: it is not one that `sealed` gave.
    """
    return current_provider().keyring.unseal(kept, PURPOSE).decode()
