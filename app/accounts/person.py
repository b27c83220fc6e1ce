"""A person as claims are drawn from: values alone."""

from typing import NamedTuple

from app.enablement.policy import DEFAULT, Policy


class PersonKey(NamedTuple):
    """An external key; ``shared_value`` is the shared name that came with an own one."""

    namespace: str
    value: str
    shared_value: str | None
    last_seen: int


class Person(NamedTuple):
    """What one statement knows of a person for one application and one connection.

    A tuple, as `oidc.tokens.grants.Grant` is: nearly every request of the protocol makes one.

    :param connection_id: how they signed in; None for a local password.
    :param may_be_told: tokens may be minted and claims released at all: the account is in use, and
        the application may use that connection (always, for a local password).
    :param limited: the application does not let everybody in.
    :param sees_groups: it is told of groups or roles: ``groups`` and ``roles`` have them once they
        were asked for (`app.groups.admission`); None for one that is not told of any.
    """

    subject: str
    connection_id: str | None = None
    may_be_told: bool = True
    policy: Policy = DEFAULT
    name: str | None = None
    picture: str | None = None
    phone: str | None = None
    phone_verified: bool = False
    email: str | None = None
    email_verified: bool = False
    profile: str | None = None
    username: str | None = None
    updated_at: int = 0
    keys: tuple[PersonKey, ...] = ()
    limited: bool = False
    sees_groups: bool = False
    groups: tuple[str, ...] | None = None
    roles: tuple[str, ...] | None = None
