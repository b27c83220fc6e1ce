#!/usr/bin/env bash
# One would guess that a cookie policy set on a requests session decides which cookies the session
# sends, as http.cookiejar documents it. It decides only which are kept: for each request the session's
# cookies are copied into a new jar, which has the default policy. So a jar that is told to trust http
# on this machine, as browsers do for 127.0.0.1, still never sends a cookie that is marked Secure there.
# Source: requests.sessions.Session.prepare_request (merge_cookies), http.cookiejar.DefaultCookiePolicy.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q --disable-pip-version-check install requests==2.32.5
"$folder/venv/bin/python" - <<'PYTHON' | tee "$folder/seen"
from http.cookiejar import DefaultCookiePolicy

import requests
from requests.cookies import create_cookie, get_cookie_header

session = requests.Session()
session.cookies.set_policy(DefaultCookiePolicy(secure_protocols=("https", "http")))
session.cookies.set_cookie(create_cookie("state", "1", domain="127.0.0.1", secure=True))
request = requests.Request("GET", "http://127.0.0.1/callback")

bare = requests.Request("GET", "http://127.0.0.1/callback").prepare()
print("requests", requests.__version__)
print("the jar itself would send:", get_cookie_header(session.cookies, bare))
print("the session sends:", session.prepare_request(request).headers.get("Cookie"))
PYTHON
grep -q "^the jar itself would send: state=1" "$folder/seen"
grep -q "^the session sends: None" "$folder/seen"
