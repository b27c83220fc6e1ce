"""The grant types there are: what is not in ``GRANTS`` does not exist.

Each is a class of Authlib's with its hooks filled: find what is presented, check that this client
may use it, decide its single use by one statement, and only then let `oidc.tokens` issue.
Discovery, registration and the console's form read their grant types from the list.

    authorization_code    RFC 6749 4.1.3, with RFC 7636
    refresh_token         RFC 6749 6, with rotation (RFC 9700 4.14)
    client_credentials    RFC 6749 4.4
    device_code           RFC 8628 3.4
    token_exchange        RFC 8693: an upstream's code for tokens; ``delegation``: a token for less;
                          ``source_token``: the person's own at a source
    downscoping           what any of them may ask to have less of
"""

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
