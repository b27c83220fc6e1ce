"""Saving a form: committed, or told in the form what stands against it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from app.management.console import desk
from app.management.console.forms import Form
from federation.errors import InvalidFields, VersionConflict


@contextmanager
def saving(
    form: Form,
    saved: Mapping[str, Any],
    version: int,
    tell: Callable[[InvalidFields], None] | None = None,
) -> Iterator[None]:
    """Commits what is done inside; ``form.status`` is 200 afterwards only if that worked.

    :param saved: the values that are stored now, at ``version``: shown beside what was typed when
        somebody else saved first.
    :param tell: puts what is wrong with the fields into the form, where they are named otherwise.
    """
    try:
        yield
    except InvalidFields as error:
        desk.session().rollback()
        if tell is None:
            form.add(error.problems)
        else:
            tell(error)
    except VersionConflict:
        desk.session().rollback()
        form.outrun(saved, version)
    else:
        desk.session().commit()
