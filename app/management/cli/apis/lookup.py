"""Finds the API that an argument names."""

from app.management.cli.command import refuse
from app.management.cli.deployment import provider, session
from oidc.apis.api import Api


def load(name: str) -> Api:
    """By id or resource; ends the command where there is none."""
    api = provider().apis.find(session(), name)
    if api is None:
        refuse(f"There is no API {name}; see apis list.")
    return api
