"""Saving a form or doing what a button asks for: committed, or told what stands against it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import flash
from flask_babel import gettext as _

from app.management.console import desk
from app.management.console.forms import Form
from app.management.console.metadata_labels import sentence
from app.management.services.refusals import REFUSED, Problem, Refusal, refusal_of


@contextmanager
def saving(
    form: Form,
    saved: Mapping[str, Any],
    version: int,
    fields: Mapping[str, str] | None = None,
) -> Iterator[None]:
    """Commits what is done inside; ``form.status`` is 200 afterwards only if that worked.

    :param saved: the values that are stored now, at ``version``: shown beside what was typed when
        somebody else saved first.
    :param fields: fields of the form by the names that the packages have for them.
    """
    try:
        yield
    except REFUSED as error:
        desk.session().rollback()
        refusal = refusal_of(error)
        if refusal.kind == "outrun":
            form.outrun(saved, version)
        else:
            put(form, refusal, fields)
    else:
        desk.session().commit()


def put(form: Form, refusal: Refusal, fields: Mapping[str, str] | None = None) -> None:
    """Puts what is wrong beside the fields that it is about."""
    named = fields or {}
    told = ((named.get(one.field, one.field), _said(one)) for one in refusal.problems)
    form.add(told, say=str)


@dataclass
class Done:
    """Whether it was done."""

    ok: bool = False


@contextmanager
def doing() -> Iterator[Done]:
    """Commits what a button asks for; what stands against it is shown on the next page."""
    done = Done()
    try:
        yield done
    except REFUSED as error:
        desk.session().rollback()
        refusal = refusal_of(error)
        flash(said(refusal), "warn" if refusal.kind == "outrun" else "bad")
    else:
        desk.session().commit()
        done.ok = True


def said(refusal: Refusal) -> str:
    """What stands against a change, in one sentence, and what is in the way."""
    first = _said(refusal.problems[0])
    names = ", ".join(one.id for one in refusal.dependents)
    return f"{first} ({names})" if names else first


def _said(problem: Problem) -> str:
    if problem.is_predicate:
        return sentence(problem.field, problem.message)
    return str(_(problem.message))
