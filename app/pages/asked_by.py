"""Who sent the person here whose sign-in ends on this page, and the way back to them."""

from urllib.parse import urlsplit

from flask import request

from app.database import db
from app.pages import parked as parked_request
from app.pages.brand import worn_by
from app.pages.parked import SignInRequest
from app.sign_in.client_display import ClientDisplay, from_client, web_address
from app.web.i18n import current_language
from oidc.protocol.errors import InteractionGone
from oidc.provider import current_provider


def sign_in_of_page(gone: InteractionGone | None = None) -> SignInRequest | None:
    """The request that this page belongs to, as long as it can be answered: with a refusal too.

    :param gone: what loading it was answered with. One that took too long can still be refused.
    """
    interaction_id = (request.view_args or {}).get("interaction_id", "")
    if not interaction_id:
        return None
    if gone is not None:
        is_over = gone.reason != "expired" or not gone.client_id
        return None if is_over else overdue(interaction_id, gone)
    try:
        return parked_request.load_any(interaction_id)
    except InteractionGone:
        return None


def overdue(interaction_id: str, gone: InteractionGone) -> SignInRequest | None:
    """A request of this browser that took too long, for whoever goes back without an answer."""
    provider = current_provider()
    interaction = provider.interactions.get(db.session(), interaction_id)
    client = provider.clients.get(db.session(), gone.client_id)
    if interaction is None or client is None or interaction.kind != "authorize":
        return None
    return SignInRequest(interaction, client)


def application_of(gone: InteractionGone | None) -> ClientDisplay | None:
    """The application whose request is over, where this browser may be told."""
    client = gone and current_provider().clients.get(db.session(), gone.client_id)
    if gone is None or not client:
        return None
    branding = worn_by(db.session(), client.client_id)
    return from_client(client, current_language().tag, gone.redirect_uri, branding)


def back_to(gone: InteractionGone) -> str | None:
    """Where the application begins, on the web: as an administrator registered it, or else the
    root of the address that answers go to. Its callback itself would start nothing."""
    client = current_provider().clients.get(db.session(), gone.client_id)
    if client is not None and client.is_vouched_for and web_address(client.metadata.client_uri):
        return client.metadata.client_uri
    parts = urlsplit(gone.redirect_uri or "")
    return f"{parts.scheme}://{parts.netloc}/" if parts.scheme in ("https", "http") else None
