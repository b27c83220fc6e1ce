"""What WeChat's error numbers ask an operator to do."""

_WORDS = {
    40001: "WeChat does not know this AppSecret: apps replace-secret",
    40002: "this kind of app may not do that",
    40013: "WeChat does not know this AppID: compare it with the console",
    40125: "WeChat does not know this AppSecret: apps replace-secret",
    40164: "this server's address is not in the IP whitelist: add it in the console "
    "(Development > Development settings)",
    40243: "the AppSecret is frozen: unfreeze it in the console",
    45009: "the day's quota is used up",
    48001: "this app is not allowed to use the interface: check its verification in the console",
    50004: "WeChat forbids this app to get tokens",
    50007: "WeChat has frozen this account: see the notices in the console",
    89503: "an administrator of the app must confirm the call in WeChat",
    89506: "an administrator of the app refused the call; wait 24 hours",
    89507: "an administrator of the app refused the call; wait an hour",
}


def explain(errcode: int | None) -> str:
    """One sentence about an errcode; the number itself for one that is not known here."""
    if errcode is None:
        return "WeChat refused the credential"
    return f"{_WORDS.get(errcode, 'see docs/wechat-setup.md')} (errcode {errcode})"
