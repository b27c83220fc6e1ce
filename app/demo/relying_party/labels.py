"""What the pages say, in two languages."""

import re
from collections.abc import Mapping

from flask import request, session

LANGUAGES = {"en": "English", "zh": "中文"}

ENGLISH = {
    "title": "Demo application",
    "lead": "Sign in, and see what an application learns.",
    "about": "This small application knows nothing of WeChat. It speaks OpenID Connect to Qiao; "
    "Qiao asks WeChat who you are.",
    "sign_in": "Sign in with Qiao",
    "sign_out": "Sign out",
    "steps": "What will happen",
    "step_1": "Qiao shows a mini-program code and a number.",
    "step_2": "Scan it with the virtual phone and pick the number.",
    "step_3": "Come back here with an ID token.",
    "phone_step_1": "Qiao shows a number and a button that opens WeChat: the virtual phone.",
    "phone_step_2": "Pick the number there, confirm, and come back to the page.",
    "inside_step_1": "WeChat asks whether this application may know you.",
    "inside_step_2": "Qiao learns from WeChat who you are.",
    "welcome": "Signed in",
    "somebody": "You are signed in",
    "id_token": "ID token",
    "verified": "Verified: signature, issuer, audience, expiry, nonce",
    "header": "Header",
    "claims": "Claims",
    "userinfo": "Userinfo",
    "raw": "The token as it came",
    "refused": "You are not signed in",
    "refused_lead": "The sign-in was not completed. Nothing is lost: begin again when you like.",
    "said": "What was said",
    "again": "Try again",
    "foot": "An example of a relying party. Its source is in app/demo/relying_party.",
}

CHINESE = {
    "title": "演示应用",
    "lead": "登录后看看应用能得到什么。",
    "about": "这个小应用对微信一无所知：它只用 OpenID Connect 与“桥”对话，由“桥”向微信确认您是谁。",
    "sign_in": "使用“桥”登录",
    "sign_out": "退出登录",
    "steps": "接下来会发生什么",
    "step_1": "“桥”显示一个小程序码和一个数字。",
    "step_2": "用虚拟手机扫码，并选择同一个数字。",
    "step_3": "带着 ID 令牌回到这里。",
    "phone_step_1": "“桥”显示一个数字，以及打开微信（虚拟手机）的按钮。",
    "phone_step_2": "在那里选择同一个数字并确认，然后回到该页面。",
    "inside_step_1": "微信询问是否允许此应用获知您的身份。",
    "inside_step_2": "“桥”向微信确认您是谁。",
    "welcome": "已登录",
    "somebody": "您已登录",
    "id_token": "ID 令牌",
    "verified": "已验证：签名、签发者、受众、有效期、nonce",
    "header": "头部",
    "claims": "声明",
    "userinfo": "用户信息",
    "raw": "令牌原文",
    "refused": "未能登录",
    "refused_lead": "登录没有完成。没有丢失任何内容，可以随时重新开始。",
    "said": "返回的信息",
    "again": "重试",
    "foot": "依赖方示例，源代码位于 app/demo/relying_party。",
}

MEANINGS: Mapping[str, tuple[str, str]] = {
    "iss": ("who says so", "签发者"),
    "sub": ("who you are, to this application", "您在本应用中的标识"),
    "aud": ("for whom it is", "受众"),
    "exp": ("good until", "有效期至"),
    "iat": ("made at", "签发时间"),
    "auth_time": ("when you signed in", "登录时间"),
    "nonce": ("ties it to this request", "与本次请求绑定"),
    "at_hash": ("ties it to the access token", "与访问令牌绑定"),
    "sid": ("your session at Qiao", "在“桥”的会话"),
    "acr": ("what kind of sign-in it was", "认证级别"),
    "updated_at": ("when it last changed", "资料更新时间"),
    "amr": ("how you signed in", "登录方式"),
    "idp": ("through which connection", "使用的登录源"),
    "wechat_openid": ("WeChat's name for you in this mini program", "小程序 OpenID"),
    "wechat_appid": ("the WeChat app that knows you by it", "微信应用 AppID"),
    "wechat_unionid": ("the same in all apps of one owner", "同一开放平台下统一的 UnionID"),
    "phone_number": ("your number, verified by WeChat", "经微信验证的手机号"),
    "phone_number_verified": ("whether it is", "手机号是否已验证"),
    "name": ("the name you chose", "昵称"),
    "picture": ("the picture you chose", "头像"),
    "alg": ("how it is signed", "签名算法"),
    "kid": ("which key signed it", "签名密钥"),
    "typ": ("what it is", "类型"),
}


def language() -> str:
    """The language chosen here, else the one that the browser prefers."""
    chosen = session.get("language")
    return chosen if chosen in LANGUAGES else request.accept_languages.best_match(LANGUAGES) or "en"


def steps(user_agent: str) -> list[str]:
    """What will happen, by the browser that it happens in."""
    here = "inside_" if "MicroMessenger" in user_agent else ""
    here = here or ("phone_" if re.search("Mobile|Android|OpenHarmony", user_agent) else "")
    return [words()[f"{here}step_1"], words()[f"{here}step_2"], words()["step_3"]]


def words() -> Mapping[str, str]:
    return CHINESE if language() == "zh" else ENGLISH


def meaning(claim: str) -> str:
    """A few words on what a claim is for; empty for one that is not known here."""
    english, chinese = MEANINGS.get(claim, ("", ""))
    return chinese if language() == "zh" else english
