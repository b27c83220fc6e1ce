"""``doctor``: ``CHECKS`` is what it looks at, in order."""

from collections.abc import Callable, Iterator
from dataclasses import asdict

import click
from sqlalchemy.exc import DBAPIError

from app.management.cli.command import as_json, command, database_problem, print_json
from app.management.cli.deployment import session
from app.management.cli.doctor.application_checks import (
    check_applications,
    check_launches,
    check_ways_in,
)
from app.management.cli.doctor.database_checks import check_database
from app.management.cli.doctor.finding import Finding, fail
from app.management.cli.doctor.mail_checks import check_mail, check_webhooks
from app.management.cli.doctor.network_checks import check_issuer, check_redis, check_upstream
from app.management.cli.doctor.product_checks import (
    check_connections,
    check_credentials,
    check_keys,
)
from app.management.cli.doctor.settings_checks import check_proxies, check_sandbox, check_settings

Check = Callable[[], Iterator[Finding]]

CHECKS: tuple[Check, ...] = (
    check_settings,
    check_sandbox,
    check_proxies,
    check_database,
    check_keys,
    check_credentials,
    check_connections,
    check_ways_in,
    check_redis,
    check_issuer,
    check_upstream,
    check_applications,
    check_launches,
    check_mail,
    check_webhooks,
)
NEEDS_TABLES = (
    check_keys,
    check_credentials,
    check_connections,
    check_ways_in,
    check_upstream,
    check_applications,
    check_launches,
    check_mail,
    check_webhooks,
)

_COLOURS = {"ok": "green", "warn": "yellow", "fail": "red"}


@command("doctor")
@as_json
def doctor(as_json: bool) -> None:
    """Look this deployment over and say what to mend.

    The exit code is 1 when something is broken or nobody can sign in; a warning alone leaves it 0.

    \b
    qiao doctor
    qiao doctor --json
    """
    findings = list(examine())
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        for finding in findings:
            _print(finding)
    if any(finding.level == "fail" for finding in findings):
        raise click.exceptions.Exit(1)


def examine() -> Iterator[Finding]:
    """Every finding; what rests on the tables is not asked when they are not there."""
    broken: set[str] = set()
    for check in CHECKS:
        if check in NEEDS_TABLES and broken & {"database", "migrations"}:
            continue
        for finding in _ask(check):
            if finding.level == "fail":
                broken.add(finding.subject)
            yield finding


def _ask(check: Check) -> Iterator[Finding]:
    try:
        yield from check()
    except DBAPIError as error:
        yield fail("database", "The database refused a question.", database_problem(error))
    finally:
        session().rollback()


def _print(finding: Finding) -> None:
    level = click.style(f"{finding.level:<4}", fg=_COLOURS[finding.level])
    click.echo(f"{level}  {finding.subject:<12}  {finding.what}")
    if finding.mend:
        click.echo(f"{'':<20}{finding.mend}")
