"""``apply`` and ``export``: a deployment from a file, and back."""

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from app.management.cli.command import as_json, command, print_json
from app.management.cli.deployment import operator, session
from app.management.services.deployment_file.applying import Applying, Change
from app.management.services.deployment_file.exporting import export
from app.management.services.deployment_file.fault import Faulty
from app.management.services.deployment_file.parts import PARTS
from app.management.services.deployment_file.reading import read
from app.management.services.deployment_file.references import References
from app.management.services.deployment_file.schema import schema
from federation import Sources
from federation.catalog import SOURCES


class FileRefused(click.ClickException):
    """Nothing was changed; a line for each fault, with the file and the line in it."""

    def __init__(self, file: Path, faulty: Faulty) -> None:
        super().__init__("\n".join(f"{file}: {fault}" for fault in faulty.faults))

    def show(self, file: Any = None) -> None:
        click.echo(self.message, file, err=True)


def _print_schema(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        click.echo(json.dumps(schema(Sources(SOURCES)), indent=2))
        context.exit()


@command("apply")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--dry-run", is_flag=True, help="Say what would be changed, and change nothing.")
@click.option("--prune", is_flag=True, help="Also delete what the file's sections do not name.")
@click.option(
    "--schema",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_schema,
    help="Print the JSON schema of the file.",
)
@as_json
def apply(file: Path, dry_run: bool, prune: bool, as_json: bool) -> None:
    """Make this deployment as FILE has it.

    FILE has credentials, connections, applications, administrators and webhooks. What is so already
    is left alone. All of it is done, or nothing. Secrets stand elsewhere: {env: NAME} or
    {file: PATH}. Where a variable is not set, a secret that is stored stays.

    \b
    qiao apply deployment.yaml --dry-run
    qiao apply deployment.yaml --prune
    """
    applying = Applying(operator(), References(os.environ, file.parent), PARTS)
    try:
        changes = applying.apply(read(file.read_text(encoding="utf-8")), prune=prune)
    except Faulty as error:
        raise FileRefused(file, error) from error
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{file} is not UTF-8.") from error
    if not dry_run:
        session().commit()
    _tell(changes, applying.references.kept, dry_run, as_json)


def _tell(changes: list[Change], kept: list[str], dry_run: bool, as_json: bool) -> None:
    if as_json:
        told = [asdict(one) for one in changes]
        print_json({"dry_run": dry_run, "changes": told, "kept": kept})
        return
    for name in kept:
        click.echo(f"{name} is not set: the secret that is stored stays.", err=True)
    for one in changes:
        click.echo(f"{'would ' if dry_run else ''}{one}")
    if not changes:
        click.echo("Everything is so already.")


@command("export")
def export_file() -> None:
    """Print this deployment as a file for apply, with references where secrets go.

    \b
    qiao export > deployment.yaml
    """
    click.echo(export(operator()), nl=False)
