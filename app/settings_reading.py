"""The settings of an environment: read once from ``QIAO_*``, every problem told at once."""

from collections.abc import Mapping
from dataclasses import fields
from importlib.util import find_spec
from typing import Any

from app.settings import Settings


class InvalidSettings(ValueError):
    """:param problems: one sentence each, naming the variable and the mend."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def variable(name: str) -> str:
    """The environment variable of a field."""
    return f"QIAO_{name.upper()}"


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The settings in an environment.

    :raises InvalidSettings: with every problem, not only the first.
    """
    values: dict[str, Any] = {}
    problems: list[str] = []
    for known in fields(Settings):
        text = environment.get(variable(known.name), "").strip()
        if not text:
            if known.default is known.default_factory:  # both MISSING: nothing to fall back to
                problems.append(f"{variable(known.name)} is missing: {known.metadata['about']}.")
            continue
        try:
            values[known.name] = known.metadata["read"](text)
        except ValueError as error:
            problems.append(f"{variable(known.name)} cannot be used: {error}.")
    problems += _unknown(environment) + _together(values)
    if problems:
        raise InvalidSettings(problems)
    return Settings(**values)


def _unknown(environment: Mapping[str, str]) -> list[str]:
    known = {variable(each.name) for each in fields(Settings)}
    return [
        f"{name} is not a setting; see docs/configuration.md."
        for name in sorted(environment)
        if name.startswith("QIAO_") and name not in known
    ]


def _together(values: Mapping[str, Any]) -> list[str]:
    problems = []
    if values.get("registration") == "token" and not values.get("registration_token"):
        problems.append("QIAO_REGISTRATION_TOKEN is missing: QIAO_REGISTRATION=token needs it.")
    if values.get("smtp_url") and not values.get("mail_from"):
        problems.append("QIAO_MAIL_FROM is missing: QIAO_SMTP_URL needs it.")
    if values.get("traces") and not _has_opentelemetry():
        problems.append("QIAO_TRACES needs OpenTelemetry: pip install 'qiao[otel]'.")
    return problems


def _has_opentelemetry() -> bool:
    """Whether the packages of the extra ``otel`` are there; without loading them."""
    return find_spec("opentelemetry") is not None and find_spec("opentelemetry.sdk") is not None
