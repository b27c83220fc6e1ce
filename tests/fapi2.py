"""A client under the FAPI 2.0 Security Profile, registered as an administrator would."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from joserfc.jwk import RSAKey

from oidc.clients.metadata import ClientMetadata
from oidc.clients.metadata_parsing import RegistrationPolicy, parse
from tests.deployment import CALLBACK, Browser, Deployment
from tests.flows.story import signed_in
from tests.key_holder import KeyHolder, new_key, public_keys

KEY = new_key("bank")
RSA = RSAKey.generate_key(2048, {"kid": "rsa"})
BANK = {
    "profile": "fapi2",
    "client_name": "Bank",
    "redirect_uris": [CALLBACK],
    "grant_types": ["authorization_code", "refresh_token"],
    "token_endpoint_auth_method": "private_key_jwt",
    "jwks": public_keys(KEY, RSA),
    "id_token_signed_response_alg": "ES256",
    "first_party": True,
}


def registered(**changes: Any) -> Mapping[str, Any]:
    """The members of a registration, after every check that an admin's document goes through."""
    metadata = parse({**BANK, **changes}, policy=RegistrationPolicy(trusted=True))
    return {each.name: getattr(metadata, each.name) for each in fields(ClientMetadata) if each.init}


def bank(deployment: Deployment, **changes: Any) -> tuple[KeyHolder, Browser]:
    """A client under the profile, and a browser with a live session."""
    story = signed_in(deployment)
    shop = deployment.application("bank", **registered(**changes))
    keys = {"signs_with": KEY, "holds": new_key()}
    return KeyHolder.of(shop, deployment.clock, **keys), story.browser
