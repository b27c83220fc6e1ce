"""Addresses of WeChat's own authorize pages.

The parameters stay in the documented order: an older edition of the guide says that the pages
match a strict pattern. ``#wechat_redirect`` is mandatory.
"""

import re
from urllib.parse import quote

from federation.upstreams import Departure
from federation.wechat.client import WeChatClient

_STATE = re.compile(r"[0-9A-Za-z]{1,128}")


def authorize_page(
    client: WeChatClient, path: str, app_id: str, departure: Departure, scope: str
) -> str:
    """The page at ``path`` up to and including ``state``; the caller closes it with the fragment.

    Raises :class:`ValueError` for a state that WeChat's page would refuse.
    """
    if not _STATE.fullmatch(departure.state):
        raise ValueError("state must be 1 to 128 letters and digits")
    return (
        f"{client.settings.open_base}{path}?appid={app_id}"
        f"&redirect_uri={quote(departure.redirect_uri, safe='')}"
        f"&response_type=code&scope={scope}&state={departure.state}"
    )
