"""What is told of each record, without its secrets: by the API, and by commands with ``--json``."""

from typing import Any

from app.accounts.records.directory import AccountView
from app.accounts.records.linking import LinkedSource
from app.audit.trail import masked
from federation import Connection, Fault, WeChatApp
from oidc.clients.client import Client

Record = dict[str, Any]

_ACCOUNT = (
    "name",
    "picture",
    "username",
    "has_password",
    "phone_provenance",
    "phone_verified_at",
    "email",
    "email_verified",
    "disabled_at",
    "merged_into",
    "created_at",
    "updated_at",
    "version",
)
_SOURCE = ("appid", "unionid", "connection_id", "first_seen", "last_seen")
_CONNECTION = (
    "id",
    "mode",
    "login_only",
    "phone",
    "association",
    "env_version",
    "enabled",
    "position",
    "version",
)
_WECHAT_APP = (
    "app_id",
    "kind",
    "name",
    "original_id",
    "open_platform",
    "is_default",
    "secret_since",
    "version",
)


def account(one: AccountView) -> Record:
    """A person; of the phone number no more than people may see of one another's."""
    return {"sub": one.id, "phone": masked(one.phone), **_named(one, _ACCOUNT)}


def source(one: LinkedSource) -> Record:
    """One of a person's WeChat identities."""
    return {"openid": one.value, **_named(one, _SOURCE)}


def client(one: Client, secret: str | None = None) -> Record:
    """As a registration response has it (RFC 7591 3.2.1), and its state.

    :param secret: one that was just made.
    """
    return {
        **one.metadata.to_document(),
        **({"client_secret": secret} if secret else {}),
        "client_id": one.client_id,
        "client_id_issued_at": one.created_at,
        "disabled": one.disabled,
        "dynamic": one.dynamic,
        "secrets": [
            {"created_at": known.created_at, "expires_at": known.expires_at}
            for known in one.live_secrets()
        ],
        "version": one.version,
    }


def connection(one: Connection) -> Record:
    """A sign-in method; ``app_id`` is null for the default mini program."""
    return _named(one, _CONNECTION) | {
        "display_name": dict(one.display_name),
        "app_id": None if one.uses_default_app else one.app.app_id,
        "effective_app_id": one.app.app_id or None,
        "usable": one.app.is_usable,
    }


def wechat_app(one: WeChatApp, fault: Fault | None) -> Record:
    """A credential, and why WeChat last refused it."""
    return _named(one, _WECHAT_APP) | {
        "usable": one.is_usable,
        "takes_pushes": bool(one.push_token),
        "fault": {"errcode": fault.errcode, "at": fault.at} if fault else None,
    }


def _named(one: object, names: tuple[str, ...]) -> Record:
    return {name: getattr(one, name) for name in names}
