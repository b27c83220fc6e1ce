"""Applications that describe themselves, from their first request until they are forgotten."""

import threading
from pathlib import Path

from app.database import db
from oidc.database.pruning import PRUNABLE
from tests.conftest import TestClock
from tests.databases import Database
from tests.sandbox_server import LiveSandbox
from tests.spec.test_client_id_metadata_document import Site, published

DAY = 86400


def rows(site: Site) -> int:
    with site.deployment.app.app_context():
        return len(site.deployment.provider.clients.page(db.session()))


def forgotten(site: Site) -> int:
    with site.deployment.app.app_context():
        [prunable] = [each for each in PRUNABLE if "described" in each.name]
        gone = prunable.step(db.session(), site.deployment.clock(), 100).gone
        db.session.commit()
        return gone


def test_application_that_describes_itself_comes_stays_and_goes(
    database: Database, wechat: LiveSandbox, clock: TestClock, tmp_path: Path
) -> None:
    with published(database, wechat, clock, tmp_path, client_id_documents=True) as site:
        found: list[int] = []
        together = [
            threading.Thread(target=lambda: found.append(site.visit().status_code))
            for _ in range(4)
        ]
        for visitor in together:
            visitor.start()
        for visitor in together:
            visitor.join()
        first = rows(site)

        clock.advance(80 * DAY)
        site.document["client_name"] = "Post"
        again = site.visit().status_code
        clock.advance(80 * DAY)
        kept = forgotten(site)
        clock.advance(11 * DAY)
        gone = forgotten(site)

        assert found == [303] * 4
        assert (first, again, rows(site)) == (1, 303, 0)
        assert (kept, gone) == (0, 1)
        assert site.visit().status_code == 303
