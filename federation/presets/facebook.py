"""Facebook.

https://developers.facebook.com/documentation/facebook-login/guides/advanced/manual-flow (read
2026-11-29): addresses, ``/me`` with the fields that are asked for, an ``id`` of one application
alone, errors as an object with a ``code``. Its PKCE is for OpenID Connect alone, which it calls a
test. Addresses without a version lead to the oldest that there is.
"""

from federation.oauth.claim_map import ClaimMap
from federation.oauth.declared import Console, Declaration, declared
from federation.oauth.oauth2 import OAuth2Upstream
from federation.oauth.preset import Preset
from federation.source import Look
from federation.translation import N_

FACEBOOK = declared(
    Declaration(
        id="facebook",
        name=N_("Facebook"),
        look=Look(
            '<path d="M13.5 22v-8h2.8l.5-3.3h-3.3V8.5c0-1 .4-1.7 1.8-1.7H17V4a14 14 0 0 '
            '0-2.3-.2c-2.6 0-4.2 1.6-4.2 4.3v2.6H7.5V14h3v8h3Z"/>',
            light="#0a5fd6",
            dark="#7ab3ff",
        ),
        preset=Preset(
            authorization_endpoint="https://www.facebook.com/dialog/oauth",
            token_endpoint="https://graph.facebook.com/oauth/access_token",
            userinfo_endpoint="https://graph.facebook.com/me?fields=id,name,picture.type(large)",
            scope="public_profile",
            authentication="client_secret_post",
            pkce=False,
            errors=("/error/code", "/error"),
            want_new_code=("100",),
            claims=ClaimMap(
                id="/id",
                name="/name",
                picture="/picture/data/url",
                email="",
                email_verified="",
                phone="",
                phone_verified="",
            ),
        ),
        about=N_("Facebook accounts."),
        scope_sentence=N_("see the identifier that Facebook has for you"),
        upstream=OAuth2Upstream,
        console=Console(
            credentials=N_("developers.facebook.com, App settings, Basic: App ID and App secret"),
            redirect=N_("Facebook Login, Settings: Valid OAuth Redirect URIs"),
        ),
        word="id",
        refusals={
            "1": N_("Facebook says that the app secret is wrong. Copy it again."),
            "101": N_("Facebook does not know this app ID. Copy it again."),
            "190": N_("Facebook did not take its own token; try again."),
            "191": N_("The redirect address is not among the app's valid ones."),
        },
    )
)
