"""Filters of a list that mean nothing: they are named, and nothing is shown, so that nobody takes
everything for what they had asked for."""

from collections.abc import Sequence

from flask import flash
from flask_babel import gettext as _


def tell(filters: Sequence[str]) -> None:
    """Says on the page which filters were not understood.

    :param filters: what the page calls them, in its language; none and nothing is said.
    """
    if filters:
        named = str(_(", ")).join(filters)
        flash(_("Not understood, so nothing is shown: %(filters)s.", filters=named), "warn")
