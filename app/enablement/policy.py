"""Claim release: what of a person reaches one application through one connection, and where."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from federation.translation import N_

RESERVED = frozenset(
    {"iss", "sub", "aud", "exp", "iat", "nbf", "jti", "nonce", "auth_time", "acr", "amr", "azp"}
    | {"at_hash", "c_hash", "s_hash", "sid", "txn", "events", "act", "may_act", "cnf", "client_id"}
    | {"scope", "idp", "_claim_names", "_claim_sources"}
)
"""Names with a meaning in tokens, that no claim may be renamed to."""


@dataclass(frozen=True, slots=True)
class Release:
    """Where one claim goes.

    :param as_name: the name that the application sees; None for the claim's own.
    """

    id_token: bool
    userinfo: bool
    as_name: str | None = None


EVERYWHERE = Release(id_token=True, userinfo=True)
USERINFO = Release(id_token=False, userinfo=True)
"""The ID token stays lean, as OpenID Connect Core 5.4 has it."""

Releasable = Mapping[str, Release]
"""What an admin can release, by the claim's name, and where it goes unless they say otherwise."""
NOTHING: Releasable = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Policy:
    """What an admin has set, by claim; one that is not named goes where it goes by default."""

    claims: Mapping[str, Release] = field(default_factory=dict)

    def to_json(self) -> str:
        document = {
            claim: {"id_token": release.id_token, "userinfo": release.userinfo}
            | ({"as": release.as_name} if release.as_name else {})
            for claim, release in sorted(self.claims.items())
        }
        return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


DEFAULT = Policy()


def problems(policy: Policy, releasable: Releasable) -> list[str]:
    """Every reason why the policy cannot be saved, one sentence (message id) each."""
    found = []
    names = [release.as_name or claim for claim, release in policy.claims.items()]
    untouched = [claim for claim in releasable if claim not in policy.claims]
    if any(claim not in releasable for claim in policy.claims):
        found.append(N_("The policy names a claim that does not exist."))
    if any(name in RESERVED for name in names):
        found.append(N_("A claim cannot take a name that has a meaning of its own in tokens."))
    if len(set(names + untouched)) < len(names + untouched):
        found.append(N_("Two claims cannot have the same name."))
    if not all(_is_name(name) for name in names):
        found.append(N_("A claim's name is made of letters, digits and _.:/- and is not too long."))
    return found


@lru_cache(maxsize=1024)
def parse(text: str | None) -> Policy:
    """The policy of a stored document; parsed once for each different text."""
    if not text:
        return DEFAULT
    document: Mapping[str, Mapping[str, Any]] = json.loads(text)
    return Policy(
        {
            claim: Release(bool(entry["id_token"]), bool(entry["userinfo"]), entry.get("as"))
            for claim, entry in document.items()
        }
    )


def _is_name(name: str) -> bool:
    return 0 < len(name) <= 128 and all(c.isascii() and (c.isalnum() or c in "_.:/-") for c in name)
