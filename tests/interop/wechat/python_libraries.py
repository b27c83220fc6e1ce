"""wechatpy, django-allauth's ``weixin`` and social-auth's two backends, in one process.

Run by the Python of ``.venv`` here; nothing of ours is imported.
"""

import json
import sys
from urllib.parse import parse_qs, urlsplit

import django
import requests
from django.conf import settings

ASKED = json.loads(sys.stdin.readline())
MINI, WEBSITE = ASKED["mini"], ASKED["website"]
OFFICIAL, COMPONENT = ASKED["official"], ASKED["component"]
SITE = "http://testserver"


def ask(**question):
    print(json.dumps(question), flush=True)
    return json.loads(sys.stdin.readline())


def back(url):
    """Where the browser is sent once the person said yes."""
    return ask(authorize=url)["location"]


def code_in(url):
    return parse_qs(urlsplit(back(url)).query)["code"][0]


def mint(**code):
    return ask(control="/codes", body={"person": "han-meimei", **code})["code"]


def by_wechatpy():
    from wechatpy import WeChatClient, WeChatOAuth
    from wechatpy.exceptions import WeChatClientException, WeChatOAuthException

    program = WeChatClient(MINI["appid"], MINI["secret"])
    session = program.wxa.code_to_session(mint(appid=MINI["appid"]))
    phone = program.post(
        "https://api.weixin.qq.com/wxa/business/getuserphonenumber",
        data={"code": mint(appid=MINI["appid"], kind="phone")},
    )
    template = ASKED["template"]
    ask(control="/subscriptions", body={"appid": MINI["appid"], "person": "han-meimei"})
    words = {"thing1": {"value": "Corner Bookshop"}, "time2": {"value": "2026-11-01 08:00"}}
    program.wxa.send_subscribe_message(session["openid"], template, words)
    account = WeChatClient(OFFICIAL["appid"], OFFICIAL["secret"])
    page = f"{SITE}/page?a=1"
    signature = account.jsapi.get_jsapi_signature(
        "nonce", account.jsapi.get_jsapi_ticket(), 1800000000, page
    )
    config = {"appid": OFFICIAL["appid"], "timestamp": 1800000000, "nonce": "nonce"}
    try:
        program.get("https://api.weixin.qq.com/wxa/nowhere")
    except WeChatClientException as error:
        nowhere = error.errcode
    oauth = WeChatOAuth(
        WEBSITE["appid"], WEBSITE["secret"], f"{SITE}/back", "snsapi_login", "x" * 440
    )
    code = code_in(oauth.qrconnect_url)
    oauth.fetch_access_token(code)
    profile = oauth.get_user_info()
    refreshed = oauth.refresh_access_token(oauth.refresh_token)
    try:
        oauth.fetch_access_token(code)
    except WeChatOAuthException as error:
        again = error.errcode
    picture = program.wxa.get_wxa_code_unlimited("scene", page="pages/login/index")
    return {
        "openid": session["openid"],
        "phone": phone["phone_info"]["purePhoneNumber"],
        "text": program.wxa.check_text_security("hello")["errcode"],
        "picture": picture.content[:3].hex(),
        "addresses": program.misc.get_wechat_ips(),
        "jsapi": ask(
            control="/jsapi-configs", body={**config, "signature": signature, "url": page}
        )["errMsg"],
        "nowhere": nowhere,
        "website": profile["openid"],
        "nickname": profile["nickname"],
        "alive": oauth.check_access_token(),
        "refreshed": refreshed["openid"],
        "again": again,
    }


