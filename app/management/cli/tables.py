"""Rows as text, in columns that are as wide as their widest cell."""

import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime

import click


def print_table(headings: Sequence[str], rows: Sequence[Sequence[object]], nothing: str) -> None:
    """:param nothing: what to say instead of an empty table."""
    if not rows:
        click.echo(nothing)
        return
    lines = [tuple(headings), *(tuple(map(_cell, row)) for row in rows)]
    widths = [max(map(width, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        padded = (
            cell + " " * (wide - width(cell)) for cell, wide in zip(line, widths, strict=True)
        )
        click.echo("  ".join(padded).rstrip())


def print_facts(facts: Sequence[tuple[str, object]]) -> None:
    """One fact a line, with the values below one another; empty ones are left out."""
    shown = [(name, _cell(value)) for name, value in facts if value not in (None, "", ())]
    widest = max((len(name) for name, _ in shown), default=0)
    for name, value in shown:
        click.echo(f"{name:<{widest}}  {value}")


def people(count: int) -> str:
    """How many people, in words."""
    return "1 person" if count == 1 else f"{count} people"


def moment(seconds: int | None) -> str:
    """Seconds since the epoch as UTC to the minute; empty for None."""
    if seconds is None:
        return ""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")


def width(text: str) -> int:
    """Columns on a terminal: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (tuple, list)):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)
