"""WeChat's credentials as tests write them down."""

from typing import Any

from federation import Credential, CredentialFields
from federation.wechat.source import WECHAT


def wechat_app(
    app_id: str,
    kind: str,
    secret: str = "",
    *,
    name: str = "",
    is_default: bool = False,
    **values: str,
) -> CredentialFields:
    """What a form would send; ``values`` by the names of the other fields."""
    return CredentialFields(app_id, kind, {"secret": secret, **values}, name, is_default)


def stored(app_id: str, kind: str, secret: str = "s", **values: str | None) -> Credential:
    """A credential as a store gives it."""
    told = {name: value for name, value in values.items() if value}
    return Credential(app_id, kind, {"secret": secret, **told})


def changed(fields: CredentialFields, **changes: Any) -> CredentialFields:
    """The same form with other values, by the names of its inputs."""
    form = WECHAT.credentials
    return form.read({**fields.flat(form), **changes})