def by_wechatpy_as_third_party():
    from wechatpy import WeChatComponent

    party = WeChatComponent(
        COMPONENT["appid"], COMPONENT["secret"], ASKED["push_token"], ASKED["push_key"]
    )
    push = ask(control="/component-tickets", body={"appid": COMPONENT["appid"]})["push"]
    query = push["query"]
    party.parse_message(push["body"], query["msg_signature"], query["timestamp"], query["nonce"])
    both = {"component_appid": COMPONENT["appid"]}
    openids = {}
    for app in (MINI, OFFICIAL):
        yes = ask(control="/component-authorizations", body={**both, "appid": app["appid"]})
        client = party.get_client_by_authorization_code(yes["authorization_code"])
        openids[app["appid"]] = client.misc.get_wechat_ips()
    oauth = party.get_component_oauth(OFFICIAL["appid"])
    url = oauth.get_authorize_url(f"{SITE}/back", "snsapi_userinfo", "abc")
    token = oauth.fetch_access_token(code_in(url))
    return {
        "ticket": party.component_verify_ticket.startswith("ticket@@@"),
        "accounts": openids,
        "pre_auth": party.get_pre_auth_url(f"{SITE}/back").startswith("https://mp.weixin.qq.com/"),
        "openid": token["openid"],
        "nickname": oauth.get_user_info()["nickname"],
    }


def by_django():
    settings.configure(
        SECRET_KEY="a" * 50,
        ROOT_URLCONF=__name__,
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
            "allauth",
            "allauth.account",
            "allauth.socialaccount",
            "allauth.socialaccount.providers.weixin",
            "social_django",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "allauth.account.middleware.AccountMiddleware",
        ],
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
        AUTHENTICATION_BACKENDS=[
            "social_core.backends.weixin.WeixinOAuth2",
            "social_core.backends.weixin.WeixinOAuth2APP",
            "allauth.account.auth_backends.AuthenticationBackend",
        ],
        SOCIALACCOUNT_PROVIDERS={
            "weixin": {"APP": {"client_id": WEBSITE["appid"], "secret": WEBSITE["secret"]}}
        },
        SOCIAL_AUTH_URL_NAMESPACE="social",
        SOCIAL_AUTH_WEIXIN_KEY=WEBSITE["appid"],
        SOCIAL_AUTH_WEIXIN_SECRET=WEBSITE["secret"],
        SOCIAL_AUTH_WEIXINAPP_KEY=OFFICIAL["appid"],
        SOCIAL_AUTH_WEIXINAPP_SECRET=OFFICIAL["secret"],
        SOCIAL_AUTH_WEIXINAPP_SCOPE=["snsapi_userinfo"],
        SOCIAL_AUTH_WEIXINAPP_IGNORE_DEFAULT_SCOPE=True,  # else it asks as a website does, too
        LOGIN_REDIRECT_URL="/in",
        ALLOWED_HOSTS=["testserver"],
    )
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    return {
        "allauth": signed_in("/accounts/weixin/login/"),
        "weixin": signed_in("/social/login/weixin/"),
        "weixinapp": signed_in("/social/login/weixinapp/"),
    }


def signed_in(login):
    """The OpenID and the name that Django keeps of who came by this address."""
    from allauth.socialaccount.models import SocialAccount
    from django.test import Client
    from social_django.models import UserSocialAuth

    browser = Client()
    sent = browser.post(login)
    landed = browser.get(back(sent.headers["Location"]).removeprefix(SITE))
    assert "_auth_user_id" in browser.session, (landed.status_code, landed.content[:2000])
    user = browser.session["_auth_user_id"]
    if found := SocialAccount.objects.filter(user_id=user).first():
        return {"openid": found.uid, "nickname": found.extra_data["nickname"]}
    found = UserSocialAuth.objects.get(user_id=user)
    return {"openid": found.uid, "nickname": found.extra_data["username"]}


def urls():
    from django.http import HttpResponse
    from django.urls import include, path

    return [
        path("accounts/", include("allauth.urls")),
        path("social/", include("social_django.urls", namespace="social")),
        path("in", lambda _: HttpResponse("in")),
    ]


def __getattr__(name):
    """Django asks for the addresses once its settings are there."""
    if name == "urlpatterns":
        return urls()
    raise AttributeError(name)


if __name__ == "__main__":
    from importlib.metadata import version

    told = {
        "wechatpy": by_wechatpy(),
        "third-party": by_wechatpy_as_third_party(),
        **by_django(),
        "versions": {name: version(name) for name in ("wechatpy", "django-allauth")},
        "http": requests.__version__,
    }
    print(json.dumps({"told": told}), flush=True)
