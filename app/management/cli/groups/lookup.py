"""Finds the group that an argument names."""

from app.groups import catalog
from app.groups.catalog import Group
from app.management.cli.command import refuse
from app.management.cli.deployment import session


def load(name: str) -> Group:
    """By id or name; ends the command where there is none."""
    group = catalog.get(session(), name)
    if group is None:
        refuse(f"There is no group {name}; see groups list.")
    return group
