"""Okta, one organization's.

https://developer.okta.com/docs/api/openapi/okta-oauth/oauth/orgas and
https://developer.okta.com/docs/reference/api/oidc (read 2026-11-29): the issuer is the Okta domain,
or an authorization server beneath it; ``sub`` is the user's ID and public, ``email_verified`` is
among the claims, PKCE by S256.
"""

from dataclasses import replace

from federation.oauth import form
from federation.oauth.declared import Console, Declaration, declared
from federation.oauth.preset import Preset
from federation.source import Look
from federation.translation import N_

OKTA = declared(
    Declaration(
        id="okta",
        name=N_("Okta"),
        look=Look(
            '<path d="M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20Zm0 15a5 5 0 1 1 0-10 5 5 0 0 1 '
            '0 10Z"/>',
            light="#00297a",
            dark="#7fa8ff",
        ),
        preset=Preset(scope="openid profile email"),
        about=N_("People of one organization with Okta."),
        scope_sentence=N_("see the identifier that Okta has for you"),
        console=Console(
            credentials=N_(
                "Okta Admin Console, Applications, the OIDC web application, General: client ID "
                "and client secret"
            ),
            redirect=N_("The application's Sign-in redirect URIs"),
            first=((N_("Assignments"), N_("Assign the people who may come to the application.")),),
        ),
        fields=(
            replace(
                form.ISSUER,
                label=N_("Okta's issuer"),
                hint=N_(
                    "https:// and your Okta domain, or an authorization server beneath it, as in "
                    "https://example.okta.com/oauth2/default. It stays."
                ),
            ),
            form.CLIENT_SECRET,
        ),
        options=(form.PROMPT,),
    )
)
