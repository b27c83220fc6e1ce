"""The languages of the pages: which one a request gets, and where its sentences come from.

English sentences are the message ids; ``translations/zh_Hans/LC_MESSAGES/messages.po`` holds
the Chinese ones, but for those that a source declares, which are in its own folder. Those in
Traditional Chinese are derived from them (``make translations``). The ``.po`` files themselves are
read, once per process and language: there is no compiled catalog that could be forgotten.
"""

from collections.abc import Callable, Sequence
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, g, request
from flask_babel import Babel, Domain, force_locale, get_locale, gettext
from markupsafe import Markup
from werkzeug.datastructures import LanguageAccept

import federation

TRANSLATIONS = Path(__file__).parents[1] / "translations"
SOURCES = Path(federation.__file__).parent
"""Each source's folder has the sentences that it declares, in ``translations/<locale>.po``."""
COOKIE = "qiao_language"
MOST_KEPT = 10_000
"""Sentences that are kept as HTML in each language; there are a few thousand."""

Say = Callable[..., Markup]


class Language(NamedTuple):
    """A language that the pages speak: Babel's name, the HTML ``lang``, its own name."""

    locale: str
    tag: str
    name: str

    @property
    def primary(self) -> str:
        """``en`` or ``zh``: what words are kept by that somebody typed in one Chinese."""
        return self.tag.partition("-")[0]


ENGLISH = Language("en", "en", "English")
CHINESE = Language("zh_Hans", "zh-Hans", "简体中文")
TRADITIONAL = Language("zh_Hant", "zh-Hant", "繁體中文")
LANGUAGES = (ENGLISH, CHINESE, TRADITIONAL)
_TRADITIONAL = frozenset(("hant", "tw", "hk", "mo"))
"""Subtags by which it is meant (RFC 5646 2.2.3, 2.2.4), unless the script says otherwise."""


def spoken(tag: str) -> Language | None:
    """The language for one BCP 47 tag; any Chinese is answered in one of the two that we have."""
    primary, *subtags = tag.strip().replace("_", "-").lower().split("-")
    if primary == "zh" and "hans" not in subtags and _TRADITIONAL.intersection(subtags):
        return TRADITIONAL
    return {"en": ENGLISH, "zh": CHINESE}.get(primary)


def first_spoken(accepted: LanguageAccept, otherwise: Language) -> Language:
    """The first language of ours that a program accepts."""
    return next(filter(None, map(spoken, _by_preference(accepted))), otherwise)


def choose_language(
    ui_locales: Sequence[str], chosen: str | None, chosen_here: bool, accepted: Sequence[str]
) -> Language:
    """Decides: the application's wish, then the person's last choice, then the browser's.

    ``ui_locales`` is a wish of the application (OpenID Connect Core 3.1.2.1), so a language
    that the person switched to during this very sign-in (``chosen_here``) comes before it. A
    wish for ``zh`` alone leaves it to the person which Chinese it is.
    """
    choice = [chosen] if chosen else []
    wishes = [*choice, *ui_locales] if chosen_here else [*ui_locales, *choice]
    for tag in [*wishes, *accepted]:
        if language := spoken(tag):
            return _as_written(tag, language, [*choice, *accepted])
    return ENGLISH


def _as_written(tag: str, language: Language, own: Sequence[str]) -> Language:
    """The Chinese that the person reads, where the tag does not say which it means."""
    if tag.strip().lower() != CHINESE.primary:
        return language
    read = filter(None, map(spoken, own))
    return next((one for one in read if one.primary == language.primary), language)


def wish_of_interaction(interaction_id: str, ui_locales: Sequence[str]) -> None:
    """Lets the parked request that this page belongs to take part in the choice."""
    g.language_wish = (interaction_id, tuple(ui_locales))


def current_language() -> Language:
    """The language that this response is written in."""
    return spoken(str(get_locale())) or ENGLISH


def _select_locale() -> str:
    interaction_id, ui_locales = g.get("language_wish", ("", ()))
    chosen, _, chosen_in = request.cookies.get(COOKIE, "").partition(".")
    chosen_here = bool(interaction_id) and chosen_in == interaction_id
    accepted = _by_preference(request.accept_languages)
    return choose_language(ui_locales, chosen or None, chosen_here, accepted).locale


def _by_preference(accepted: LanguageAccept) -> list[str]:
    return [tag for tag, quality in accepted if quality > 0]


class SourceCatalogs(Domain):
    """Serves translations straight from the ``.po`` files."""

    def get_translations(self) -> NullTranslations:
        return _of_page().catalog


class _Spoken(NamedTuple):
    """The sentences of a language, and ``_`` of its templates."""

    catalog: NullTranslations
    say: Say


def _of_page() -> _Spoken:
    locale = get_locale()
    # Its parts, since a locale takes longer to write its name than a catalog to be looked at.
    return _spoken("en", None) if locale is None else _spoken(locale.language, locale.script)


@cache
def _spoken(language: str, script: str | None) -> _Spoken:
    catalog = read_catalog("_".join(filter(None, (language, script))))
    return _Spoken(catalog, _sayer(catalog))


def said(message: str, **variables: object) -> str:
    """``gettext`` for what is said in each row of a list: Flask-Babel's takes three times as long
    to find the catalog."""
    text: str = _of_page().catalog.ugettext(message)
    return text % variables if variables else text


def read_catalog(locale: str) -> NullTranslations:
    """The sentences of one language; English, which has no file, is its own catalog."""
    ours = TRANSLATIONS / locale / "LC_MESSAGES" / "messages.po"
    if not ours.exists():
        return NullTranslations()
    catalog = _compiled(ours, locale)
    for declared in sorted(SOURCES.glob(f"*/translations/{locale}.po")):
        catalog.merge(_compiled(declared, locale))
    return catalog


def _compiled(source: Path, locale: str) -> Translations:
    compiled = BytesIO()
    with source.open("rb") as lines:
        write_mo(compiled, read_po(lines, locale=locale))
    compiled.seek(0)
    return Translations(compiled, "messages")


def _sayer(catalog: NullTranslations) -> Say:
    """``_`` of templates in one language, as Jinja's own: what it gives is HTML, and a variable is
    escaped. A page says hundreds of sentences, most of them again in each row and in each page.
    """
    known: dict[str, Markup] = {}

    def say(message: str, **variables: object) -> Markup:
        if variables:
            return Markup(catalog.ugettext(message)) % variables  # noqa: S704 (a template's words)
        said = known.get(message)
        if said is None:
            said = Markup(catalog.ugettext(message)) % {}  # noqa: S704 (a template's words)
            if len(known) < MOST_KEPT:
                known[message] = said
        return said

    return say


def said_in(message: str, tag: str) -> str:
    """A sentence in one of the languages, whatever the language of the page."""
    language = spoken(tag) or ENGLISH
    with force_locale(language.locale):
        return str(gettext(message))


def setup_i18n(app: Flask) -> None:
    """Gives the app its languages, in Python (``gettext``) and in templates (``_``)."""
    babel = Babel()
    babel.init_app(app, default_locale=ENGLISH.locale, locale_selector=_select_locale)
    babel.domain_instance = SourceCatalogs()
    app.context_processor(lambda: {"_": _of_page().say})
    app.jinja_env.globals.update(_=_say, current_language=current_language, LANGUAGES=LANGUAGES)


def _say(message: str, **variables: object) -> Markup:
    """``_`` of macros that know nothing of the page that they are called in."""
    return _of_page().say(message, **variables)


def here() -> str:
    """The address of this page, for the form that shows it again."""
    return request.full_path.rstrip("?") if request.method == "GET" else request.path
