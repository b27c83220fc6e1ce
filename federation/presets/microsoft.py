"""Microsoft Entra ID and personal Microsoft accounts, one tenant.

https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference (read 2026-11-29): the
issuer ends in the tenant's ID and ``/v2.0``; ``sub`` is of one application alone; ``email`` can be
changed by a tenant and proves nothing, unless the optional claim ``xms_edov`` is true. Accounts of
persons are the tenant 9188040d-6c67-4c5b-b112-36a304b66dad.
"""

from federation.fields import Field, matches
from federation.oauth import form
from federation.oauth.claim_map import ClaimMap
from federation.oauth.declared import Console, Declaration, declared
from federation.oauth.preset import Preset
from federation.source import Look
from federation.translation import N_

MICROSOFT = declared(
    Declaration(
        id="microsoft",
        name=N_("Microsoft"),
        look=Look(
            '<rect x="3" y="3" width="8" height="8"/><rect x="13" y="3" width="8" '
            'height="8"/><rect x="3" y="13" width="8" height="8"/><rect x="13" y="13" '
            'width="8" height="8"/>',
            light="#2f2f2f",
            dark="#d0d0d0",
        ),
        preset=Preset(
            issuer="https://login.microsoftonline.com/{tenant}/v2.0",
            scope="openid profile email",
            assertion_audience="token_endpoint",
            claims=ClaimMap(email_verified="/xms_edov", picture=""),
        ),
        about=N_("People of one organization with Microsoft Entra ID, or personal accounts."),
        scope_sentence=N_("see the identifier that Microsoft has for you"),
        console=Console(
            credentials=N_(
                "entra.microsoft.com, App registrations: Application (client) ID; Certificates & "
                "secrets: the secret's value"
            ),
            redirect=N_("App registrations, Authentication, Web: Redirect URIs"),
        ),
        fields=(
            Field(
                "tenant",
                N_("Directory (tenant) ID"),
                N_(
                    "Whose people may come; common and organizations are nobody in particular. For "
                    "personal accounts 9188040d-6c67-4c5b-b112-36a304b66dad. It stays."
                ),
                required=True,
                lasting=True,
                checks=(
                    matches(
                        r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
                        N_("A tenant ID has 32 hexadecimal digits in five groups."),
                    ),
                ),
            ),
            form.CLIENT_SECRET,
        ),
        options=(form.PROMPT,),
    )
)
