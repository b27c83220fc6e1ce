#!/usr/bin/env bash
# One would guess that Webhook.sign() of Python's standardwebhooks, which takes a datetime, signs the
# same moment whatever zone the datetime names, as npm's library of the same name does with a Date. It
# replaces the zone by UTC instead of converting to it: a sender whose datetimes are aware and in Beijing
# time signs a timestamp eight hours on, and every receiver finds "No matching signature" although
# header, secret and body are right. The same moment written in UTC verifies.
# Source: standardwebhooks/webhooks.py (sign); the Standard Webhooks specification, "Signature scheme"
# (the signed timestamp is the header's, in seconds since the epoch).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q --disable-pip-version-check install standardwebhooks==1.1.0
"$folder/venv/bin/python" - <<'PYTHON' | tee "$folder/seen"
import base64
from datetime import datetime, timedelta, timezone
from importlib.metadata import version

from standardwebhooks import Webhook, WebhookVerificationError

print("standardwebhooks", version("standardwebhooks"))
webhook = Webhook(base64.b64encode(b"k" * 24).decode())
now = datetime.now(timezone.utc).replace(microsecond=0)
for name, moment in (("UTC", now), ("Beijing", now.astimezone(timezone(timedelta(hours=8))))):
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": webhook.sign("msg_1", moment, "{}"),
    }
    try:
        webhook.verify("{}", headers)
        print(f"{name}: verified")
    except WebhookVerificationError as error:
        print(f"{name}: {error}")
PYTHON
grep -q "^UTC: verified" "$folder/seen"
grep -q "^Beijing: No matching signature found" "$folder/seen"
