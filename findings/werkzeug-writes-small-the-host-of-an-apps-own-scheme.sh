#!/usr/bin/env bash
# One would guess that a Location header which is a complete ASCII URI leaves Werkzeug 3.1.9 as it was set: what
# has nothing to encode needs no encoding, and `response.headers["Location"]` reads back unchanged. On its way out
# the authority of a URI of whatever scheme is written small and an empty fragment falls away, also where the
# scheme is an application's own (RFC 8252 7.1), for which nobody has said that its authority is a host.
# A native app that compares what comes back with the redirect URI that it registered finds another one.
# The same response sent on by another WSGI server has it too: it is done where the response is called.
# Source: werkzeug/wrappers/response.py (get_wsgi_headers) and werkzeug/urls.py (iri_to_uri).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q --disable-pip-version-check install werkzeug==3.1.9
"$folder/venv/bin/python" - <<'PYTHON' | tee "$folder/seen"
from importlib.metadata import version

from werkzeug.test import run_wsgi_app, EnvironBuilder
from werkzeug.wrappers import Response

print("werkzeug", version("werkzeug"))
for location in (
    "com.example.app://Back/Here?code=A",
    "com.example.app:/Back/Here?code=A",
    "https://App.example/Back?code=A#",
):
    response = Response(status=303, headers={"Location": location})
    assert response.headers["Location"] == location
    _body, _status, headers = run_wsgi_app(response, EnvironBuilder().get_environ())
    print(location, "->", headers["Location"])
PYTHON
diff "$folder/seen" - <<'SEEN'
werkzeug 3.1.9
com.example.app://Back/Here?code=A -> com.example.app://back/Here?code=A
com.example.app:/Back/Here?code=A -> com.example.app:/Back/Here?code=A
https://App.example/Back?code=A# -> https://app.example/Back?code=A
SEEN
