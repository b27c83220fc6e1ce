"""A person's token at an upstream source, for an application that holds ours (RFC 8693 2).

``audience`` names the connection. Such a name is no URI, so it is never one of an API.
"""

from typing import Any

from oidc.aside import aside
from oidc.clients.client import Client
from oidc.grants.delegation import check_key, presented
from oidc.protocol.errors import OAuthError
from oidc.protocol.parameters import Parameters
from oidc.provider import Provider
from oidc.source_tokens import SourceToken, SourceTokenQuestion


def wants_source_token(form: Parameters) -> bool:
    """Whether the token that is asked for is one of a source, not one of ours."""
    return any(":" not in one for one in form.lists.get("audience", ()))


def source_token(
    provider: Provider, client: Client, form: Parameters, jkt: str | None
) -> dict[str, Any]:
    """A token response with what the source has issued; it is nobody's but the person's.

    :param jkt: the key that the application has proved, for a subject token that is bound to one.
    :raises OAuthError: ``invalid_request``, ``invalid_target``, ``invalid_scope`` or
        ``unauthorized_client`` (RFC 8693 2.2.2).
    """
    if client.is_public:
        raise OAuthError("unauthorized_client", "A public client gets no tokens of sources.")
    if "actor_token" in form:
        raise OAuthError("invalid_request", "A token of a source takes no actor.")
    asked = (*form.lists.get("audience", ()), *form.lists.get("resource", ()))
    if len(asked) > 1:
        raise OAuthError("invalid_target", "Name one connection in audience, and nothing else.")
    subject = presented(provider, form["subject_token"], "subject_token")
    grant = subject.grant
    # Not one that was passed on: the person has signed in to this application.
    if {subject.holder, grant.client_id} != {client.client_id} or subject.act is not None:
        raise OAuthError("invalid_request", "The subject_token is not this application's own.")
    if grant.subject is None:
        raise OAuthError("invalid_request", "The subject_token speaks of nobody who signed in.")
    check_key(subject, jkt, own=True)
    question = SourceTokenQuestion(client.client_id, grant.subject, grant.identity, asked[0])
    found = aside(provider.host.people.source_token, question)  # which may ask the source
    if not set(form.scope()) <= set(found.scope.split()):
        raise OAuthError("invalid_scope", "The source has not given all of that scope.")
    return _response(found)


def _response(found: SourceToken) -> dict[str, Any]:
    told: dict[str, Any] = {"access_token": found.access_token, "token_type": "Bearer"}
    if found.expires_in is not None:
        told["expires_in"] = found.expires_in
    return {**told, "scope": found.scope} if found.scope else told
