"""The populated database of 0.1.0 on each kind of database that is found, upgraded."""

from collections.abc import Iterator

import pytest

from tests.databases import DIALECTS, empty_database
from tests.upgrade.restored import Restored, restored


@pytest.fixture(scope="module", params=DIALECTS)
def site(request: pytest.FixtureRequest) -> Iterator[Restored]:
    """One for all tests of a module: each uses up something else of it."""
    database = empty_database(request.param)
    with restored(database, "from_0_1_0") as site:
        yield site
    database.drop()
