"""The grant types there are: what is not in this list does not exist."""

from typing import Any

from oidc.grants.authorization_code import AuthorizationCode, RequireS256
from oidc.grants.client_credentials import ClientCredentials
from oidc.grants.device_code import DeviceCode
from oidc.grants.refresh_token import RefreshToken
from oidc.grants.token_exchange import TokenExchange

GRANTS: tuple[tuple[type[Any], tuple[Any, ...]], ...] = (
    (AuthorizationCode, (RequireS256(),)),
    (RefreshToken, ()),
    (ClientCredentials, ()),
    (DeviceCode, ()),
    (TokenExchange, ()),
)
