"""LinkedIn.

https://learn.microsoft.com/linkedin/consumer/integrations/self-serve/sign-in-with-linkedin-v2 (read
2026-11-29): scopes, the user-info address, ``email_verified``; identities are not verified. Its ID
tokens leave the nonce out, so that who somebody is comes from the user-info address alone.
"""

from federation.oauth.claim_map import ClaimMap
from federation.oauth.declared import Console, Declaration, declared
from federation.oauth.oauth2 import OAuth2Upstream
from federation.oauth.preset import Preset
from federation.source import Look
from federation.translation import N_

LINKEDIN = declared(
    Declaration(
        id="linkedin",
        name=N_("LinkedIn"),
        look=Look(
            '<path d="M4 9h3.5v11H4V9Zm1.8-5.5a2 2 0 1 1 0 4 2 2 0 0 1 0-4ZM9.5 '
            "9h3.3v1.5c.6-1 1.7-1.8 3.4-1.8 3 0 3.8 2 3.8 "
            '4.7V20h-3.5v-5.8c0-1.5-.3-2.5-1.6-2.5s-1.9 1-1.9 2.5V20H9.5V9Z"/>',
            light="#0a5cb8",
            dark="#70b5f9",
        ),
        preset=Preset(
            authorization_endpoint="https://www.linkedin.com/oauth/v2/authorization",
            token_endpoint="https://www.linkedin.com/oauth/v2/accessToken",
            userinfo_endpoint="https://api.linkedin.com/v2/userinfo",
            scope="openid profile email",
            authentication="client_secret_post",
            pkce=False,
            claims=ClaimMap(phone="", phone_verified=""),
        ),
        about=N_("LinkedIn accounts; LinkedIn does not verify who somebody is."),
        scope_sentence=N_("see the identifier that LinkedIn has for you"),
        upstream=OAuth2Upstream,
        console=Console(
            credentials=N_("linkedin.com/developers, the app's Auth: client ID and secret"),
            redirect=N_("Auth: Authorized redirect URLs for your app"),
            first=(
                (
                    N_("Product"),
                    N_("Products: request “Sign In with LinkedIn using OpenID Connect”."),
                ),
            ),
        ),
    )
)
