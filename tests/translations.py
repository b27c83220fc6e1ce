"""``make translations``: Traditional Chinese, derived from Simplified Chinese.

OpenCC turns script and common terms into those of Taiwan (s2twp). What it does not know stands in
``app/translations/taiwan.toml``: terms that are replaced before and after, and whole sentences.
Nobody edits what is written here; who changes a Chinese sentence runs this again.
"""

import json
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.pofile import denormalize, read_po
from opencc import OpenCC

from app.management.services import presets

ROOT = Path(__file__).parents[1]
OURS = ROOT / "app/translations/zh_Hans/LC_MESSAGES/messages.po"
TERMS = ROOT / "app/translations/taiwan.toml"
HEADER = (
    "# The sentences in Traditional Chinese: derived by `make translations`, not to be edited.\n"
)


def sources() -> list[Path]:
    """The catalogs in Simplified Chinese."""
    return [OURS, *sorted((ROOT / "federation").glob("*/translations/zh_Hans.po"))]


def derived_path(source: Path) -> Path:
    return Path(str(source).replace("zh_Hans", "zh_Hant"))


@cache
def _converter() -> Any:
    return OpenCC("s2twp")


@cache
def _terms() -> dict[str, dict[str, str]]:
    return tomllib.loads(TERMS.read_text(encoding="utf-8"))


def traditional(sentence: str, message: str = "") -> str:
    """The sentence as it is said in Taiwan.

    :param message: its id; sentences may be written out by it.
    """
    written = _terms()["sentences"].get(message)
    if written is not None:
        return written
    said: str = _converter().convert(_replaced(sentence, "before"))
    return re.sub("  +", " ", _replaced(said, "after")).strip()


def _replaced(sentence: str, table: str) -> str:
    for term, ours in _terms()[table].items():
        sentence = sentence.replace(term, ours)
    return sentence


def derive(source: Path) -> str:
    """The text of the catalog in Traditional Chinese."""
    entries = source.read_text(encoding="utf-8").split("\n\n")
    header = next(entry for entry in entries if 'msgid ""\nmsgstr ""' in entry)
    ours = header[header.index('msgid ""') :].replace("zh_Hans", "zh_Hant")
    with source.open("rb") as lines:
        said = {str(each.id): str(each.string) for each in read_po(lines) if each.id}
    return HEADER + ours + "\n\n" + "\n\n".join(_entries(source, said)) + "\n"


def _entries(source: Path, said: dict[str, str]) -> Iterator[str]:
    """In the order of the source, with what it says of where each stands."""
    with source.open("rb") as lines:
        for each in read_po(lines):
            if each.id:
                where = "".join(f"#: {name}\n" for name, _line in each.locations)
                text = traditional(said[str(each.id)], str(each.id))
                yield f"{where}msgid {_quoted(str(each.id))}\nmsgstr {_quoted(text)}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    assert denormalize(f'"{escaped}"') == text
    return f'"{escaped}"'


def notes() -> str:
    """What the presets say of their programs, by id, in Traditional Chinese."""
    said = {one.id: traditional(one.note["zh"]) for one in presets.every().values() if one.note}
    return json.dumps(dict(sorted(said.items())), ensure_ascii=False, indent=2) + "\n"


def main() -> None:
    for source in sources():
        path = derived_path(source)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(derive(source), encoding="utf-8")
        print(f"Wrote {path.relative_to(ROOT)}")
    presets.TRADITIONAL_NOTES.write_text(notes(), encoding="utf-8")
    print(f"Wrote {presets.TRADITIONAL_NOTES.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
