"""Which column of somebody's file is what: guessed by its name, or said by who brings it."""

from collections.abc import Iterable, Mapping

FIELDS = ("phone", "unionid", "openid@appid", "name", "email")
"""What an import takes."""
_NAMES = {
    "phone": (
        *("phone", "phone_number", "phonenumber", "mobile", "mobile_phone", "tel", "telephone"),
        *("手机", "手机号", "手机号码", "电话", "电话号码", "联系电话"),
    ),
    "unionid": ("unionid", "union_id", "wechat_unionid", "微信unionid"),
    "openid@appid": ("openid@appid", "openid", "open_id", "wechat_openid", "微信openid"),
    "name": ("name", "full_name", "nickname", "姓名", "名字", "名称", "昵称"),
    "email": ("email", "e-mail", "mail", "email_address", "邮箱", "电子邮件", "电子邮箱"),
}

Mapped = Mapping[str, str]
"""The column of each field that the file has."""


def guess(columns: Iterable[str]) -> dict[str, str]:
    """The column of each field, by its usual names in English and Chinese."""
    known = {one.strip().lower().replace(" ", "_"): one for one in reversed(list(columns))}
    found = {
        field: next((known[name] for name in names if name in known), None)
        for field, names in _NAMES.items()
    }
    return {field: column for field, column in found.items() if column is not None}


def strangers(columns: Iterable[str], mapped: Mapped) -> list[str]:
    """The columns that nothing is taken from."""
    return [one for one in columns if one.strip() and one not in mapped.values()]
