"""npm standardwebhooks: a webhook is verified by either secret of a rotation, and by no other."""

import json
import subprocess
import time

from app.notifications import posting, signing
from app.notifications.events import Announcement
from app.notifications.outbox import untold
from oidc.outbound.http_client import Outbound
from tests import services
from tests.app.notifications.receiver import hooking
from tests.interop.script import CLIENTS, environment

LIBRARY = CLIENTS.parent / "node_modules/standardwebhooks"


def test_delivery_is_verified_by_both_secrets() -> None:
    if not LIBRARY.is_dir():
        services.missing("the clients are not installed: npm ci --prefix tests/interop")
    now, secrets = int(time.time()), [signing.new_secret() for _ in range(3)]
    told = untold("ops", Announcement("account.created", {"name": "韩梅梅"}, now), now)

    with hooking() as hook:
        outbound = Outbound(allow_loopback_http=True)
        outcome = posting.send(outbound, hook.url, secrets[:2], told, now)
    [sent] = hook.received
    given = {"secrets": secrets, "body": sent.body.decode(), "headers": sent.headers}
    command = [services.node(), str(CLIENTS / "standardwebhooks.mjs")]
    ran = subprocess.run(
        command,
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        env=environment(None),
    )

    first, second, stranger = json.loads(ran.stdout)
    assert outcome.ok
    assert first == second == json.loads(told.body)
    assert stranger == "WebhookVerificationError"
