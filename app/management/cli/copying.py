"""``db copy``: everything from another database into the one of this deployment."""

import click
from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.database import configure, database_url, db
from app.management.cli.command import OLD_TABLES, command, refuse
from app.management.services import copying


@command("copy")
@click.argument("source", metavar="URL")
def copy(source: str) -> None:
    """Copy everything from the database at URL into the one of QIAO_DATABASE_URL.

    Stop the servers first, and run `qiao db upgrade` for the new database. A copy that was
    ended is gone on with by the next. At the end the rows of each table are counted on both sides.

    \b
    QIAO_DATABASE_URL=postgresql://… qiao db upgrade
    QIAO_DATABASE_URL=postgresql://… qiao db copy sqlite:////var/lib/qiao/qiao.sqlite3
    """
    try:
        old = create_engine(database_url(source), hide_parameters=True)
    except ValueError as error:
        refuse(f"URL cannot be used: {error}.")
    configure(old)
    try:
        old.connect().close()
    except DBAPIError as error:
        refuse(f"URL cannot be used: {str(error.orig).strip().splitlines()[0]}.")
    _check(old, db.engine)
    before = copying.counts(old)
    with click.progressbar(length=sum(before.values()), label="Copying rows") as bar:
        for table in copying.tables():
            try:
                for number in copying.copy(old, db.engine, table):
                    bar.update(number)
            except IntegrityError:
                refuse(f"{table.name} has other rows in the new database: copy into an empty one.")
    _compare(copying.counts(old), copying.counts(db.engine))
    old.dispose()


def _check(old: Engine, new: Engine) -> None:
    if old.url == new.url:
        refuse("Both are the same database.")
    versions = copying.version(old), copying.version(new)
    if versions[1] is None:
        refuse(OLD_TABLES)
    if versions[0] != versions[1]:
        refuse(
            f"The tables are at {versions[0]} there and at {versions[1]} here: run qiao db upgrade"
            " for both."
        )


def _compare(there: dict[str, int], here: dict[str, int]) -> None:
    differ = [name for name, count in there.items() if here[name] != count]
    if differ:
        refuse(*(f"{name}: {there[name]} rows there, {here[name]} here." for name in differ))
    click.echo(
        f"{sum(here.values())} rows in {len(here)} tables are the same number on both sides."
    )
