"""What each scope lets an application do, as the sentence that the consent page shows.

The sources declare the sentences of theirs.
"""

from collections.abc import Iterable, Mapping

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from app.elements import current_elements
from app.pages.apis import sentence_of

SENTENCES: Mapping[str, LazyString] = {
    "openid": _("know you again when you come back"),
    "profile": _("see your name and picture"),
    "phone": _("see your verified phone number"),
    "email": _("see your e-mail address"),
    "address": _("see your postal address"),
    "groups": _("see which of its groups you are in, and your roles there"),
}
AT_LAST: Mapping[str, LazyString] = {
    "offline_access": _("keep this access while you are away, until you take it back"),
}


def sentences(scopes: Iterable[str]) -> list[str]:
    """One sentence for each scope, in the order of the tables; then those of APIs, by name."""
    asked = set(scopes)
    of_sources = {name: gettext(one) for name, one in current_elements().consent_sentences.items()}
    every = {**SENTENCES, **of_sources, **AT_LAST}
    known = [str(sentence) for scope, sentence in every.items() if scope in asked]
    others = sorted(asked - every.keys())
    return known + [sentence_of(scope) for scope in others]
