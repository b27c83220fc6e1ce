"""What one application wants of claims beyond its scopes, by an administrator's leave."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ClaimWishes:
    """Off unless a switch of the application is on.

    :param in_id_token: the claims of its scopes go into the ID token too.
    :param made_up: claims that are made up for a person who has none, never verified.
    :param known_as: the ``sub`` that the application knows; what is made up is made of it, so
        that two applications with pairwise subjects cannot compare it.
    :param email_domain: of made-up addresses.
    """

    in_id_token: bool = False
    made_up: tuple[str, ...] = ()
    known_as: str = ""
    email_domain: str = ""


NO_WISHES = ClaimWishes()
