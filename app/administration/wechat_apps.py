"""A WeChat credential as a form would send it."""

from federation import WeChatApp, WeChatAppFields


def fields_of(app: WeChatApp) -> WeChatAppFields:
    """What a form with the credential's values would send; empty secrets keep the old ones."""
    return WeChatAppFields(
        app_id=app.app_id,
        kind=app.kind,
        name=app.name,
        original_id=app.original_id or "",
        open_platform=app.open_platform or "",
        is_default=app.is_default,
        push_token=app.push_token or "",
    )
