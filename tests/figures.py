"""How far one has to walk through the code, held to limits: ``python -m tests.figures``.

``make check`` runs it. It counts the files that a request enters (`tests.hops`) and the lines of
modules and functions (`tests.sizes`), prints them, and ends with 1 where a limit is passed. The
same figures stand in docs/architecture.md, where ``--write-docs`` puts them.
"""

import argparse
import json
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.hops import Entered, measured
from tests.sizes import FUNCTION_CEILING, FUNCTION_MEDIAN, MODULE_CEILING, Sizes, above, sizes
from tests.source import ROOT

DOCUMENT = ROOT / "docs" / "architecture.md"
_MARKED = re.compile(r"(<!-- figures -->\n).*?(<!-- end of figures -->)", re.DOTALL)


@dataclass(frozen=True)
class Budget:
    """What a story is, how many files of ours it may enter, and how many it should."""

    story: str
    files: int
    goal: int


BUDGETS = {
    "sign-in": Budget("a sign-in by scanning, from GET /authorize to the ID token", 80, 80),
    "token": Budget("one token request with an authorization code", 25, 25),
    "session": Budget("one GET /authorize in a browser with a session", 20, 20),
}
"""The stories of `tests.hops`."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures; 1 where one is over its limit or not as the document has it."""
    asked = _parsed(arguments)
    stories, lengths = measured(), sizes()
    counts = {name: len(entered.files) for name, entered in stories.items()}
    found = rows(counts, lengths)
    if asked.json:
        print(json.dumps(found))
        return 0
    _tell(stories, lengths, with_files=asked.list)
    wrong = over(counts, lengths)
    if asked.write_docs:
        write(found)
    elif asked.check_docs and documented(DOCUMENT.read_text(encoding="utf-8")) != table(found):
        wrong.append("docs/architecture.md has other figures: python -m tests.figures --write-docs")
    for sentence in wrong:
        print(f"NOT SO: {sentence}", file=sys.stderr)
    return int(bool(wrong))


def _parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m tests.figures", description=__doc__)
    parser.add_argument("--list", action="store_true", help="name the files and their functions")
    parser.add_argument("--json", action="store_true", help="the figures alone, for a test")
    docs = parser.add_mutually_exclusive_group()
    docs.add_argument("--check-docs", action="store_true", help="compare with the document too")
    docs.add_argument("--write-docs", action="store_true", help="put the figures into the document")
    return parser.parse_args(arguments)


def over(counts: Mapping[str, int], lengths: Sizes) -> list[str]:
    """A sentence for each limit that is passed."""
    return [
        *(
            f"{budget.story} enters {counts[name]} files; {budget.files} is the budget"
            for name, budget in BUDGETS.items()
            if counts[name] > budget.files
        ),
        *(
            f"{name} has {length} lines; {ceiling} is the limit"
            for kind, ceiling in (
                (lengths.modules, MODULE_CEILING),
                (lengths.functions, FUNCTION_CEILING),
            )
            for name, length in above(kind, ceiling).items()
        ),
        *(
            [f"the median function has {lengths.median:g} lines; {FUNCTION_MEDIAN} is the limit"]
            if lengths.median > FUNCTION_MEDIAN
            else []
        ),
    ]


def rows(counts: Mapping[str, int], lengths: Sizes) -> list[tuple[str, str, str, str]]:
    """What is measured, how much it is, may be and should be; for the document.

    Whole numbers of lines, and not the longest: the document need not follow each line of code.
    """
    return [
        *(
            (
                f"files of ours entered by {budget.story}",
                f"{counts[name]}",
                f"{budget.files}",
                f"{budget.goal}",
            )
            for name, budget in BUDGETS.items()
        ),
        ("lines of the median function", f"{lengths.median:.0f}", f"{FUNCTION_MEDIAN}", ""),
        ("lines of a function on average", f"{lengths.mean:.0f}", "", ""),
    ]


def table(found: Sequence[Sequence[str]]) -> str:
    """The rows as the document shows them."""
    head = [("what", "now", "at most", "goal"), ("---", "---", "---", "---")]
    return "".join(
        f"| {' | '.join(row)} |\n".replace("|  |", "| |").replace("|  |", "| |")
        for row in [*head, *found]
    )


def documented(text: str) -> str:
    """What stands between the document's two marks; nothing where they are missing."""
    found = _MARKED.search(text)
    return found[0].removeprefix(found[1]).removesuffix(found[2]) if found else ""


def write(found: Sequence[Sequence[str]]) -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    if not _MARKED.search(text):
        raise SystemExit(f"{DOCUMENT} has no <!-- figures --> and <!-- end of figures -->")
    DOCUMENT.write_text(
        _MARKED.sub(lambda marks: marks[1] + table(found) + marks[2], text), encoding="utf-8"
    )


def _tell(stories: Mapping[str, Entered], lengths: Sizes, *, with_files: bool) -> None:
    for name, budget in BUDGETS.items():
        entered = stories[name]
        print(
            f"{len(entered.files):4} files entered (at most {budget.files}, goal {budget.goal})"
            f" by {budget.story};"
            f" {entered.templates()} of them are templates"
        )
        if with_files:
            for path, functions in entered.files.items():
                print(f"       {path}: {', '.join(sorted(functions))}")
    for kind, found in (("module", lengths.modules), ("function", lengths.functions)):
        longest = max(found, key=lambda name: found[name])
        print(f"{found[longest]:4} lines: the longest {kind}, {longest}")
    print(f"{lengths.median:4g} lines: the median of {len(lengths.functions)} functions")
    print(f"{lengths.mean:4.1f} lines: their mean")


if __name__ == "__main__":
    sys.exit(main())
