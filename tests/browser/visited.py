"""Which pages of the routing table a walk has been to, so that a new one cannot be forgotten."""

from collections.abc import Iterable
from functools import cache
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule

from app.factory import create_app
from app.settings import Settings


def pages_below(root: str) -> set[str]:
    """The rules below ``root`` that a browser can open."""
    return {rule.rule for rule in _rules() if rule.rule.startswith(root)}


def rules_of(urls: Iterable[str]) -> set[str]:
    """The rules that these addresses belong to, as a GET finds them."""
    adapter = _app().url_map.bind("localhost")
    found = set()
    for url in urls:
        try:
            rule, _ = adapter.match(urlsplit(url).path, "GET", return_rule=True)
        except HTTPException:
            continue  # what only a form leads to, and what is not there
        found.add(rule.rule)
    return found


def _rules() -> list[Rule]:
    return [rule for rule in _app().url_map.iter_rules() if "GET" in (rule.methods or ())]


@cache
def _app() -> Flask:
    return create_app(Settings(issuer="https://login.example.com", secret_keys=("s" * 64,)))
