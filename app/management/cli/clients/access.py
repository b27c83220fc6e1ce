"""``clients access``, ``requests`` and ``decide``: who may come in to an application."""

from collections.abc import Iterable
from dataclasses import replace

import click

from app.groups import access as store
from app.groups import catalog, people
from app.groups.access import FORMS, MODES, SEEN, Access, GroupThere
from app.management.cli.accounts.show import load as load_account
from app.management.cli.clients.lookup import load
from app.management.cli.command import as_json, command, print_json, refuse
from app.management.cli.deployment import operator, session
from app.management.cli.groups.lookup import load as load_group
from app.management.cli.tables import moment, print_facts, print_table
from app.management.services import application_access, records


@command("access")
@click.argument("client_id", metavar="CLIENT")
@click.option("--mode", type=click.Choice(MODES), help="Who may come in.")
@click.option("--see", "seen", type=click.Choice(SEEN), help="The groups that it is told of.")
@click.option("--form", type=click.Choice(FORMS), help="What it is told of a group.")
@click.option("--contact", help="Whom people ask who are kept out.")
@click.option("--enter", "enter", multiple=True, metavar="GROUP", help="May come in; repeat it.")
@click.option("--see-group", "see", multiple=True, metavar="GROUP", help="Seen when chosen.")
@click.option(
    "--role", "roles", multiple=True, metavar="GROUP=ROLE", help="Its members have it; repeat it."
)
@as_json
def access(client_id: str, as_json: bool, **options: object) -> None:
    """Show or change who may come in to an application, and what it is told of groups.

    Of --enter, --see-group and --role those that are given replace what was there; an empty value
    leaves none.

    \b
    qiao clients access grafana --mode groups --enter staff --see all --role staff=Editor
    qiao clients access grafana
    """
    before = store.of_client(session(), load(client_id).client_id)
    given = {name: value for name, value in options.items() if value not in (None, ())}
    after = before
    if given:
        after = application_access.save(operator(), _changed(before, given))
        session().commit()
    names = catalog.names_of(session(), after.groups)
    if as_json:
        print_json(records.access(after, names))
        return
    facts = [(name, getattr(after, name)) for name in ("mode", "seen", "form", "contact")]
    print_facts([*facts, *((names[one], _said(there)) for one, there in after.groups.items())])


def _said(there: GroupThere) -> list[str]:
    words = [*(["may come in"] if there.enters else []), *(["seen"] if there.seen else [])]
    return [*words, *(f"role {role}" for role in there.roles)]


def _changed(before: Access, given: dict[str, object]) -> Access:
    plain = {name: given[name] for name in ("mode", "seen", "form", "contact") if name in given}
    groups = dict(before.groups)
    for name, member in (("enter", "enters"), ("see", "seen")):
        if name in given:
            chosen = _groups(given[name])  # type: ignore[arg-type]
            every = {*groups, *chosen}
            groups = {
                one: _ticked(groups.get(one, GroupThere()), member, ticked=one in chosen)
                for one in every
            }
    if "roles" in given:
        roles = _roles(given["roles"])  # type: ignore[arg-type]
        groups = {
            one: replace(groups.get(one, GroupThere()), roles=tuple(roles.get(one, ())))
            for one in {*groups, *roles}
        }
    return replace(before, groups=groups, **plain)  # type: ignore[arg-type]


def _ticked(there: GroupThere, member: str, *, ticked: bool) -> GroupThere:
    return replace(there, enters=ticked) if member == "enters" else replace(there, seen=ticked)


def _groups(names: Iterable[str]) -> set[str]:
    return {load_group(name).id for name in names if name}


def _roles(given: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for text in filter(None, given):
        name, equals, role = text.partition("=")
        if not equals or not role.strip():
            refuse("Write a role as GROUP=ROLE, such as staff=Editor.")
        found.setdefault(load_group(name.strip()).id, []).append(role.strip())
    return found


@command("requests")
@click.option("--client", "client_id", help="Of this application alone.")
@click.option("--state", type=click.Choice(people.STATES), default="asked", show_default=True)
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 1000))
@as_json
def requests(client_id: str | None, state: str, limit: int, as_json: bool) -> None:
    """List who asks to be let in to an application; the oldest first."""
    found = people.page(session(), client_id=client_id, state=state, limit=limit)
    if as_json:
        print_json([records.person_there(one) for one in found])
        return
    rows = [
        (one.client_id, one.account_id, one.name, moment(one.asked_at), one.sentence)
        for one in found
    ]
    print_table(("CLIENT", "SUB", "NAME", "ASKED", "SENTENCE"), rows, "Nobody.")


@command("decide")
@click.argument("client_id", metavar="CLIENT")
@click.argument("who", metavar="ACCOUNT")
@click.argument("decision", type=click.Choice(["allow", "refuse", "forget"]))
def decide(client_id: str, who: str, decision: str) -> None:
    """Let somebody in to an application, refuse them, or forget what was decided.

    \b
    qiao clients decide grafana li.lei allow
    """
    client, account = load(client_id), load_account(who)
    if decision == "forget":
        done = application_access.withdraw(operator(), client.client_id, account.id)
    else:
        state = {"allow": "allowed", "refuse": "refused"}[decision]
        done = application_access.decide(operator(), client.client_id, account.id, state)
    session().commit()
    click.echo("Done." if done else "It was so already.")
