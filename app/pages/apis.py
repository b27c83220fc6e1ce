"""The APIs that an application asks for, as people read of them."""

from dataclasses import dataclass

from flask_babel import gettext as _

from app.database import db
from app.web.i18n import current_language
from oidc.apis.api import said
from oidc.apis.registry import Apis
from oidc.protocol.authorization_request import AuthorizationRequest
from oidc.provider import current_provider


@dataclass(frozen=True, slots=True)
class ShownApi:
    """:param name: as an administrator called it; empty for one that only has its address.

    :param sentences: what the application could do there.
    """

    name: str
    resource: str
    sentences: list[str]


def apis_shown(request: AuthorizationRequest) -> list[ShownApi]:
    """Each API that is asked for; our own userinfo endpoint is what the scopes speak of."""
    known, ours = current_apis(), current_provider().settings.issuer
    found = {api.resource: api for api in known.at(request.resources)}
    shown = []
    for uri in request.resources:
        api = found.get(uri)
        scopes = [one for one in api.fields.scopes if one.name in request.scopes] if api else []
        name = said(api.fields.name, language()) if api else ""
        words = [said(one.words, language()) or unexplained(one.name) for one in scopes]
        shown.append(ShownApi(name, uri, words))
    return [one for one in shown if one.resource != ours]


def scopes_of_apis(request: AuthorizationRequest) -> frozenset[str]:
    """The scopes of the request that an API gives, and no person's claims."""
    pairs = current_apis().pairs(request.scopes, request.resources)
    return frozenset(name for _api, name in pairs)


def sentence_of(scope: str) -> str:
    """What a scope lets an application do, wherever it belongs."""
    for api in current_apis().with_scope(scope):
        for one in api.fields.scopes:
            if one.name == scope and one.words:
                return said(one.words, language())
    return unexplained(scope)


def unexplained(scope: str) -> str:
    return _("use “%(scope)s”", scope=scope)


def current_apis() -> Apis:
    return current_provider().apis.current(db.session())


def language() -> str:
    """The language of an API's words that whoever looks reads."""
    return current_language().primary
