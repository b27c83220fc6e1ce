"""APIs: registering, changing and removing them."""

import secrets
from collections.abc import Iterator

from app.management.services.actor import Actor, differences
from app.management.services.own_api import ROOT, SCOPES
from app.management.services.refusals import TakenApi
from federation.errors import VersionConflict
from oidc.apis.api import Api, ApiFields, InvalidApi, Problem, check, is_id
from oidc.protocol.security_events import SCOPES as EVENT_SCOPES


def create(actor: Actor, fields: ApiFields, api_id: str | None = None) -> Api:
    """A new API.

    :param api_id: made up unless given.
    :raises InvalidApi: with every problem at once.
    :raises TakenApi: the id or the resource is another's.
    """
    api_id = api_id or f"api-{secrets.token_hex(6)}"
    problems = _problems(actor, fields)
    if not is_id(api_id):
        problems.append(("id", "must be 1 to 32 lower-case letters, digits and hyphens"))
    if problems:
        raise InvalidApi(problems)
    made = actor.provider.apis.add(actor.session, api_id, fields)
    if made is None:
        raise TakenApi
    actor.note("api.created", {"api": api_id, **differences({}, _told(fields))})
    return made


def change(actor: Actor, api: Api, fields: ApiFields) -> Api:
    """Replaces what is known of the API, at the version at which it was read.

    :raises InvalidApi: with every problem at once.
    :raises federation.errors.VersionConflict: somebody else changed it first.
    """
    problems = _problems(actor, fields)
    if fields.resource != api.resource:
        problems.append(("resource", "must stay: tokens and consents name it"))
    if problems:
        raise InvalidApi(problems)
    after = actor.provider.apis.change(actor.session, api, fields)
    if after is None:
        raise VersionConflict
    actor.note("api.changed", {"api": api.id, **differences(_told(api.fields), _told(fields))})
    return after


def delete(actor: Actor, api: Api) -> None:
    """Nobody gets a token for it any more; those that are out live until they end."""
    actor.provider.apis.delete(actor.session, api.id)
    actor.note("api.deleted", {"api": api.id, "resource": api.resource})


def scopes_of_nothing(actor: Actor, scope: str | None) -> list[str]:
    """Those of these scopes that neither a person nor an API here can give: misspelt, or of an API
    that is yet to be registered."""
    if not scope:
        return []
    known = {*actor.provider.settings.scopes, *SCOPES, *EVENT_SCOPES}
    known |= {
        one.name for api in actor.provider.apis.all(actor.session) for one in api.fields.scopes
    }
    return [name for name in dict.fromkeys(scope.split()) if name not in known]


def problems_of_new(actor: Actor, fields: ApiFields) -> Iterator[Problem]:
    """What is wrong with one that is not there yet."""
    yield from _problems(actor, fields)


def _problems(actor: Actor, fields: ApiFields) -> list[Problem]:
    provider = actor.provider
    found: list[Problem] = []
    try:
        check(fields, persons=provider.settings.scopes, reserved={*SCOPES, *EVENT_SCOPES})
    except InvalidApi as error:
        found += error.problems
    issuer = provider.settings.issuer
    if fields.resource in (issuer, issuer + ROOT):
        found.append(("resource", "must not be an address of this server itself"))
    known = (provider.clients.stored(actor.session, one[:128]) for one in fields.introspected_by)
    if not all(known):
        found.append(("introspected_by", "must name applications that are registered here"))
    return found


def _told(fields: ApiFields) -> dict[str, object]:
    return {"resource": fields.resource, **fields.to_document()}
