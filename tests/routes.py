"""Every route of the product with what its view says of itself: ``python -m tests.routes``.

The table is docs/routes.md, which ``--write-docs`` writes and `tests.test_documents` compares. A
view's first sentence is its line there; operations of the admin API bring their summary.
"""

import argparse
import inspect
from collections.abc import Iterator

from flask import Flask
from werkzeug.routing import Rule

from app.factory import create_app
from app.management.api.operations import OPERATIONS
from app.settings import Settings
from tests.source import ROOT

DOCUMENT = ROOT / "docs/routes.md"
HEAD = """# Routes

Written by `python -m tests.routes --write-docs` from the views themselves; a test compares.

| path | methods | what it is |
| --- | --- | --- |
"""
UNINTERESTING = {"HEAD", "OPTIONS"}


def document(app: Flask) -> str:
    """The whole of docs/routes.md."""
    return HEAD + "".join(
        f"| `{path}` | {methods} | {line} |\n" for path, methods, line in rows(app)
    )


def rows(app: Flask) -> Iterator[tuple[str, str, str]]:
    """Path, methods and sentence of each route, by path."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]
    for rule in sorted(rules, key=lambda rule: (rule.rule, sorted(rule.methods or ()))):
        methods = ", ".join(sorted((rule.methods or set()) - UNINTERESTING))
        yield rule.rule, methods, sentence(app, rule)


def sentence(app: Flask, rule: Rule) -> str:
    """What the route is, in the view's own words; empty where it says nothing."""
    said = _summaries().get(rule.endpoint.rpartition(".")[2])
    said = said or inspect.getdoc(inspect.unwrap(app.view_functions[rule.endpoint])) or ""
    first = said.partition("\n\n")[0].replace("\n", " ").strip()
    return first.replace("|", "\\|")


def _summaries() -> dict[str, str]:
    return {operation.name: operation.about for operation in OPERATIONS}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write-docs", action="store_true", help="write docs/routes.md")
    app = create_app(Settings(issuer="https://login.example.com", secret_keys=("s" * 64,)))
    told = document(app)
    if parser.parse_args().write_docs:
        DOCUMENT.write_text(told, encoding="utf-8")
    else:
        print(told)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
