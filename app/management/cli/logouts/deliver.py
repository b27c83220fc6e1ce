"""``logouts deliver``: sends the logout tokens that are due."""

from app.logout_worker import deliver_due
from app.management.cli.command import as_json, command
from app.management.cli.deployment import provider
from app.management.cli.rounds import deliver_all


@command("deliver")
@as_json
def deliver(as_json: bool) -> None:
    """Send the logout tokens that are due, once each; what fails is tried again later.

    Servers do this by themselves. It is for a timer where no server is running all the time, and
    safe beside them.

    \b
    qiao logouts deliver
    """
    deliver_all(lambda: deliver_due(provider()), "logout tokens", as_json=as_json)
