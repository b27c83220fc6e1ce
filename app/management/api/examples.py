"""A body for each operation that takes one, for people who read the document."""

from collections.abc import Mapping
from typing import Any

Examples = Mapping[str, Mapping[str, Any]]
"""Operation: what each of its examples shows, in a word, and the body."""

MINI_PROGRAM = {
    "app_id": "wx0123456789abcdef",
    "kind": "miniprogram",
    "secret": "0123456789abcdef0123456789abcdef",
    "name": "Shop",
    "original_id": "gh_0123456789ab",
    "open_platform": "main",
    "is_default": True,
}
CREDENTIAL = {
    "source": "wechat",
    "id": "wx0123456789abcde0",
    "kind": "website",
    "name": "Shop on the web",
    "values": {"secret": "0123456789abcdef0123456789abcdef", "open_platform": "main"},
}
CONNECTION = {
    "id": "wechat",
    "mode": "wechat-miniprogram",
    "display_name": {"en": "WeChat", "zh": "微信"},
    "phone": "optional",
    "association": "phone",
}
WEB = {
    "client_id": "shop",
    "client_name": "Shop",
    "client_name#zh-CN": "商店",
    "redirect_uris": ["https://shop.example/callback"],
}
NATIVE = {
    "client_id": "shop-app",
    "client_name": "Shop",
    "application_type": "native",
    "token_endpoint_auth_method": "none",
    "redirect_uris": ["com.example.shop:/callback"],
    "first_party": True,
}
RELEASED = {
    "enabled": True,
    "position": 1,
    "claims": {"wechat_openid": {"id_token": True, "userinfo": True, "as": "openid"}},
}
API = {
    "id": "orders",
    "resource": "https://api.example/orders",
    "name": {"en": "Orders", "zh": "订单"},
    "scopes": [
        {"name": "orders:read", "words": {"en": "read your orders", "zh": "查看你的订单"}},
        {"name": "orders:write", "words": {"en": "place orders for you", "zh": "替你下单"}},
    ],
    "default_scopes": ["orders:read"],
    "token_lifetime": 900,
}
GROUP = {
    "name": "staff",
    "display": "Staff",
    "description": "Who works here.",
    "rules": {"email_domain": ["example.com"], "phone": ["+8613800138000"]},
}
NO_RULES: Mapping[str, Any] = {"rules": {"email_domain": [], "phone": []}}
ACCESS = {
    "mode": "open",
    "seen": "all",
    "form": "name",
    "contact": "it@example.com",
    "groups": [],
}
DOT = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9"
    "awAAAABJRU5ErkJggg=="
)
EXAMPLES: Examples = {
    "createWeChatApp": {"mini_program": MINI_PROGRAM},
    "changeWeChatApp": {
        "secret": {"secret": "fedcba9876543210fedcba9876543210"},
        "binding": {"open_platform": "main"},
    },
    "takeDownWeChatApp": {"leaked": {"revoke": True}},
    "createCredential": {"website": CREDENTIAL},
    "changeCredential": {"binding": {"values": {"open_platform": "main"}}},
    "takeDownCredential": {"leaked": {"revoke": True}},
    "createConnection": {"mini_program": CONNECTION},
    "changeConnection": {"login_only": {"login_only": True}, "default_app": {"app_id": None}},
    "disableConnection": {"keep": {"revoke": False}, "end": {"revoke": True}},
    "createClient": {"web": WEB, "native": NATIVE},
    "changeClient": {
        "name": {"client_name": "The Shop"},
        "stop": {"disabled": True},
        "default": {"access_token_lifetime": None},
    },
    "rotateClientSecret": {"leaked": {"overlap": 0}},
    "replaceEnablement": {"on": {"enabled": True}, "renamed": RELEASED},
    "createApi": {"orders": API},
    "changeApi": {
        "opened": {"open_to_self_registered": True},
        "opaque": {"token_format": "opaque", "introspected_by": []},
        "default": {"token_lifetime": None},
    },
    "createWebhook": {
        "ours": {
            "url": "https://chat.example/hooks/qiao",
            "events": ["credential.refused", "conflict.opened", "administrator.created"],
            "description": "The operators' channel",
        }
    },
    "changeWebhook": {"off": {"enabled": False}, "everything": {"events": ["*"]}},
    "rotateWebhookSecret": {"a_day": {}, "leaked": {"overlap": 0}},
    "createGroup": {"staff": GROUP},
    "changeGroup": {"words": {"display": "Everybody who works here"}, "no_rules": NO_RULES},
    "addGroupMembers": {"hand": {"people": ["lin", "+8613800138000"]}},
    "replaceClientAccess": {"open": {"mode": "open"}, "groups": ACCESS},
    "decideClientPerson": {"allow": {"state": "allowed"}, "refuse": {"state": "refused"}},
    "putDomainFile": {"wechat": {"content": "AbCdEfGhIjKlMnOp"}},
    "switchEventStream": {
        "paused": {"status": "paused", "reason": "Maintenance until noon."},
        "again": {"status": "enabled"},
    },
    "changeLook": {
        "colour": {"accent": "#0b5b73", "background": "#10243a"},
        "logo": {"logo": DOT},
        "words": {"texts": {"en": {"headline": "Welcome"}, "zh": {"headline": "欢迎"}}},
    },
    "changeOwnLook": {
        "name": {"texts": {"en": {"name": "Riverside ID"}, "zh": {"name": "滨江通行证"}}}
    },
    "createAccount": {
        "vouched": {"name": "李雷", "phone": "13800138000", "phone_vouched": True},
        "more": {
            "name": "Han Meimei",
            "profile": {"nickname": "Mei", "address": {"country": "CN"}},
        },
    },
    "changeAccount": {
        "renamed": {"name": "李磊"},
        "no_mail": {"email": None},
    },
    "beginAction": {
        "chosen": {"action": "disable", "subs": ["0123456789abcdef012345"]},
        "all": {"action": "sign_out", "filter": {"connection": "wechat", "state": "active"}},
    },
    "beginImport": {"unionids": {"open_platform": "main", "region": "CN"}},
    "putImportRows": {"rows": {"rows": [{"phone": "13800138000", "name": "李雷"}]}},
    "signAccountOut": {"everything": {"offline": True}},
    "linkSource": {"vouched": {"connection_id": "wechat", "openid": "oABCDEFGHIJKLMNOPQR"}},
    "mergeAccounts": {"other": {"other": "Zm9vYmFyYmF6cXV4Zm9vYg"}},
    "decideConflict": {"leave": {"decision": "dismiss"}, "follow": {"decision": "follow"}},
    "rotateKeys": {"leaked": {"alg": "RS256", "at_once": True}, "daily": {"due": True}},
    "createAdministrator": {
        "viewer": {"username": "lin", "role": "viewer", "password": "correct horse battery"}
    },
    "signAdministratorOut": {"everywhere": {}, "one": {"session": "0" * 64}},
    "inviteAdministrator": {"editor": {"username": "lin", "name": "Lin", "role": "editor"}},
    "changeAdministrator": {"promoted": {"role": "editor"}, "kept_out": {"enabled": False}},
}
