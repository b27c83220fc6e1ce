"""What a deployment is made of: the sources, grants and claims that ``create_app`` takes.

Requests and commands find them here, and with them the one way to the sources.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from flask import current_app

from app.accounts.claims import CLAIMS, Claim, declared
from app.enablement.policy import Releasable
from federation import Federation
from federation.catalog import SOURCES
from federation.source import Source
from oidc.grants import GRANTS
from oidc.protocol.scopes import Scopes, with_claims
from oidc.provider import GrantTypes


@dataclass(frozen=True)
class Elements:
    """The tuples, and the lists that are computed from them.

    :param own_claims: of people, by whatever way they came; the sources declare theirs.
    """

    sources: tuple[Source, ...] = SOURCES
    grant_types: GrantTypes = GRANTS
    own_claims: tuple[Claim, ...] = CLAIMS

    @cached_property
    def claims(self) -> tuple[Claim, ...]:
        return _claims_of(self.sources, self.own_claims)

    @cached_property
    def releasable(self) -> Releasable:
        """What administrators can set, and where it goes unless they do."""
        return {claim.name: claim.release for claim in self.claims if claim.settable}

    @cached_property
    def scopes(self) -> Scopes:
        """Every scope that speaks of a person; no claim is out of reach."""
        return with_claims((claim.name, claim.scope) for claim in self.claims)

    @cached_property
    def consent_sentences(self) -> Mapping[str, str]:
        """What the sources' own scopes let an application do, as message ids."""
        return {scope: said for source in self.sources for scope, said in source.scopes.items()}

    @cached_property
    def grant_type_names(self) -> tuple[str, ...]:
        return tuple(grant.GRANT_TYPE for grant, _extensions in self.grant_types)

    @cached_property
    def code_token_types(self) -> tuple[str, ...]:
        return tuple(one.app_codes.token_type for one in self.sources if one.app_codes)


def current_elements() -> Elements:
    """Those of the application that handles this request."""
    elements: Elements = current_app.extensions["elements"]
    return elements


def current_federation() -> Federation:
    """The federation of the application that handles this request."""
    federation: Federation = current_app.extensions["federation"]
    return federation


def passwords_are_on() -> bool:
    """Whether local accounts may sign in with a password here."""
    return bool(current_app.extensions["settings"].local_login)


def passkeys_are_on() -> bool:
    """Whether people may sign in with a passkey here: browsers know none of a host without name."""
    return bool(current_app.extensions["passkeys_are_on"])


def _claims_of(sources: Iterable[Source], own: tuple[Claim, ...]) -> tuple[Claim, ...]:
    """Every claim: those that the sources declare, which only their people have, and our own.

    :raises ValueError: two claims have one name.
    """
    found = [declared(source, each) for source in sources for each in source.claims]
    every = (*found, *own)
    if len({claim.name for claim in every}) < len(every):
        raise ValueError("two claims have one name")
    return every
