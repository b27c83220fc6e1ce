"""``accounts show``: who somebody is."""

from collections.abc import Sequence

import click

from app.accounts.records import listing
from app.accounts.records.directory import AccountView
from app.accounts.records.linking import LinkedSource, sources_of
from app.audit.trail import masked
from app.elements import current_federation
from app.management.cli.command import as_json, command, print_json, refuse
from app.management.cli.deployment import clock, operator, session
from app.management.cli.tables import moment, print_facts
from app.management.services import people, records
from app.sessions import browser


@command("show")
@click.argument("who", metavar="ACCOUNT")
@as_json
def show(who: str, as_json: bool) -> None:
    """Show an account, by sub, username, phone number, e-mail, name at a source, or name.

    \b
    qiao accounts show li.lei
    """
    account = load(who)
    linked = sources_of(session(), account.id)
    signed_in = browser.of_account(session(), clock(), account.id)
    held = [people.application(one) for one in people.applications_of(operator(), account.id)]
    if as_json:
        print_json(_document(account, linked, len(signed_in)) | {"applications": held})
        return
    print_facts(
        [
            ("sub", account.id),
            ("state", _state(account)),
            ("name", account.name),
            ("username", account.username),
            ("phone", _phone(account)),
            ("e-mail", account.email),
            ("created", moment(account.created_at)),
            *((f"{_named(each)} {each.credential_id}", _source(each)) for each in linked),
            *((f"to {one['client_id']}", " ".join(one["scopes"])) for one in held),
            ("signed in", f"in {len(signed_in)} browsers"),
        ]
    )


def load(who: str) -> AccountView:
    """The one account that these words mean, or the end of the command."""
    found = listing.search(session(), who)
    exact = [account for account in found if who in (account.id, account.username)]
    if exact:
        return exact[0]
    if not found:
        refuse(f"There is no account {who}.")
    if len(found) > 1:
        refuse("Several accounts match; name one by its sub:", *(each.id for each in found))
    return found[0]


def _state(account: AccountView) -> str:
    if account.merged_into:
        return f"merged into {account.merged_into}"
    if account.disabled_at is not None:
        return f"disabled since {moment(account.disabled_at)}"
    return "can sign in"


def _phone(account: AccountView) -> str | None:
    if not account.phone:
        return None
    worth = {
        "operator": "written down by hand, links nobody",
        "import": "vouched for, whoever proves it is this person",
    }
    said = worth.get(account.phone_provenance or "", f"{account.phone_provenance}, verified")
    return f"{masked(account.phone)} ({said})"


def _named(linked: LinkedSource) -> str:
    source = current_federation().sources.get(linked.source_id)
    return source.name if source else linked.source_id


def _source(source: LinkedSource) -> str:
    shared = f", shared name {source.shared_value}" if source.shared_value else ""
    return f"{source.value}{shared}, last seen {moment(source.last_seen)}"


def _document(
    account: AccountView, linked: Sequence[LinkedSource], browsers: int
) -> dict[str, object]:
    return {
        **records.account(account),
        "phone_verified": account.phone_verified_at is not None,
        "browsers": browsers,
        "sources": [records.source(each) for each in linked],
    }
