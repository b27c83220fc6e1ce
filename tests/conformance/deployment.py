"""What a run needs of the deployment in front of which the suite is put."""

from dataclasses import dataclass
from typing import Protocol

from tests.conformance.clients import Credentials


class DeploymentError(Exception):
    """The deployment cannot be used; the text is one sentence for whoever runs it."""


@dataclass(frozen=True)
class Target:
    """A deployment as the suite meets it.

    :param issuer: its issuer. :param resource: an API that takes tokens without ``openid``; empty
        where there is none.
    :param credentials: of the persons and clients that are registered there.
    """

    issuer: str
    resource: str
    credentials: Credentials


class Deployment(Protocol):
    """One made for the run (`scratch`), or one that runs already (`given`)."""

    @property
    def target(self) -> Target: ...

    def rotate(self) -> None:
        """Replaces the signing keys, and returns when the suite can see the new ones.

        :raises DeploymentError: they stay as they are.
        """

    def bring_about_events(self, receiver: str) -> None:
        """Has Ada sign in to the receiver of security events, and her password changed after that:
        a session that is revoked, and a credential that has changed.

        :param receiver: the address that she comes back to there.
        :raises DeploymentError: nothing of the kind happens.
        """
