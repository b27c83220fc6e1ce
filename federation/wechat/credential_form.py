"""WeChat apps: the credentials that WeChat's consoles hand out, and what is wrong with them."""

from federation.credentials import CredentialForm, CredentialWords, Kind
from federation.fields import Field, at_most, matches, never
from federation.translation import N_
from federation.wechat.app_table import WeChatAppTable

_PUSH = N_("Message push (people who withdraw their consent)")

_DOCUMENTS = "https://developers.weixin.qq.com/doc/"
_PUSHES = (
    "https://developers.weixin.qq.com/miniprogram/dev/framework/server-ability/message-push.html"
)

MINI_PROGRAM = Kind(
    "miniprogram",
    N_("Mini program"),
    N_("mp.weixin.qq.com, Development settings: wx and 16 digits, a secret, gh_…"),
    wanted=N_("This mode needs the AppID of a mini program."),
    default=N_("Default mini program"),
    default_hint=N_("Connections that name no mini program use this one."),
    no_default=N_("Choose a mini program; there is no default one yet."),
)
MOBILE = Kind(
    "mobile",
    N_("Mobile app"),
    N_("open.weixin.qq.com, Mobile apps. Not the AppID of your mini program."),
    wanted=N_("This mode needs the AppID of a mobile app (Open Platform)."),
)
WEBSITE = Kind(
    "website",
    N_("Website app"),
    N_("open.weixin.qq.com, Websites. Not the AppID of your official account."),
    wanted=N_("This mode needs the AppID of a website app (Open Platform)."),
)
OFFICIAL = Kind(
    "official",
    N_("Official account"),
    N_("mp.weixin.qq.com, a verified service account."),
    wanted=N_("This mode needs the AppID of an official account."),
)

APP_ID = Field(
    "app_id",
    N_("AppID"),
    N_("wx and 16 hexadecimal digits. Each kind of app has its own AppID, even of one name."),
    help=_DOCUMENTS + "oplatform/Website_App/WeChat_Login/Wechat_Login.html",
    required=True,
    missing=N_("An AppID is wx followed by 16 hexadecimal digits."),
    checks=(
        never(r"gh_.*", N_("This is an original ID; the AppID begins with wx.")),
        matches(r"wx[0-9a-f]{16}", N_("An AppID is wx followed by 16 hexadecimal digits.")),
    ),
)
SECRET = Field(
    "secret",
    N_("AppSecret"),
    N_(
        "WeChat shows it once, when you make or reset it. It is stored encrypted and never shown "
        "again."
    ),
    secret=True,
    replacing=N_("Resetting it at WeChat stops the old one at once."),
    required=True,
    missing=N_("Enter the AppSecret."),
    checks=(
        matches(r"[0-9A-Za-z]{32}", N_("An AppSecret has 32 letters and digits and no spaces.")),
    ),
)
ORIGINAL_ID = Field(
    "original_id",
    N_("Original ID"),
    N_(
        "gh_ and letters or digits, from Basic settings. Needed when an app launches this mini "
        "program."
    ),
    checks=(
        matches(
            r"gh_[0-9a-zA-Z]{4,32}", N_("An original ID is gh_ followed by letters and digits.")
        ),
    ),
)
OPEN_PLATFORM = Field(
    "open_platform",
    N_("Open Platform account"),
    N_(
        "A label of your own, the same for all apps that are bound to one Open Platform account: "
        "their UnionIDs are the same person. Empty: not bound."
    ),
    words=True,
    checks=(at_most(64, N_("Use at most 64 characters.")),),
)
PUSH_TOKEN = Field(
    "push_token",
    N_("Push token"),
    N_("3 to 32 letters and digits; the same as in WeChat's console."),
    help=_PUSHES,
    confidential=True,
    checks=(matches(r"[0-9A-Za-z]{3,32}", N_("A push token has 3 to 32 letters and digits.")),),
    group=_PUSH,
)
PUSH_KEY = Field(
    "push_key",
    N_("EncodingAESKey"),
    N_("43 letters and digits. Left empty, the stored one stays."),
    help=_PUSHES,
    secret=True,
    checks=(matches(r"[0-9A-Za-z]{43}", N_("An EncodingAESKey has 43 letters and digits.")),),
    group=_PUSH,
)

WECHAT_APP = CredentialForm(
    id=APP_ID,
    fields=(SECRET, ORIGINAL_ID, OPEN_PLATFORM, PUSH_TOKEN, PUSH_KEY),
    kinds=(MINI_PROGRAM, MOBILE, WEBSITE, OFFICIAL),
    words=CredentialWords(
        plural=N_("WeChat apps"),
        about=N_("The credentials that WeChat's consoles hand out. Connections use them."),
        add=N_("Add a WeChat app"),
        none_yet=N_("No WeChat app yet."),
        begin_with=N_(
            "Begin with the mini program: it works in apps, on computers and in phone browsers."
        ),
        kind=N_("What kind of WeChat app is it?"),
        no_kind=N_("Choose what kind of WeChat app this is."),
        no_default=N_("Only a mini program can be the default one."),
        unknown=N_("This WeChat app is not configured."),
        taken=N_("This AppID is already configured."),
        unchangeable=N_("The AppID cannot be changed."),
        still_in_use=N_("A connection still uses this WeChat app."),
        delete=N_("Delete this WeChat app"),
    ),
    noun="wechat_app",
    table=WeChatAppTable,
)
