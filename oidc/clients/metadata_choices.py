"""Members in which a client names all that it can do, and we choose (RP Metadata Choices 1.0).

What is chosen is registered as the member with one value, and told as that; the lists are not kept.
"""

from collections.abc import Callable, Mapping
from typing import Any

from oidc.clients.metadata_fields import FIELDS, RegistrationPolicy
from oidc.clients.metadata_rules import Problem

_ANSWERS = ("id_token", "userinfo", "authorization", "introspection")
CHOICES: Mapping[str, str] = {
    "subject_types_supported": "subject_type",
    "token_endpoint_auth_methods_supported": "token_endpoint_auth_method",
    "token_endpoint_auth_signing_alg_values_supported": "token_endpoint_auth_signing_alg",
    "request_object_signing_alg_values_supported": "request_object_signing_alg",
    **{f"{one}_signing_alg_values_supported": f"{one}_signed_response_alg" for one in _ANSWERS},
    **{
        f"{one}_encryption_{part}_values_supported": f"{one}_encrypted_response_{part}"
        for one in _ANSWERS
        for part in ("alg", "enc")
    },
}
"""The member with one value that follows from each list."""
MOST = 50


def chosen(
    document: Mapping[str, Any], policy: RegistrationPolicy
) -> tuple[dict[str, Any], list[Problem]]:
    """The document with one value for each list, and the lists that hold none of ours.

    The value that the client gives beside the list comes first, then those of the list in its
    order.
    """
    told, problems = dict(document), []
    for name, member in CHOICES.items():
        listed = told.pop(name, None)
        if listed is None:
            continue
        if not isinstance(listed, list) or len(listed) > MOST:
            problems.append((name, f"must be a list of at most {MOST} strings"))
            continue
        # The one that is named alone is only a wish, as servers without choices read it.
        wished = [told[member]] if member in told and told[member] in listed else []
        usable = next(filter(_can(member, policy), [*wished, *listed]), None)
        if usable is None:
            problems.append((name, "must hold a value that this provider supports"))
        else:
            told[member] = usable
    return told, problems


def _can(member: str, policy: RegistrationPolicy) -> Callable[[Any], bool]:
    def usable(value: Any) -> bool:
        if member == "subject_type":
            return value in policy.subject_types
        try:
            FIELDS[member](value, policy)
        except ValueError:
            return False
        return True

    return usable
