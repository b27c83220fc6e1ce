"""``streams push``: sends the security events that are due."""

from app.management.cli.command import as_json, command
from app.management.cli.deployment import provider
from app.management.cli.rounds import deliver_all
from app.shared_signals.pushing import push_due


@command("push")
@as_json
def push(as_json: bool) -> None:
    """Push the security events that are due, once each; what fails is tried again later.

    Servers do this by themselves. It is for a timer where no server is running all the time, and
    safe beside them.

    \b
    qiao streams push
    """
    deliver_all(lambda: push_due(provider()), "security events", as_json=as_json)
