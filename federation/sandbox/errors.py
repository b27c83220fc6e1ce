"""What WeChat answers when it refuses.

WeChatError                an errcode that a server API answers, with HTTP 200
└── (no subclasses: callers of WeChat match on the number, so do we)
PageError                  a number that an authorize page shows to the person
"""

#: The text of each errcode as developers have seen it. Texts are not stable in the real
#: WeChat either; only the number may be relied on.
TEXTS: dict[int, str] = {
    -1: "system error",
    40001: (
        "invalid credential, access_token is invalid or not latest, could get access_token by "
        "getStableAccessToken, more details at https://mmbizurl.cn/s/JtxxFh33r"
    ),
    40002: "invalid grant_type",
    40003: "invalid openid",
    40013: "invalid appid",
    40014: "invalid access_token",
    40029: "invalid code",
    40030: "invalid refresh_token",
    40037: "invalid template_id",
    40066: "invalid url",
    76021: "cgi_path not found",
    76022: "could not use this cgi_path",
    40097: "invalid args",
    40125: "invalid appsecret",
    40129: "invalid scene",
    40163: "code been used",
    40164: "invalid ip, not in whitelist",
    40165: "invalid weapp pagepath",
    40169: "invalid length for scene, or the data is not json string",
    40212: "invalid query",
    40226: "code blocked",
    40243: "appsecret is frozen",
    41001: "access_token missing",
    41002: "appid missing",
    41003: "refresh_token missing",
    41004: "appsecret missing",
    41008: "missing code",
    41009: "openid missing",
    41018: "component_appid missing",
    41030: "invalid page",
    42001: "access_token expired",
    42002: "refresh_token expired",
    42003: "oauth_code expired",
    42007: "access_token and refresh_token exception",
    43001: "require GET method",
    43002: "require POST method",
    43101: "user refuse to accept the msg",
    44002: "empty post data",
    45009: "reach max api daily quota limit",
    45011: "api minute-quota reach limit mustslower retry next minute",
    47001: "data format error",
    47003: "argument invalid!",
    48001: "api unauthorized",
    48017: "retired ip",
    50004: "forbidden to use token api",
    50007: "account is blocked",
    61003: "component is not authorized by this account",
    61005: "component ticket is expired",
    61006: "component ticket is invalid",
    61009: "code is invalid",
    61010: "code is expired",
    61023: "refresh_token is invalid",
    85079: "miniprogram has no online release",
    85088: "the app is not qualified for url link",
    85401: "time limit between 1min and 30days",
    85402: "invalid env_version",
    87007: "session_key is not existed or expired",
    87008: "invalid sig_method",
    87009: "invalid signature",
    87014: "risky content",
    89503: "this ip is not in whitelist, please confirm by admin",
    89506: "request is refused by admin in 24 hours",
    89507: "request is refused by admin in 1 hour",
}


class WeChatError(Exception):
    """A refusal by a server API.

    :param errcode: WeChat's number.
    :param text: the text before the ``rid``; the usual one of the errcode when empty.
    """

    def __init__(self, errcode: int, text: str = "") -> None:
        super().__init__(errcode)
        self.errcode = errcode
        self.text = text or TEXTS.get(errcode, "unknown error")


class PageError(Exception):
    """A refusal that an authorize page shows instead of asking the person.

    The numbers are those of the service-account web login page (10003 … 10016).
    """

    def __init__(self, errcode: int, text: str) -> None:
        super().__init__(errcode)
        self.errcode = errcode
        self.text = text
