"""GET /jwks: the keys that our signatures can be checked with (RFC 7517 5)."""

from flask import Response

from oidc.endpoints.constant import same_for_everybody
from oidc.provider import current_provider

CACHE = "public, max-age=300"
"""Far below the time for which a key is published before it signs."""


def jwks() -> Response:
    """The published keys; whoever reads them also has them looked after, once a minute.

    Once they are known it needs no database, and waits for none that has stalled.
    """
    provider = current_provider()
    provider.key_watch.look(provider.session)
    document = provider.keys.published
    if document is None:
        document = provider.keys.jwks(provider.session)
        provider.session.commit()
    same_for_everybody(lambda: provider.keys.published is document and provider.key_watch.is_idle)
    return Response(document, headers={"Cache-Control": CACHE}, mimetype="application/json")
