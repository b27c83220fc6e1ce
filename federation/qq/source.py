"""QQ, as QQ Connect signs people in on websites.

https://wiki.connect.qq.com/, "概念和术语" (a stored copy, read 2026-11-29): ``me``, UnionID,
``fmt`` and 100048. The pages "使用Authorization_Code获取Access_Token" and "公共返回码说明" (numbers
of errors) as others quote them.
"""

from federation.oauth import form
from federation.oauth.claim_map import ClaimMap
from federation.oauth.declared import Console, Declaration, declared
from federation.oauth.preset import Preset
from federation.qq.upstream import NO_UNIONID, QQUpstream
from federation.source import Look
from federation.translation import N_

QQ = declared(
    Declaration(
        id="qq",
        name=N_("QQ"),
        look=Look(
            '<path d="M12 2.5c-3.2 0-5.2 2.3-5.2 5.4 0 1.6-.3 2.3-1 3.3-.9 1.3-1.6 2.7-1.6 4.2 0 '
            "1.4.7 1.5 1.7.1.3 1 .8 1.8 1.5 2.5-1 .3-1.5.8-1.5 1.5 0 2.3 4.6 2.4 6.1.9 1.5 1.5 "
            "6.1 1.4 6.1-.9 0-.7-.5-1.2-1.5-1.5.7-.7 1.2-1.5 1.5-2.5 1 1.4 1.7 1.3 "
            '1.7-.1 0-1.5-.7-2.9-1.6-4.2-.7-1-1-1.7-1-3.3 0-3.1-2-5.4-5.2-5.4Z"/>',
            light="#0a6ebd",
            dark="#63b8ff",
        ),
        preset=Preset(
            authorization_endpoint="https://graph.qq.com/oauth2.0/authorize",
            token_endpoint="https://graph.qq.com/oauth2.0/token",
            userinfo_endpoint="https://graph.qq.com/oauth2.0/me?fmt=json&unionid=1",
            scope="get_user_info",
            authentication="client_secret_post",
            token_parameter="access_token",
            pkce=False,
            named={
                **dict.fromkeys(("100001", "100002", "100008", "100009"), "invalid_client"),
                **dict.fromkeys(("100005", "100018", "100019", "100020"), "invalid_grant"),
                **dict.fromkeys(("100013", "100014", "100015", "100016"), "userinfo_refused"),
                "100000": "unsupported_response_type",
                "100004": "unsupported_grant_type",
                "100010": "redirect_uri_mismatch",
            },
            claims=ClaimMap(
                id="/openid",
                shared="/unionid",
                name="/nickname",
                picture="/figureurl_qq",
                email="",
                email_verified="",
                phone="",
                phone_verified="",
            ),
        ),
        about=N_("QQ accounts, on a computer and on a phone."),
        scope_sentence=N_("see the identifier that QQ has for you"),
        upstream=QQUpstream,
        fields=(form.CLIENT_SECRET, form.DEVELOPER),
        shared="qq:unionid:{developer}",
        console=Console(
            credentials=N_("connect.qq.com, Application management: APP ID and APP Key"),
            redirect=N_("The website application's callback address (网站回调域)"),
            first=(
                (
                    N_("Website application"),
                    N_("connect.qq.com, Application management: create it, and have it approved."),
                ),
            ),
        ),
        word="openid",
        refusals={
            "100011": N_("The application is not online yet; QQ Connect must have approved it."),
            "100030": N_("The person has not allowed the application to ask who they are."),
            NO_UNIONID: N_("Apply for UnionIDs in QQ Connect, or empty the developer account."),
        },
    )
)
