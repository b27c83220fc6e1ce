"""Any provider of OpenID Connect, found by its issuer."""

from federation.oauth import form
from federation.oauth.declared import Declaration, declared
from federation.oauth.openid import OpenIDUpstream
from federation.oauth.preset import Preset
from federation.source import Look
from federation.translation import N_

OPENID = declared(
    Declaration(
        id="oidc",
        name=N_("OpenID Connect"),
        look=Look(
            '<path d="M12 2 3 6v6c0 5 3.800 8.700 9 10 5.200-1.300 9-5 9-10V6l-9-4Zm0 3.200L18 '
            '7.900V12c0 3.500-2.400 6-6 7.100C8.400 18 6 15.500 6 12V7.900l6-2.700Z"/>'
            '<circle cx="12" cy="11" r="2.600"/><rect x="11" y="12" width="2" height="4.500"/>'
        ),
        preset=Preset(scope="openid profile email"),
        about=N_("Any provider with an issuer: Keycloak, Entra, Okta, another server like this."),
        scope_sentence=N_("see the identifier that your identity provider has for you"),
        upstream=OpenIDUpstream,
        id_field=form.SHORT_NAME,
        fields=(
            form.ISSUER,
            form.OWN_CLIENT_ID,
            form.OPTIONAL_SECRET,
            form.AUTHENTICATION,
            form.PRIVATE_KEY,
            form.KEY_ID,
            form.ASSERTION_AUDIENCE,
            form.ID_TOKEN_ALG,
        ),
        options=(
            form.scope("openid profile email"),
            form.PROMPT,
            form.RESPONSE_MODE,
            form.USERINFO,
            form.ACR_VALUES,
            form.MAX_AGE,
            form.TRUST_UNVERIFIED,
            *form.CLAIMS,
        ),
        asks_phone=True,
    )
)
