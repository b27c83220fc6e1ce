"""How migrations reach the database and which tables they watch: those of all three owners."""

from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import Engine, MetaData

from app.tables.people import Base as AppBase
from app.tables.people_search import NAMES as SEARCH_INDEXES
from federation.models import Base as FederationBase
from oidc.database.models import Base as OidcBase
from oidc.database.mysql_tables import say

TABLES: list[MetaData] = [OidcBase.metadata, FederationBase.metadata, AppBase.metadata]
for metadata in TABLES:
    say(metadata)  # for whoever has a migration drafted


def is_ours(_thing: Any, name: str | None, *_: Any) -> bool:
    """Whether the tables declare it; indexes of expressions are PostgreSQL's alone."""
    return name not in SEARCH_INDEXES


def migrate_online(engine: Engine) -> None:
    """Applies the migrations, each in its own transaction where the database can.

    Batch mode rebuilds a table where SQLite cannot alter it in place.
    """
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=TABLES,
            render_as_batch=engine.dialect.name == "sqlite",
            transaction_per_migration=True,
            include_object=is_ours,
            on_version_apply=current_app.extensions.get("on_version_apply", ()),
        )
        with context.begin_transaction():
            context.run_migrations()


def migrate_offline(engine: Engine) -> None:
    """Writes the SQL instead of running it: ``flask --app wsgi db upgrade --sql``."""
    context.configure(url=engine.url, target_metadata=TABLES, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()


engine: Engine = current_app.extensions["migrate"].db.engine
if context.is_offline_mode():
    migrate_offline(engine)
else:
    migrate_online(engine)
