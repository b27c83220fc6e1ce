"""WeCom.

https://developer.work.weixin.qq.com/document/path/98152: the page; .../91039: ``gettoken``;
.../98176: ``auth/getuserinfo``, ``userid`` of members and ``openid`` of all others. As public SDKs
quote them (2026-11-29), and so the numbers of errors (.../90313). A ``userid`` is given to somebody
else once its member is deleted: organizations are told so in the steps.
"""

from dataclasses import replace

from federation.fields import Field, matches
from federation.oauth import form
from federation.oauth.claim_map import ClaimMap
from federation.oauth.declared import EVERYWHERE, Console, Declaration, declared
from federation.oauth.preset import Preset
from federation.source import Look, OwnBrowser, Way
from federation.translation import N_
from federation.wecom.upstream import WeComUpstream

WECOM = declared(
    Declaration(
        id="wecom",
        name=N_("WeCom"),
        look=Look(
            '<path d="M10.5 3.5C5.8 3.5 2 6.6 2 10.5c0 2.2 1.2 4.1 3.1 5.4l-.6 2.3 2.7-1.3c1 '
            ".3 2.1.5 3.3.5.4 0 .8 0 1.2-.1a4.5 4.5 0 0 1 .5-2 9 9 0 0 1-1.7.2c-3.7 "
            '0-6.5-2.3-6.5-5s2.8-5 6.5-5 6.5 2.3 6.5 5l2 .8v-.8c0-3.9-3.8-7-8.5-7Z"/><path '
            'd="M17.5 12.5l1.2 2.8 2.8 1.2-2.8 1.2-1.2 2.8-1.2-2.8-2.8-1.2 2.8-1.2Z"/>',
            light="#1a5fb4",
            dark="#78b4ff",
        ),
        preset=Preset(
            authorization_endpoint="https://login.work.weixin.qq.com/wwlogin/sso/login",
            token_endpoint="https://qyapi.weixin.qq.com/cgi-bin/auth/getuserinfo",
            pkce=False,
            errors=("/errcode",),
            named={
                **dict.fromkeys(("40001", "40013", "40091", "41002", "41004"), "invalid_client"),
                **dict.fromkeys(("40029", "41008", "42003"), "invalid_grant"),
                **dict.fromkeys(("-1", "45009", "45033"), "temporarily_unavailable"),
                "50001": "redirect_uri_mismatch",
            },
            claims=ClaimMap(
                id="/userid",
                name="",
                picture="",
                email="",
                email_verified="",
                phone="",
                phone_verified="",
            ),
        ),
        about=N_("Members of one organization that uses WeCom; nobody else."),
        scope_sentence=N_("see the identifier that WeCom has for you"),
        upstream=WeComUpstream,
        id_field=replace(
            form.CLIENT_ID,
            label=N_("Corporation ID (CorpID)"),
            hint=N_("Of the organization. It stays."),
        ),
        fields=(
            Field(
                "agent_id",
                N_("AgentId"),
                N_("Of the application that is made for signing in."),
                required=True,
                checks=(matches(r"[0-9]{1,20}", N_("It has digits only.")),),
            ),
            form.CLIENT_SECRET,
        ),
        console=Console(
            credentials=N_(
                "work.weixin.qq.com, Applications: the application's AgentId and Secret"
            ),
            redirect=N_(
                "WeCom authorization, authorized callback domain: the host of this address"
            ),
            first=(
                (
                    N_("Trusted domain"),
                    N_(
                        "The application, Web authorization: the host of the redirect address, for "
                        "signing in inside WeCom without a question."
                    ),
                ),
                (
                    N_("Trusted addresses"),
                    N_("The application, Trusted IPs: add this server's public address."),
                ),
                (
                    N_("Members who leave"),
                    N_("Never give a deleted member's account name to somebody else."),
                ),
            ),
        ),
        word="userid",
        # WeCom's agent names WeChat too, on phones and computers; WeChat's source looks for it.
        browser=OwnBrowser(marks=("wxwork",)),
        ways={**EVERYWHERE, "own-browser": Way("redirect")},
        refusals={
            "40056": N_("There is no such application; copy its AgentId again."),
            "60011": N_("The application may not see this member; widen its visible range."),
            "60020": N_("Add this server's public address to the application's trusted IPs."),
            "48002": N_("The application may not use this; look at its permissions in WeCom."),
        },
    )
)
