"""What administrators of the populated deployment wrote into its forms: its configuration."""

import base64
from collections.abc import Mapping
from typing import Any

from tests.key_holder import public_keys
from tests.sandbox_server import MOBILE, OFFICIAL, WEBSITE
from tests.upgrade.keys import key_of

CALLBACK = "https://shop.example/callback"
CODE = ["authorization_code", "refresh_token"]
SCOPE = "openid profile email address phone wechat offline_access"
DOT = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9"
    "awAAAABJRU5ErkJggg=="
)
"""The smallest PNG."""


def _connection(name: str, mode: str, label: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "mode": mode, "display_name": {"en": label, "zh": "微信"}, **more}


CONNECTIONS = (
    _connection("wechat", "wechat-miniprogram", "WeChat", phone="optional"),
    _connection("wechat-ask", "wechat-miniprogram", "WeChat of members", association="ask"),
    _connection(
        "wechat-phone", "wechat-miniprogram", "By number", association="phone", phone="required"
    ),
    _connection("wechat-mobile", "wechat-mobile", "WeChat app", app_id=MOBILE.appid),
    _connection("wechat-website", "wechat-website", "WeChat code", app_id=WEBSITE.appid),
    _connection("wechat-official", "wechat-official", "In WeChat", app_id=OFFICIAL.appid),
)


def _web(name: str, **more: Any) -> dict[str, Any]:
    return {
        "client_name": name,
        "redirect_uris": [CALLBACK],
        "grant_types": CODE,
        "scope": SCOPE,
        **more,
    }


PUBLIC = {"token_endpoint_auth_method": "none"}
CLIENTS: Mapping[str, Mapping[str, Any]] = {
    "shop": _web("Shop", first_party=True, **{"client_name#zh-CN": "商店"}),
    "library": _web("Library", **PUBLIC),
    "reports": _web("Reports", first_party=True, access_token_format="jwt"),
    "gym": _web("Gym", first_party=True, subject_type="pairwise"),
    "forum": _web(
        "Forum",
        first_party=True,
        backchannel_logout_uri="https://forum.example/logged-out",
        backchannel_logout_session_required=True,
    ),
    "bank": _web(
        "Bank",
        profile="fapi2",
        first_party=True,
        token_endpoint_auth_method="private_key_jwt",
        jwks=public_keys(key_of("bank signs")),
        id_token_signed_response_alg="ES256",
    ),
    "till": _web(
        "Till",
        first_party=True,
        token_endpoint_auth_method="private_key_jwt",
        jwks=public_keys(key_of("till signs")),
    ),
    "sealed": _web(
        "Shared secret", first_party=True, token_endpoint_auth_method="client_secret_jwt"
    ),
    "app": {
        **_web("App", first_party=True, application_type="native", **PUBLIC),
        "redirect_uris": ["com.example.app:/callback"],
    },
    "mini": _web(
        "Mini program",
        redirect_uris=[],
        response_types=[],
        grant_types=["urn:ietf:params:oauth:grant-type:token-exchange", "refresh_token"],
        first_party=True,
    ),
    "tv": _web(
        "Shop on TV",
        application_type="native",
        redirect_uris=[],
        response_types=[],
        grant_types=["urn:ietf:params:oauth:grant-type:device_code", "refresh_token"],
        **PUBLIC,
    ),
}
ENABLED: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(CLIENTS, ("wechat",)),
    "shop": ("wechat", "wechat-ask", "wechat-official", "wechat-website"),
    "gym": ("wechat", "wechat-phone"),
    "app": ("wechat", "wechat-mobile"),
}
SHOP_LEARNS = {
    "enabled": True,
    "position": 1,
    "claims": {"wechat_openid": {"id_token": True, "userinfo": True, "as": "openid"}},
}
ITSELF = {"client_name": "Came by itself", "redirect_uris": [CALLBACK], "grant_types": CODE}
DESCRIBED = {
    "client_name": "Mail",
    "redirect_uris": [CALLBACK],
    "token_endpoint_auth_method": "none",
}
ADA = {
    "name": "Ada Lovelace",
    "email": "ada@example.com",
    "email_verified": True,
    "phone_number": "+441212345678",
    "phone_number_verified": True,
    "address": {"formatted": "12 St James's Square, London", "country": "GB"},
}


def in_path(client_id: str) -> str:
    """As a segment of the admin API's paths: an address as ``=`` and its base64url."""
    if ":" not in client_id:
        return client_id
    return "=" + base64.urlsafe_b64encode(client_id.encode()).decode().rstrip("=")
