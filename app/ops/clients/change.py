"""``clients change`` and ``rotate-secret``."""

from typing import Any, TextIO

import click

from app.audit.trail import Event, record
from app.ops.clients.documents import document, read_file
from app.ops.clients.lookup import changed_or_refuse, find
from app.ops.clients.options import members, metadata_options
from app.ops.command import as_json, command, print_json, refuse
from app.ops.deployment import ACTOR, clock, provider, registration_policy, session
from app.ops.durations import Duration, spoken
from app.ops.tables import print_facts
from oidc.client_metadata import parse
from oidc.clients import needs_plain_secret, needs_secret

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
    flask --app wsgi clients change shop --name "The Shop" --first-party
    flask --app wsgi clients change shop --redirect-uri https://a.example/cb \\
        --redirect-uri https://b.example/cb
    echo '{"client_name#zh-CN": "商店"}' | flask --app wsgi clients change shop --from-json -
    """
    client = find(client_id)
    given = {**(read_file(file)[0] if file else {}), **members(options)}
    if not given:
        refuse("Say what to change; see clients change --help.")
    wanted = {**client.metadata.to_document(), **given}
    metadata = parse(wanted, policy=registration_policy())
    changed_or_refuse(provider().clients.set_metadata(session(), client, metadata))
    event = Event("client.changed", ACTOR, client_id=client_id, detail={"members": sorted(given)})
    record(session(), clock(), event)
    session().commit()
    click.echo(f"Changed {client_id}.")
    unsealed = not provider().clients.plain_secrets(client) and needs_plain_secret(metadata)
    if needs_secret(metadata) and (unsealed or not client.live_secrets()):
        click.echo(f"It needs a secret now: flask --app wsgi clients rotate-secret {client_id}")


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
    flask --app wsgi clients rotate-secret shop
    flask --app wsgi clients rotate-secret shop --overlap 0
    """
    client = find(client_id)
    if not needs_secret(client.metadata):
        refuse(f"{client_id} authenticates without a secret.")
    secret = provider().clients.rotate_secret(session(), client, overlap)
    changed_or_refuse(secret)
    event = Event("client.secret_rotated", ACTOR, client_id=client_id, detail={"overlap": overlap})
    record(session(), clock(), event)
    session().commit()
    if as_json:
        print_json(document(find(client_id), secret))
        return
    print_facts([("client_id", client_id), ("client_secret", secret)])
    old = f"works for {spoken(overlap)} more" if overlap else "has ended"
    click.echo(f"Keep the secret now; it cannot be shown again. The old one {old}.")
