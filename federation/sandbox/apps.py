"""The apps that developers have registered with (the sandbox's) WeChat."""

import ipaddress
from dataclasses import dataclass
from typing import Literal

from .errors import WeChatError

#: A component is a third party of the Open Platform: other accounts authorize it.
Kind = Literal["miniprogram", "mobile", "website", "official", "component"]
KINDS: tuple[Kind, ...] = ("miniprogram", "mobile", "website", "official", "component")

#: The scopes that an app of each kind may ask for, the usual one first.
SCOPES: dict[Kind, tuple[str, ...]] = {
    "miniprogram": (),
    "mobile": ("snsapi_userinfo",),
    "website": ("snsapi_login",),
    "official": ("snsapi_userinfo", "snsapi_base"),
    "component": (),
}


@dataclass(frozen=True)
class WeChatApp:
    """One credential and what WeChat's consoles know of it.

    :param original_id: ``gh_…``; mini programs and official accounts have one.
    :param open_platform: label of the Open Platform account; None while it is bound to none.
    :param callback_domain: host (with port, if any) that the authorize pages may return to.
    :param ip_allow_list: addresses, ``10.0.0.*`` or CIDR; empty: not switched on.
    :param frozen: the AppSecret is frozen (40243).
    :param banned: the account is frozen (50007; page error 10004).
    :param phone_granted: whether the account may read phone numbers (48001 if not).
    :param published: whether a release exists, and
    :param pages: the pages in it, for mini-program codes and links.
    """

    appid: str
    secret: str
    kind: Kind
    name: str = ""
    original_id: str | None = None
    open_platform: str | None = None
    callback_domain: str = ""
    ip_allow_list: tuple[str, ...] = ()
    frozen: bool = False
    banned: bool = False
    phone_granted: bool = True
    published: bool = True
    pages: tuple[str, ...] = ("pages/index/index", "pages/login/index")
    push_url: str = ""
    push_token: str = ""
    push_aes_key: str = ""

    def check_ip(self, ip: str) -> None:
        """Refuse a caller that the allow-list does not name.

        :raises WeChatError: 40164, with the address in the text as WeChat does.
        """
        if not self.ip_allow_list or any(_covers(entry, ip) for entry in self.ip_allow_list):
            return
        raise WeChatError(40164, f"invalid ip {ip} ipv6 ::ffff:{ip}, not in whitelist")


def is_ip_entry(entry: str) -> bool:
    """Whether WeChat's console would take ``entry`` for an allow-list."""
    try:
        ipaddress.ip_network(entry.replace("*", "0"), strict=False)
    except ValueError:
        return False
    return "*" not in entry or (entry.endswith(".*") and entry.count("*") == 1)


def _covers(entry: str, ip: str) -> bool:
    if entry.endswith(".*"):
        return ip.startswith(entry[:-1])
    return ipaddress.ip_address(ip) in ipaddress.ip_network(entry, strict=False)
