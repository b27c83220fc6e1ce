"""Which buttons an application shows, and in which order."""

from app.database import db
from app.enablement.sources import usable_connections
from tests.app.site import Site


def test_positions_of_the_connections_hold_where_the_application_has_no_order(site: Site) -> None:
    client = site.client()
    site.connection(client, "abroad", position=2)
    site.connection(client, "wechat", position=1)

    usable = usable_connections(db.session(), site.federation, client.client_id)

    assert [each.id for each in usable] == ["wechat", "abroad"]
