#!/usr/bin/env bash
# One would guess that PKCE in requests-oauthlib 2.0.0 is `pkce="S256"` added to the web application of its
# documents, where each request of the browser makes an OAuth2Session anew and the `state` goes through the
# session of the framework. The code is not redeemed then: fetch_token raises AttributeError (not even the
# ValueError that stands there for this case) before anything is sent, since the verifier is kept in the
# object that made the address, and the constructor has no parameter for it. `code_verifier=` of fetch_token
# helps only where `pkce` is left out in the callback; what to pass can be read from a private attribute
# alone. So the object itself has to be kept from one request of the browser to the next.
# Source: requests_oauthlib/oauth2_session.py (authorization_url, fetch_token).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q --disable-pip-version-check install requests-oauthlib==2.0.0 oauthlib==3.3.1
"$folder/venv/bin/python" - <<'PYTHON' | tee "$folder/seen"
import http.server
import os
import threading
from urllib.parse import parse_qs

import oauthlib
import requests_oauthlib
from requests_oauthlib import OAuth2Session

os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
print("requests-oauthlib", requests_oauthlib.__version__, "oauthlib", oauthlib.__version__)
forms = []


class Provider(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        forms.append(parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(b'{"access_token": "at", "token_type": "Bearer"}')

    def log_message(self, *_):
        pass


server = http.server.HTTPServer(("127.0.0.1", 0), Provider)
threading.Thread(target=server.serve_forever, daemon=True).start()
issuer = f"http://127.0.0.1:{server.server_port}"
back = "http://127.0.0.1/callback?code=c&state=s"


def redeem(title, client, **more):
    try:
        client.fetch_token(f"{issuer}/token", client_secret="x", authorization_response=back, **more)
        print(f"{title}: sent", "code_verifier" in forms[-1])
    except Exception as error:
        print(f"{title}: {type(error).__name__} {error}")


first = OAuth2Session("id", redirect_uri="http://127.0.0.1/callback", state="s", pkce="S256")
first.authorization_url(f"{issuer}/authorize", state="s")
again = dict(client_id="id", redirect_uri="http://127.0.0.1/callback", state="s")
redeem("another object", OAuth2Session(**again, pkce="S256"))
redeem("another object, verifier told", OAuth2Session(**again, pkce="S256"), code_verifier="v" * 43)
redeem("another object without pkce, verifier told", OAuth2Session(**again), code_verifier="v" * 43)
redeem("the same object", first)
PYTHON
grep -q "^another object: AttributeError" "$folder/seen"
grep -q "^another object, verifier told: AttributeError" "$folder/seen"
grep -q "^another object without pkce, verifier told: sent True" "$folder/seen"
grep -q "^the same object: sent True" "$folder/seen"
