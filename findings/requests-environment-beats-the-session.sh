#!/usr/bin/env bash
# One would guess that a requests.Session whose `verify` was set to a file of authorities believes these
# and no others. Where REQUESTS_CA_BUNDLE is in the environment, as in many build images and behind
# proxies of companies, a request of the session goes by that file instead, and the attribute is not looked
# at. `verify` of the call itself wins over both, and so does `trust_env = False` with the attribute. A private
# suite or provider that works on one's own machine fails in CI with CERTIFICATE_VERIFY_FAILED.
# Source: requests/sessions.py, Session.merge_environment_settings; requests issue 3829.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q --disable-pip-version-check install requests==2.34.2
REQUESTS_CA_BUNDLE=/of/the/environment.pem "$folder/venv/bin/python" - <<'PYTHON' | tee "$folder/seen"
import requests

print("requests", requests.__version__)


def believed(session, verify=None):
    url = "https://op.example/"
    return session.merge_environment_settings(url, {}, None, verify, None)["verify"]


session = requests.Session()
session.verify = "/of/the/session.pem"
print("session:", believed(session))
print("call:", believed(session, "/of/the/call.pem"))
session.trust_env = False
print("session without the environment:", believed(session))
PYTHON
grep -q "^session: /of/the/environment.pem" "$folder/seen"
grep -q "^call: /of/the/call.pem" "$folder/seen"
grep -q "^session without the environment: /of/the/session.pem" "$folder/seen"
