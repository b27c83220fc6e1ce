"""``domain-files add`` and ``remove``."""

from pathlib import Path

import click

from app.domain_files.store import MOST_CONTENT
from app.management.cli.command import command
from app.management.cli.deployment import operator, provider, session
from app.management.services import domain_files


@command("add")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--name", help="Serve it under this name; the file's own otherwise.")
def add(file: Path, name: str | None) -> None:
    """Serve a file at the root of the address, as it is; one of the same name is replaced.

    \b
    qiao domain-files add MP_verify_AbCdEfGhIjKlMnOp.txt
    """
    with file.open("rb") as opened:
        content = domain_files.text_of(opened.read(MOST_CONTENT + 1))
    kept = domain_files.put(operator(), name or file.name, content)
    session().commit()
    click.echo(f"Serving {provider().url('/' + kept.name)}")


@command("remove")
@click.argument("name")
def remove(name: str) -> None:
    """Take a file away; whoever looks for it finds nothing."""
    domain_files.remove(operator(), name)
    session().commit()
    click.echo(f"Removed {name}.")
