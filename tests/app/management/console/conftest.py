"""A deployment with administrators of each role."""

import pytest

from tests.app.management.console.console import Console, make_admin
from tests.app.site import Site


@pytest.fixture
def console(site: Site) -> Console:
    """An owner who is signed in."""
    make_admin(site)
    console = Console(site.app.test_client())
    assert console.sign_in().status_code == 303
    return console
