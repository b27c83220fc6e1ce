"""Any provider of OAuth 2.0, by the addresses of its three servers."""

from dataclasses import replace

from federation.oauth import form
from federation.oauth.claim_map import ClaimMap
from federation.oauth.declared import Declaration, declared
from federation.oauth.oauth2 import OAuth2Upstream
from federation.oauth.preset import Preset
from federation.source import Look
from federation.translation import N_

OAUTH2 = declared(
    Declaration(
        id="oauth2",
        name=N_("OAuth 2.0"),
        look=Look(
            '<path fill-rule="evenodd" d="M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20Zm0 3a7 7 0 '
            '1 1 0 14 7 7 0 0 1 0-14Z"/><path d="M12 7.5 8.5 16.5h2.2l1.3-3.6 1.3 3.6h2.2L12 '
            '7.5Z"/>'
        ),
        preset=Preset(claims=ClaimMap(id="")),
        about=N_("Any provider that tells who somebody is at an address, without ID tokens."),
        scope_sentence=N_("see the identifier that your provider has for you"),
        upstream=OAuth2Upstream,
        id_field=form.SHORT_NAME,
        fields=(
            form.address("authorization_endpoint", N_("Authorization address")),
            form.address("token_endpoint", N_("Token address")),
            form.address(
                "userinfo_endpoint",
                N_("User-info address"),
                N_("Empty where the token address says who it is."),
                required=False,
            ),
            replace(
                form.pointers(
                    "claim_id",
                    N_("Where the person's ID is"),
                    N_("A JSON pointer into its answer, such as /id or /data/uid. It stays."),
                ),
                required=True,
                lasting=True,
            ),
            form.OWN_CLIENT_ID,
            form.OPTIONAL_SECRET,
            form.AUTHENTICATION,
            form.PRIVATE_KEY,
            form.KEY_ID,
        ),
        options=(
            form.scope(""),
            form.TRUST_UNVERIFIED,
            *form.CLAIMS,
            form.pointers("envelope", N_("Where the object is within answers")),
        ),
        word="id",
        asks_phone=True,
        is_protocol=True,
    )
)
