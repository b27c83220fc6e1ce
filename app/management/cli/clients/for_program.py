"""``clients presets``, and what ``clients add --for`` takes from the list of programs."""

from typing import Any

import click

from app.management.cli.clients.options import members
from app.management.cli.command import as_json, print_json, refuse
from app.management.cli.deployment import provider
from app.management.cli.tables import print_table
from app.management.services import presets
from app.management.services.preset_documents import MissingAddress, NothingToRegister, document_of
from app.management.services.preset_values import pasted
from app.management.services.presets import Preset, UnknownPreset
from oidc.clients.client import Client

NOT_RUN = "from its documents, not run"


@click.command("presets")
@as_json
def list_presets(as_json: bool) -> None:
    """List the programs that clients add --for knows, and the version each was run with.

    Needs no deployment.
    """
    known = list(presets.every().values())
    if as_json:
        print_json([_record(one) for one in known])
        return
    rows = [(one.id, one.title, one.category, one.run or NOT_RUN) for one in known]
    print_table(("PROGRAM", "NAME", "KIND", "RUN WITH"), rows, "There are none.")


def preset_document(program: str, url: str | None, options: dict[str, Any]) -> dict[str, Any]:
    """The registration document of a program, with what was typed over it."""
    typed = members(options)
    preset = _load(program)
    addresses = typed.get("redirect_uris") or [None]
    try:
        document = document_of(preset, url or addresses[0])
    except NothingToRegister:
        print_pasted(preset)
        refuse(f"{preset.title} signs nobody in: register the API with apis add, no application.")
    except MissingAddress:
        refuse(f"Say where {preset.title} is reached, as in --url https://app.example.com.")
    return {**document, **typed}


def show_pasted(program: str, client: Client, secret: str | None) -> None:
    """Prints what goes into the program's own settings."""
    print_pasted(_load(program), client, secret)


def print_pasted(preset: Preset, client: Client | None = None, secret: str | None = None) -> None:
    for one in pasted(preset, provider(), client, secret):
        click.echo(f"\n{preset.title}, {one.place}:\n\n{one.text}")
    if preset.note:
        click.echo(f"\n{preset.note['en']}")
    click.echo(f"\n{preset.documents} ({preset.run or NOT_RUN})")


def _load(program: str) -> Preset:
    try:
        return presets.load(program)
    except UnknownPreset:
        refuse(f"There is no program {program} in the list; see clients presets.")


def _record(preset: Preset) -> dict[str, Any]:
    return {
        "name": preset.id,
        "title": preset.title,
        "category": preset.category,
        "documents": preset.documents,
        "run": preset.run or None,
        "redirect_uris": list(preset.redirect_uris),
    }
