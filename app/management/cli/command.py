"""How a command is made: inside the application, thin, and with every refusal told as sentences.

Exit codes: 0 done, 1 refused or something is wrong, 2 the call or the settings make no sense.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from typing import Any, NoReturn

import click
from flask.cli import with_appcontext
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError, SQLAlchemyError

from app.database import db
from app.management.services import refusals as services
from app.management.services.refusals import REFUSED, refusal_of
from app.notifications.listener import current_listener
from app.web.logs import escaped

OLD_TABLES = "The database has no tables (or old ones): run qiao db upgrade."
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON, for a program to read.")


class Command(click.Command):
    """Says how an argument is given that begins with a hyphen, as identifiers of 0.1.0 may."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """:raises click.NoSuchOption: with that sentence, where an argument may have been meant."""
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            if not any(isinstance(one, click.Argument) for one in self.params):
                raise
            told = f"{error.message} An argument that begins with a hyphen comes after --."
            raise click.NoSuchOption(error.option_name, told, error.possibilities, ctx) from error


class Refusal(click.ClickException):
    """The command changed nothing; ``problems`` says why, all at once."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)

    def show(self, file: Any = None) -> None:
        """Writes one sentence after "Error:", or a list of them."""
        if len(self.problems) == 1:
            return super().show(file)
        click.echo("Error: nothing was changed.", file, err=True)
        for problem in self.problems:
            click.echo(f"  - {problem}", file, err=True)
        return None


def refuse(*problems: str) -> NoReturn:
    """Ends the command with these sentences and exit code 1."""
    raise Refusal(problems)


def command(name: str) -> Callable[[Callable[..., Any]], click.Command]:
    """A command that runs inside the application and commits what it did once, at its end."""

    def decorate(function: Callable[..., Any]) -> click.Command:
        @wraps(function)
        def run(*arguments: Any, **options: Any) -> Any:
            current_listener().attend()
            with refusals():
                return function(*arguments, **options)

        return click.command(name, cls=Command)(with_appcontext(run))

    return decorate


@contextmanager
def refusals() -> Iterator[None]:
    """Turns what the packages raise for a bad value into a :class:`Refusal`."""
    try:
        yield
    except REFUSED as error:
        raise Refusal(sentences(refusal_of(error))) from error
    except DBAPIError as error:
        raise Refusal([database_problem(error)]) from error
    finally:
        db.session.rollback()  # what was to stay is committed


def sentences(refused: services.Refusal) -> list[str]:
    """What stands against a change, with the option or the member that it is about."""
    names = ", ".join(one.id for one in refused.dependents)
    return [*map(_sentence, refused.problems), *([f"In the way: {names}."] if names else [])]


def _sentence(problem: services.Problem) -> str:
    if problem.is_predicate:
        return f"{problem.field} {problem.message}."
    return f"{option(problem.field)}: {problem.message}" if problem.field else problem.message


def database_problem(error: SQLAlchemyError) -> str:
    """What to do about a database that cannot be used."""
    cause = getattr(error, "orig", None) or error
    text = str(cause).lower()
    if _names_no_table(text) and isinstance(error, (ProgrammingError, OperationalError)):
        return OLD_TABLES
    said = escaped(str(cause).strip().partition("\n")[0])
    return f"The database cannot be used ({type(cause).__name__}: {said}); see QIAO_DATABASE_URL."


def _names_no_table(text: str) -> bool:
    """By what databases say; a role or a database that is not there is another matter."""
    if any(sign in text for sign in ("no such table", "no such column", "unknown column")):
        return True
    missing = re.search(r"(\w+) \S+ (of relation \S+ )?(does not|doesn't) exist", text)
    return missing is not None and missing[1] in ("relation", "table", "column")


def option(field: str) -> str:
    """The option that sets a field: ``app_id`` as ``--app``; an argument by its name."""
    context = click.get_current_context(silent=True)
    for one in context.command.params if context else ():
        if isinstance(one, click.Argument) and one.name == field:
            return one.human_readable_name
    return "--" + {"app_id": "app", "display_name": "name", "is_default": "default"}.get(
        field, field.replace("_", "-")
    )


def print_json(document: object) -> None:
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))
