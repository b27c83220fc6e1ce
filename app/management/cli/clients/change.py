"""``clients change`` and ``rotate-secret``."""

from typing import Any, TextIO

import click

from app.management.cli.clients.documents import document, read_file
from app.management.cli.clients.lookup import load, tell_scopes_of_nothing
from app.management.cli.clients.options import members, metadata_options
from app.management.cli.command import as_json, command, print_json, refuse
from app.management.cli.deployment import operator, provider, session
from app.management.cli.durations import Duration, spoken
from app.management.cli.tables import print_facts
from app.management.services import clients
from app.management.services.clients import metadata_of

OVERLAP = 7 * 86400


@command("change")
@click.argument("client_id", metavar="CLIENT")
@metadata_options
@click.option(
    "--from-json",
    "file",
    type=click.File(encoding="utf-8"),
    metavar="FILE",
    help="Members to change; null removes one.",
)
def change(client_id: str, file: TextIO | None, **options: Any) -> None:
    """Change an application: what is given replaces what was there, the rest stays.

    \b
    qiao clients change shop --name "The Shop" --first-party
    qiao clients change shop --redirect-uri https://a.example/cb \\
        --redirect-uri https://b.example/cb
    echo '{"client_name#zh-CN": "商店"}' | qiao clients change shop --from-json -
    """
    client = load(client_id)
    sent = read_file(file) if file else [{}]
    if len(sent) != 1:
        refuse(f"{file.name if file else ''} has {len(sent)} applications; this changes one.")
    given = {**sent[0], **members(options)}
    if not given:
        refuse("Say what to change; see clients change --help.")
    wanted = {**client.metadata.to_document(), **given}
    after, secret = clients.change(operator(), client, metadata_of(provider(), wanted))
    session().commit()
    click.echo(f"Changed {client_id}.")
    tell_scopes_of_nothing(after)
    if secret:
        print_facts([("client_secret", secret)])
        click.echo("It needs a secret now. Keep it; it cannot be shown again.")


@command("rotate-secret")
@click.argument("client_id", metavar="CLIENT")
@click.option(
    "--overlap",
    type=Duration(),
    default=OVERLAP,
    show_default="7d",
    help="How long the old secret works beside the new one; 0 ends it at once.",
)
@as_json
def rotate_secret(client_id: str, overlap: int, as_json: bool) -> None:
    """Give an application another secret. The old one works on for a while.

    \b
    qiao clients rotate-secret shop
    qiao clients rotate-secret shop --overlap 0
    """
    client = load(client_id)
    after, secret = clients.rotate_secret(operator(), client, overlap)
    session().commit()
    if as_json:
        print_json(document(after, secret))
        return
    print_facts([("client_id", client_id), ("client_secret", secret)])
    old = f"works for {spoken(overlap)} more" if overlap else "has ended"
    click.echo(f"Keep the secret now; it cannot be shown again. The old one {old}.")
