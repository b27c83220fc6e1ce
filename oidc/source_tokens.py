"""A person's token at a source: what an application asks for, and what it is given."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SourceTokenQuestion:
    """Whose token at which upstream source an application wants.

    :param identity: whom the source has named at the sign-in, see `Login.identity`.
    :param connection: as the application names it: anything.
    """

    client_id: str
    subject: str
    identity: str | None
    connection: str


@dataclass(frozen=True, slots=True)
class SourceToken:
    """An access token that a source has issued, for the person.

    :param expires_in: seconds; None where the source does not say.
    """

    access_token: str = field(repr=False)
    scope: str
    expires_in: int | None
