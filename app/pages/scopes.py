"""What each scope lets an application do, as the sentence that the consent page shows."""

from collections.abc import Iterable, Mapping

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

SENTENCES: Mapping[str, LazyString] = {
    "openid": _("know you again when you come back"),
    "profile": _("see your name and picture"),
    "phone": _("see your verified phone number"),
    "email": _("see your e-mail address"),
    "address": _("see your postal address"),
    "wechat": _("see the identifiers that WeChat has for you (OpenID and UnionID)"),
    "offline_access": _("keep this access while you are away, until you take it back"),
}


def sentences(scopes: Iterable[str]) -> list[str]:
    """One sentence for each scope, in the order of the table; unknown ones by their names."""
    asked = set(scopes)
    known = [str(sentence) for scope, sentence in SENTENCES.items() if scope in asked]
    others = [str(_("use “%(scope)s”", scope=scope)) for scope in sorted(asked - set(SENTENCES))]
    return known + others
