"""WeChat, declared: its four modes, what they need, and what they say of a person."""

from federation.fields import Choice, Field, matches
from federation.source import (
    AppCodes,
    Claim,
    Keys,
    Look,
    Mode,
    OwnBrowser,
    PageText,
    Source,
    Surroundings,
    Way,
)
from federation.translation import N_
from federation.wechat import refusal_sentences
from federation.wechat.client import WeChatClient
from federation.wechat.credential_check import check_credential
from federation.wechat.credential_form import WECHAT_APP
from federation.wechat.entries import SCENES
from federation.wechat.look import MARK
from federation.wechat.mini_program import MiniProgram
from federation.wechat.mobile import MobileApp
from federation.wechat.official import BASE, USERINFO, OfficialAccount
from federation.wechat.people import OPENID, UNIONID, appid_of, openid_of, unionid_of
from federation.wechat.phone import PROVENANCES
from federation.wechat.push import PushReceiver
from federation.wechat.quota import quotas
from federation.wechat.refusals import SnapshotRefused
from federation.wechat.settings import WeChatSettings
from federation.wechat.setup_steps import (
    BINDING,
    mini_program_steps,
    mobile_steps,
    official_steps,
    website_steps,
)
from federation.wechat.website import Website

MODES = (
    Mode(
        id="wechat-miniprogram",
        label=N_("Mini program"),
        about=N_(
            "An app launches the mini program, a computer shows a code to scan, a phone's browser "
            "opens WeChat. Can verify the phone number. Suits most."
        ),
        kind="miniprogram",
        upstream=MiniProgram,
        # Links open the mini program inside WeChat too; the official account is smoother where
        # there is one, since the person does not leave the page. WeChat on a computer opens no
        # mini program from a link.
        ways={
            "desktop": Way("scan"),
            "phone": Way("link"),
            "own-browser": Way("link", second_choice=True),
            "own-browser-on-computer": Way("scan", second_choice=True),
            "native-app": Way("launch"),
        },
        asks_phone=True,
        options=(
            Field(
                "env_version",
                N_("Version of the mini program"),
                N_(
                    "Which version a code or launch opens. Released, for everybody but your "
                    "testers."
                ),
                input="choice",
                choices=(
                    Choice("release", N_("Released")),
                    Choice("trial", N_("Trial")),
                    Choice("develop", N_("Development")),
                ),
                default="release",
            ),
        ),
        steps=mini_program_steps,
    ),
    Mode(
        id="wechat-mobile",
        label=N_("Mobile app"),
        about=N_("A native app asks the WeChat app on the same phone (SendAuth)."),
        kind="mobile",
        upstream=MobileApp,
        ways={"native-app": Way("send-auth")},
        steps=mobile_steps,
    ),
    Mode(
        id="wechat-website",
        label=N_("Website scan"),
        about=N_("A computer's browser shows WeChat's own page with a code to scan."),
        kind="website",
        upstream=Website,
        ways={
            "desktop": Way("redirect"),
            "own-browser-on-computer": Way("redirect", second_choice=True),
        },
        steps=website_steps,
        fixed_callback=False,
    ),
    Mode(
        id="wechat-official",
        label=N_("Official account"),
        about=N_("For pages that are opened inside WeChat's own browser."),
        kind="official",
        upstream=OfficialAccount,
        ways={"own-browser": Way("redirect"), "own-browser-on-computer": Way("redirect")},
        options=(
            Field(
                "scope",
                N_("What WeChat tells"),
                N_(
                    "The OpenID alone comes silently, without UnionID, name and picture: whoever "
                    "is new gets an account of their own, also where they have one by another "
                    "WeChat app already, so that duplicates follow."
                ),
                input="choice",
                choices=(
                    Choice(USERINFO, N_("OpenID, UnionID, name and picture; the person agrees")),
                    Choice(BASE, N_("The OpenID alone, silently (snsapi_base)")),
                ),
                default=USERINFO,
            ),
        ),
        steps=official_steps,
        fixed_callback=False,
    ),
)


def _client(surroundings: Surroundings) -> WeChatClient:
    settings = surroundings.settings or WeChatSettings()
    return WeChatClient(settings, surroundings.clock, surroundings.ages, surroundings.observers)


WECHAT = Source(
    id="wechat",
    name=N_("WeChat"),
    look=Look(MARK, light="#06753b", dark="#27b768"),
    credentials=WECHAT_APP,
    modes=MODES,
    keys=Keys(
        own=OPENID + "{id}",
        shared=UNIONID + "{open_platform}",
        noted="unionid",
        check=matches(r"[ -~]{6,128}", N_("An OpenID has 6 to 128 letters and digits.")),
    ),
    client=_client,
    check_credential=check_credential,
    quotas=quotas,
    reach=lambda client: (client.settings.api_base, client.transport.reach()),
    # RFC 8176 has no value for it.
    amr=("wechat",),
    acr="urn:qiao:acr:wechat",
    claims=(
        Claim("wechat_openid", "wechat", openid_of),
        Claim("wechat_appid", "wechat", appid_of),
        Claim("wechat_unionid", "wechat", unionid_of),
    ),
    scopes={"wechat": N_("see the identifiers that WeChat has for you (OpenID and UnionID)")},
    phones=tuple(PROVENANCES.values()),
    # WeChat for work calls itself WeChat as well and is not.
    browser=OwnBrowser(
        marks=("micromessenger",),
        unless=("wxwork",),
        on_computer=("windowswechat", "macwechat"),
    ),
    entries=SCENES,
    app_codes=AppCodes(
        token_type="urn:qiao:params:oauth:token-type:wechat-code",
        code="wechat_code",
        phone_code="wechat_phone_code",
        phone_kind="wechat_phone_kind",
    ),
    binding=BINDING,
    refusals=refusal_sentences.REFUSALS,
    refused=refusal_sentences.REFUSED,
    refused_unknown=refusal_sentences.REFUSED_UNKNOWN,
    texts={
        SnapshotRefused.code: PageText(
            N_("WeChat showed only a preview of this page"),
            N_("In the preview WeChat does not say who you are."),
            N_("Choose “Use full service” at the bottom of the page and sign in again."),
        )
    },
    pushes=PushReceiver,
    consoles=("open.weixin.qq.com", "mp.weixin.qq.com"),
)
