"""Alipay.

alipay.system.oauth.token and alipay.user.info.share (https://opendocs.alipay.com/): parameters from
a stored copy, ``auth_code``, ``open_id`` and codes of errors from the vendor's SDKs and public
clients (read 2026-11-29). https://developer.alibaba.com/docs/api.htm?apiId=1025: the same method
refreshes, by ``grant_type=refresh_token``. New applications get ``open_id`` and no ``user_id``; one
that moves from
the latter to the former knows its people by other names.
"""

from dataclasses import replace

from federation.alipay.upstream import AlipayUpstream
from federation.fields import Field, matches
from federation.oauth import form, rsa
from federation.oauth.claim_map import ClaimMap
from federation.oauth.declared import Console, Declaration, declared
from federation.oauth.preset import Preset
from federation.source import Look
from federation.translation import N_


def _private(value: str) -> str | None:
    told = N_("This is no RSA private key of 2048 bits or more.")
    return None if rsa.private_key(value) else told


def _public(value: str) -> str | None:
    told = N_("This is no RSA public key of 2048 bits or more.")
    return None if rsa.public_key(value) else told


ALIPAY = declared(
    Declaration(
        id="alipay",
        name=N_("Alipay"),
        look=Look(
            '<path fill-rule="evenodd" d="M5 2.5h14a2.5 2.5 0 0 1 2.5 '
            "2.5v10.5c-2-.6-4-1.4-6-2.3.7-1.2 1.2-2.6 "
            "1.5-4h-4V7.8h4.7V6.6H13V4.5h-2.2v2.1H6.2v1.2h4.6v1.4H7v1.2h7.4c-.2.8-.5 1.6-.9 "
            "2.3-4.5-1.7-8.5-1.2-8.5 1.8 0 3.3 5.5 4.3 8.7.5 2.6 1.3 5.1 2.5 7.7 3.5-.4 "
            "1.1-1.3 1.5-2.4 1.5H5A2.5 2.5 0 0 1 2.5 19V5A2.5 2.5 0 0 1 5 2.5Zm7.5 11.4c-1.8 "
            '2.4-5.8 2.8-5.8.8 0-1.7 3-1.9 5.8-.8Z"/>',
            light="#0b63ce",
            dark="#6cb2ff",
        ),
        preset=Preset(
            authorization_endpoint="https://openauth.alipay.com/oauth2/publicAppAuthorize.htm",
            token_endpoint="https://openapi.alipay.com/gateway.do",
            scope="auth_user",
            pkce=False,
            named={
                "isv.code-invalid": "invalid_grant",
                "isv.grant-type-invalid": "unsupported_grant_type",
                **dict.fromkeys(
                    ("isv.invalid-app-id", "isv.app-not-exist", "isv.invalid-signature"),
                    "invalid_client",
                ),
                **dict.fromkeys(
                    ("isv.missing-signature-key", "isv.invalid-signature-type"), "invalid_client"
                ),
                **dict.fromkeys(
                    ("aop.invalid-auth-token", "aop.auth-token-time-out"), "userinfo_refused"
                ),
                **dict.fromkeys(
                    ("isp.unknow-error", "isp.unknown-error", "aop.unknow-error", "20000"),
                    "server_error",
                ),
            },
            claims=ClaimMap(
                id="/open_id /user_id",
                name="/nick_name",
                picture="/avatar",
                email="",
                email_verified="",
                phone="",
                phone_verified="",
            ),
        ),
        about=N_("Alipay accounts, in the app and on the web."),
        scope_sentence=N_("see the identifier that Alipay has for you"),
        upstream=AlipayUpstream,
        id_field=replace(
            form.CLIENT_ID,
            label=N_("APPID"),
            checks=(matches(r"[A-Za-z0-9]{1,32}", N_("An APPID has digits only.")),),
        ),
        fields=(
            Field(
                "private_key",
                N_("Application private key"),
                N_("RSA2, in PEM or as Alipay's key tool writes it. It is stored encrypted."),
                input="area",
                secret=True,
                required=True,
                checks=(_private,),
            ),
            Field(
                "public_key",
                N_("Alipay public key"),
                N_("Alipay's own, which its console shows once yours is there; not yours."),
                input="area",
                required=True,
                checks=(_public,),
            ),
        ),
        code_parameter="auth_code",
        console=Console(
            credentials=N_(
                "open.alipay.com, Console, the application's Development settings: APPID"
            ),
            redirect=N_("Development settings: authorization callback address"),
            first=(
                (
                    N_("Signing of requests"),
                    N_("Development settings, Interface signing: public key mode, RSA2."),
                ),
                (
                    N_("Member information"),
                    N_("Bind the product for member information (获取会员信息) and go online."),
                ),
            ),
        ),
        word="openid",
        refusals={
            "invalid_client": N_(
                "Alipay does not take our signature: compare the APPID, and upload the public key "
                "of the private key that is entered here."
            ),
            "isv.insufficient-isv-permissions": N_(
                "The application lacks the product for member information; bind it, and go online."
            ),
            "isv.invalid-timestamp": N_("Alipay finds the time wrong: set this server's clock."),
        },
    )
)
