"""Who asks, in a sign-in that began in an app: what the confirm page on the phone says of it."""

import unicodedata
from collections.abc import Mapping
from typing import Any

from flask import request

from app.database import db
from app.sign_in.client_display import from_client
from app.sign_in.ticket_description import describe
from app.web.client_address import client_address
from app.web.i18n import current_language
from federation.devices import label_of
from oidc.host import ChallengeStep
from oidc.provider import current_provider

DEVICE_LENGTH = 40
"""Characters of a device's name that are shown."""
_UNSEEN = ("C", "Z")
"""Categories of characters that show nothing, or turn the direction of what follows."""


def description(step: ChallengeStep, now: int) -> Mapping[str, Any]:
    """For a ticket of a launch.

    :param now: seconds since the epoch.
    """
    client = current_provider().clients.get(db.session(), step.client_id)
    application = from_client(client, current_language().tag) if client else None
    return describe(
        name=application.name if application else step.client_name,
        host=application.host if application else None,
        logo_uri=application.logo if application else None,
        device=device_name(step.parameters.get("device", ""))
        or label_of(request.user_agent.string),
        ip=client_address(),
        requested_at=now,
        way="launch",
        mobile_app_ids=client.metadata.mobile_app_ids if client else (),
        client_id=step.client_id,
        registered_itself=application.registered_itself if application else False,
    )


def device_name(sent: str) -> str:
    """A device's name as it can be shown: people call their phones what they like, and nobody
    fails to sign in for it."""
    seen = (one if unicodedata.category(one)[0] not in _UNSEEN else " " for one in sent[:1000])
    return " ".join("".join(seen).split())[:DEVICE_LENGTH].rstrip()
