"""The switches: each a way in which some provider departs from the specifications, or lies."""

from dataclasses import dataclass, field, fields
from typing import Any


@dataclass
class Quirks:
    """All off, the provider does what the specifications say.

    :param body: ``json``, ``form`` or ``jsonp``; with ``content_type`` as its header says.
    :param guard: what stands before the JSON of the token endpoint, so that no script reads it.
    :param envelope: the member that answers are within.
    :param string_booleans: ``"true"`` for true.
    :param error_status: of errors of the token and user-info endpoints; 200 for those that hide.
    :param error_member: where an error's name stands; ``error_header`` is a header that has it
        instead of the body.
    :param errors: what errors are called here, by their names of RFC 6749;
        ``envelope_errors``: they are within the envelope too.
    :param names: what parameters and members are called here, by their names of RFC 6749.
    :param also: further names of parameters, and what RFC 6749 calls each.
    :param id_member: what the user-info calls the person's number.
    :param id_in_tokens: what the token endpoint calls it, where it tells it too.
    :param secret_signed_by: the public key (a JWK) of a client whose secret is a JWT.
    :param gateway_key: a private key in PEM that answers of the gateway are signed with;
        ``client_key``, the public one of a client that signs its requests.
    :param refresh_tokens: are given too, each for one use.
    :param unbound_codes: they are redeemed without the redirect address.
    :param token_header: where user-info wants the token, if not where RFC 6750 has it.
    :param code_parameter: what the code is called: ``auth_code``, ``authCode``.
    :param response_mode: what answers come back by, whatever was asked for.
    :param ignored_scope: one that is left out without a word, with all that it asked for.
    :param answer: members of the authorization answer that are changed; None takes one away.
    :param tokens: the same of the token endpoint's, ``claims`` of the ID token, ``header`` of its
        header, ``userinfo`` of the user-info, ``metadata`` of the metadata, ``jwks`` of the keys.
    :param alg: of ID tokens; ``none`` leaves them unsigned.
    :param signed_by: ``own``, or ``other``: by a key that is not among the published ones.
    :param kid: ``own``, ``missing``, or ``unknown``.
    :param shows_key: the header has the key that signed, as ``jwk``.
    :param signed_userinfo: answers with a JWT; ``userinfo_signed_by`` is as ``signed_by``.
    :param fault: ``dead``, ``garbage``, or an HTTP status, at the endpoint ``fault_at``; ``after``:
        once the work is done.
    :param delay: seconds that the endpoint ``fault_at`` waits.
    """

    body: str = "json"
    content_type: str = "application/json"
    guard: str = ""
    envelope: str = ""
    string_booleans: bool = False
    error_status: int = 400
    error_member: str = "error"
    error_header: str = ""
    errors: dict[str, Any] = field(default_factory=dict)
    envelope_errors: bool = False
    names: dict[str, str] = field(default_factory=dict)
    also: dict[str, str] = field(default_factory=dict)
    id_member: str = "id"
    id_in_tokens: str = ""
    token_header: str = ""
    refresh_tokens: bool = False
    unbound_codes: bool = False
    gateway_key: str = ""
    client_key: str = ""
    secret_signed_by: dict[str, Any] = field(default_factory=dict)
    code_parameter: str = "code"
    response_mode: str = ""
    ignored_scope: str = ""
    answer: dict[str, Any] = field(default_factory=dict)
    tokens: dict[str, Any] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    jwks: dict[str, Any] = field(default_factory=dict)
    alg: str = "RS256"
    signed_by: str = "own"
    kid: str = "own"
    shows_key: bool = False
    signed_userinfo: bool = False
    userinfo_signed_by: str = "own"
    fault: str = ""
    fault_at: str = ""
    after: bool = False
    delay: float = 0.0

    @classmethod
    def of(cls, switches: dict[str, Any]) -> "Quirks":
        """:raises ValueError: there is no such switch."""
        unknown = switches.keys() - {one.name for one in fields(cls)}
        if unknown:
            raise ValueError(f"no such switch: {', '.join(sorted(unknown))}")
        return cls(**switches)


def changed(document: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """The document with members replaced, and without those that are changed to None."""
    return {name: value for name, value in {**document, **changes}.items() if value is not None}
