"""``credentials check``: asks a source whether it takes its credentials."""

import click

from app.elements import current_federation
from app.management.cli.command import Refusal, as_json, command, print_json, refuse
from app.management.cli.credentials.explanations import explain, labels_of
from app.management.cli.credentials.lookup import load, load_source
from app.management.cli.deployment import operator, session
from app.management.services import credentials
from federation import Credential, Source
from federation.errors import Misconfigured, Unavailable


@command("check")
@click.argument("source_id", metavar="SOURCE")
@click.argument("credential_id", metavar="[ID]", default="")
@as_json
def check(source_id: str, credential_id: str, as_json: bool) -> None:
    """Ask a source whether it takes a credential; all of its credentials without an ID.

    Nobody is signed in. What the source last held against one that works is forgotten.

    \b
    qiao credentials check wechat
    """
    source = load_source(source_id)
    if source.check_credential is None:
        refuse(f"{source.name} cannot be asked; sign in once to see.")
    ask_about(source, credential_id, as_json=as_json)


def ask_about(source: Source, credential_id: str, *, as_json: bool) -> None:
    """Says what the source says of one or all; ends the command where it refuses one."""
    store = current_federation().credentials.of(source.id)
    wanted = [load(source, credential_id)] if credential_id else store.all(session())
    if not wanted:
        refuse(f"There are no credentials of {source.name}.")
    session().rollback()  # the database is not kept waiting for the source
    told = [(one, _ask(source, one)) for one in wanted]
    session().commit()
    problems = [problem for _, problem in told if problem]
    if as_json:
        print_json([{"id": one.id, "taken": not why, "problem": why} for one, why in told])
        raise click.exceptions.Exit(int(bool(problems)))
    for one, _ in (each for each in told if not each[1]):
        what = f"{source.credentials.id.label} and the {labels_of(source, one)}"
        click.echo(f"{one.id}: {source.name} takes the {what}.")
    if problems:
        raise Refusal(problems)


def _ask(source: Source, one: Credential) -> str | None:
    """Why it is not taken."""
    try:
        credentials.check(operator(), source, one)
    except Misconfigured as error:
        unreadable = f"the {labels_of(source, one)} cannot be read"
        return f"{one.id}: {explain(source, error.errcode) if one.is_usable else unreadable}."
    except Unavailable:
        return f"{one.id}: {source.name} could not be asked; is it reachable from here?"
    return None
