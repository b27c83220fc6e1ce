"""The demo's people and apps: well-known values, worth nothing outside this sandbox.

The same literals are documented in ``docs/sandbox.md``; a demo deployment is configured with them.
"""

from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from .apps import Kind, WeChatApp
from .people import Person, Phone


@dataclass(frozen=True)
class DemoCredential:
    """What a developer would copy out of WeChat's console."""

    appid: str
    secret: str
    original_id: str | None = None


OPEN_PLATFORM = "demo"

MINI_PROGRAM = DemoCredential(
    "wx5a4d000000000001", "5a4d0000000000000000000000000001", "gh_5a4d00000001"
)
MOBILE = DemoCredential("wx5a4d000000000002", "5a4d0000000000000000000000000002")
WEBSITE = DemoCredential("wx5a4d000000000003", "5a4d0000000000000000000000000003")
OFFICIAL = DemoCredential(
    "wx5a4d000000000004", "5a4d0000000000000000000000000004", "gh_5a4d00000004"
)

COMPONENT = DemoCredential("wx5a4d000000000005", "5a4d0000000000000000000000000005")

PUSH_TOKEN = "SandboxPushToken"
PUSH_AES_KEY = "SandboxSandboxSandboxSandboxSandboxSandbox0"


def demo_people() -> tuple[Person, ...]:
    return (
        Person("li-lei", "李雷", phones=(Phone("86", "13800138000"),)),
        Person(
            "han-meimei",
            "韩梅梅🌸",
            phones=(Phone("86", "13900139000"), Phone("86", "13700137000")),
        ),
        Person("john-smith", "John Smith", phones=(Phone("1", "2025550123"),)),
        Person("zhang-wei", "张伟", avatar=""),
        Person("wang-fang", "王芳", phones=(Phone("86", "13600136000"),), high_risk=True),
    )


def demo_apps(qiao: str) -> tuple[WeChatApp, ...]:
    """The five apps, all bound to one Open Platform account.

    :param qiao: base URL of the relying server: its host is the callback domain, and pushes go
        to its ``/federation/v1/push/<AppID>``.
    """
    host = urlsplit(qiao).hostname or ""

    def app(credential: DemoCredential, kind: Kind, name: str, domain: str = "") -> WeChatApp:
        return WeChatApp(
            appid=credential.appid,
            secret=credential.secret,
            kind=kind,
            name=name,
            original_id=credential.original_id,
            open_platform=OPEN_PLATFORM,
            callback_domain=domain,
            push_url=f"{qiao.rstrip('/')}/federation/v1/push/{credential.appid}",
            push_token=PUSH_TOKEN,
            push_aes_key=PUSH_AES_KEY,
        )

    component = app(COMPONENT, "component", "演示第三方平台 Demo third party", host)
    return (
        app(MINI_PROGRAM, "miniprogram", "桥登录 Qiao sign-in"),
        app(MOBILE, "mobile", "演示应用 Demo app"),
        app(WEBSITE, "website", "演示网站 Demo website", host),
        app(OFFICIAL, "official", "演示公众号 Demo account", host),
        replace(component, push_url=""),  # nobody here is one
    )
