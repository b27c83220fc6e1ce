"""HUAWEI ID.

https://accounts.huawei.com/.well-known/openid-configuration: the issuer, RS256 and PS256.
https://developer.huawei.com/consumer/en/doc/harmonyos-guides/account-faq-12: ``sub`` is the
UnionID, the same in all apps of a developer; .../account-glossary: it is case-sensitive.
https://developer.huawei.com/consumer/cn/doc/harmonyos-references/account-server-error-code: numbers
of errors, the telling one in ``sub_error``. (Stored copies and quotations, read 2026-11-29.) The
phone number is given to servers in mainland China alone, and is not asked for.
"""

from federation.oauth import form
from federation.oauth.claim_map import ClaimMap
from federation.oauth.declared import Console, Declaration, declared
from federation.oauth.preset import Preset
from federation.source import Look
from federation.translation import N_

HUAWEI = declared(
    Declaration(
        id="huawei",
        name=N_("HUAWEI ID"),
        look=Look(
            '<path d="M11.3 13.5C8 11 6.2 7.5 7 4c2.8 1.6 4.3 5 4.3 9.5Zm1.4 0c3.3-2.5 5.1-6 '
            "4.3-9.5-2.8 1.6-4.3 5-4.3 9.5Zm-2 1.3C6.5 14.5 3.5 12.5 2.5 9.3c3.5 0 6.3 2 8.2 "
            "5.5Zm2.6 0c4.2-.3 7.2-2.3 8.2-5.5-3.5 0-6.3 2-8.2 5.5Zm-3.3 1.7c-2.3 2-5 2.5-7.3 "
            '1.5 1.8-2 4.5-2.5 7.3-1.5Zm4 0c2.3 2 5 2.5 7.3 1.5-1.8-2-4.5-2.5-7.3-1.5Z"/>',
            light="#b3142c",
            dark="#ff8590",
        ),
        preset=Preset(
            issuer="https://accounts.huawei.com",
            scope="openid profile",
            authentication="client_secret_post",
            userinfo="never",
            errors=("/sub_error", "/error"),
            named={
                **dict.fromkeys(("12303", "12304", "20001", "20002", "20003"), "invalid_client"),
                **dict.fromkeys(("20085", "20171", "20172"), "invalid_client"),
                **dict.fromkeys(("20151", "20152", "20153", "20154"), "invalid_grant"),
                **dict.fromkeys(("20155", "20156", "20158"), "invalid_grant"),
                **dict.fromkeys(("20041", "20042"), "invalid_scope"),
                **dict.fromkeys(("500", "100300"), "server_error"),
                **dict.fromkeys(("20181", "20182"), "unsupported_grant_type"),
            },
            claims=ClaimMap(
                shared="/sub",
                name="/display_name /nickname /name",
                phone="",
                phone_verified="",
            ),
        ),
        about=N_("HUAWEI IDs, on phones of Huawei and elsewhere."),
        scope_sentence=N_("see the identifier that Huawei has for you"),
        fields=(form.CLIENT_SECRET, form.DEVELOPER),
        shared="huawei:unionid:{developer}",
        console=Console(
            credentials=N_("AppGallery Connect, the app's General information: OAuth 2.0 client"),
            redirect=N_("developer.huawei.com, Console, HMS API Services, Credentials: callback"),
            first=(
                (
                    N_("Account Kit"),
                    N_("AppGallery Connect, Project settings, Manage APIs: turn Account Kit on."),
                ),
            ),
        ),
        refusals={
            "100502": N_("The developer account is in no account group; add it in the console."),
        },
    )
)
