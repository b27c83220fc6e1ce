"""Apple.

https://developer.apple.com/documentation/signinwithapplerestapi/request-an-authorization-to-the-
sign-in-with-apple-server. (a stored copy, 2026-11-29): ``form_post`` with ``name email``, ``user``
once. "Creating a client secret" (ES256, six months at most) and ``email_verified`` as a text as
public clients quote and met them. The issuer has metadata.
"""

from dataclasses import replace

from federation.apple.upstream import AppleUpstream, is_key
from federation.fields import Field, matches
from federation.oauth import form
from federation.oauth.claim_map import ClaimMap
from federation.oauth.declared import Console, Declaration, declared
from federation.oauth.preset import Preset
from federation.source import Look
from federation.translation import N_

_TEN = matches(r"[A-Z0-9]{10}", N_("It has 10 capital letters and digits."))

APPLE = declared(
    Declaration(
        id="apple",
        name=N_("Apple"),
        look=Look(
            '<path d="M12.3 7.6c1-.8 2.3-1.2 3.5-1.1 1.8.1 3.2.9 4.1 2.3-1.6 1-2.4 2.4-2.4 4.1 '
            "0 2 1 3.5 3 4.4-.9 2.7-2.6 4.8-4.5 4.8-1.3 0-1.9-.8-3.5-.8s-2.3.8-3.5.8C6.5 22.1 "
            "3.5 17.3 3.5 12.7c0-3.6 2.2-6.1 5-6.1 1.5 0 2.7.9 3.8 1Zm-.3-1.6c0-2.2 1.5-4 "
            '3.7-4.3.1 2.4-1.5 4.2-3.7 4.3Z"/>',
            light="#1c1c1e",
            dark="#f2f2f7",
        ),
        preset=Preset(
            issuer="https://appleid.apple.com",
            scope="openid name email",
            response_mode="form_post",
            userinfo="never",
            pkce=False,
            claims=ClaimMap(name="/name", picture="", phone="", phone_verified=""),
        ),
        about=N_("Apple accounts. Where apps offer others, App Store may ask for this one."),
        scope_sentence=N_("see the identifier that Apple has for you"),
        upstream=AppleUpstream,
        id_field=replace(
            form.CLIENT_ID,
            label=N_("Services ID"),
            hint=N_("The identifier that is made for the web, such as com.example.web."),
        ),
        fields=(
            Field("team_id", N_("Team ID"), required=True, checks=(_TEN,)),
            Field("key_id", N_("Key ID"), required=True, checks=(_TEN,)),
            Field(
                "private_key",
                N_("Private key (.p8)"),
                N_("The whole file that Apple hands out once. It is stored encrypted."),
                input="area",
                secret=True,
                required=True,
                checks=(is_key,),
            ),
        ),
        console=Console(
            credentials=N_("developer.apple.com, Identifiers, Services IDs; and Keys for the key"),
            redirect=N_("The Services ID, Sign in with Apple, Configure: Return URLs"),
            first=(
                (
                    N_("App ID"),
                    N_("developer.apple.com, Identifiers: an App ID with Sign in with Apple on."),
                ),
            ),
        ),
        refusals={
            "invalid_client": N_(
                "Apple does not take the key: compare Services ID, Team ID and Key ID, and whether "
                "the key still exists."
            ),
        },
    )
)
