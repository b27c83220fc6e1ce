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
            '<path d="M12 2 3 6v6c0 5 3.8 8.7 9 10 5.2-1.3 9-5 9-10V6l-9-4Zm0 3.2L18 '
            '7.9V12c0 3.5-2.4 6-6 7.1C8.4 18 6 15.5 6 12V7.9l6-2.7Z"/><circle cx="12" '
            'cy="11" r="2.6"/><rect x="11" y="12" width="2" height="4.5"/>'
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
            form.LOGOUT,
            form.TRUST_UNVERIFIED,
            *form.CLAIMS,
        ),
        asks_phone=True,
        is_protocol=True,
    )
)
