"""``accounts add``, ``change``, ``erase`` and ``receipt``."""

from typing import Any

import click

from app.accounts.records import receipts
from app.accounts.records.receipts import Receipt
from app.management.cli.accounts.show import load
from app.management.cli.command import as_json, command, print_json, refuse
from app.management.cli.deployment import operator, session
from app.management.cli.tables import moment, print_facts
from app.management.services import people

_FIELDS = (
    click.option("--name"),
    click.option("--phone", help="With + and the country code, or a Chinese mobile number."),
    click.option(
        "--phone-vouched/--phone-noted",
        default=None,
        help="Whoever proves the number is this person; or it is a note and links nobody.",
    ),
    click.option("--email"),
    click.option("--email-verified/--email-unverified", default=None),
    click.option("--picture", help="An http or https address."),
    click.option(
        "--claim",
        "claims",
        nargs=2,
        multiple=True,
        metavar="NAME VALUE",
        help="A standard claim, such as nickname; an empty value takes it away.",
    ),
)


def _with_fields(function: Any) -> Any:
    for add in reversed(_FIELDS):
        function = add(function)
    return function


@command("add")
@_with_fields
@as_json
def add(as_json: bool, **fields: Any) -> None:
    """Add a person who signs in with WeChat later, known by a number that you vouch for.

    \b
    qiao accounts add --name 李雷 --phone 13800138000 --phone-vouched
    """
    sub = people.create(operator(), _values(fields, {}))
    session().commit()
    if as_json:
        print_json({"sub": sub})
    else:
        click.echo(f"Added; sub is {sub}.")


@command("change")
@click.argument("who", metavar="ACCOUNT")
@_with_fields
@click.option("--version", type=int, help="Only if it is still at this version.")
def change(who: str, version: int | None, **fields: Any) -> None:
    """Change what is kept of a person; an empty value takes one away.

    \b
    qiao accounts change 13800138000 --name 李磊 --email ""
    """
    account = load(who)
    seen = account.version if version is None else version
    told = people.edit(operator(), account.id, _values(fields, dict(account.profile)), seen)
    session().commit()
    click.echo(f"Changed {account.id}: {', '.join(told)}." if told else "Nothing was different.")


@command("erase")
@click.argument("who", metavar="ACCOUNT")
@click.option("--yes", is_flag=True, help="Do not ask.")
@as_json
def erase(who: str, yes: bool, as_json: bool) -> None:
    """Erase a person, and print the receipt. It cannot be taken back.

    \b
    qiao accounts erase 13800138000
    """
    account = load(who)
    if not yes:
        named = account.name or account.username or account.id
        click.confirm(f"Erase {named} ({account.id}) for good?", abort=True, err=True)
    receipt = people.erase(operator(), account.id, account.version)
    session().commit()
    _print(receipt, as_json)


@command("receipt")
@click.argument("name", metavar="RECEIPT")
@as_json
def receipt(name: str, as_json: bool) -> None:
    """Show the receipt of an erasure, by its id or by the sub of who was erased."""
    found = receipts.get(session(), name)
    if found is None:
        refuse(f"There is no receipt {name}.")
    _print(found, as_json)


def _print(one: Receipt, as_json: bool) -> None:
    document = people.receipt(one)
    if as_json:
        print_json(document)
        return
    print_facts(
        [
            ("receipt", one.id),
            ("erased", moment(one.erased_at)),
            ("sub", one.account_id),
            *(("removed", f"{each['count']}: {each['what']}") for each in document["removed"]),
            *(("kept", each["why"]) for each in document["kept"]),
        ]
    )


def _values(fields: dict[str, Any], profile: dict[str, Any]) -> dict[str, Any]:
    claims = dict(fields.pop("claims"))
    values = {name: value for name, value in fields.items() if value is not None}
    return values | ({"profile": profile | claims} if claims else {})
