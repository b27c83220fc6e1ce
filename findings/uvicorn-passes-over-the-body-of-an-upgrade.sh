#!/usr/bin/env bash
# One would guess that uvicorn, which speaks no h2c, serves a request that offers it as if it had not
# (RFC 9110 7.8), as its h11 half does. Its httptools half, which is the one that runs where both are
# installed, gives the application such a POST with an empty body: httptools takes every "Upgrade" for
# the end of HTTP. Java's HttpClient offers h2c in each request over http, so Spring Boot 4's token
# request arrives without its form. Nobody sees it behind a proxy that speaks https.
# Source: httptools' parser.pyx (cb_on_headers_complete), uvicorn's httptools_impl.py (data_received).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q --disable-pip-version-check install uvicorn==0.54.0 httptools==0.9.0 h11
cat >"$folder/look.py" <<'PYTHON'
import socket
import threading
import time

import uvicorn

HEAD = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n"
WISH = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEA\r\n"


async def application(scope, receive, send):
    body = (await receive())["body"]
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"8")]})
    await send({"type": "http.response.body", "body": (b"(%b)" % body).ljust(8)})


for half in ("h11", "httptools"):
    listener = socket.create_server(("127.0.0.1", 0))
    settings = uvicorn.Config(application, http=half, lifespan="off", log_level="critical")
    server = uvicorn.Server(settings)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    while not server.started:
        time.sleep(0.05)
    for name, wish in (("plain", b""), ("upgrade", WISH)):
        with socket.create_connection(listener.getsockname(), timeout=10) as connection:
            connection.sendall(HEAD + wish + b"\r\nhello")
            answer = b""
            while len(answer.partition(b"\r\n\r\n")[2]) < 8:
                answer += connection.recv(1000)
        print(half, name, answer.split(b"\r\n\r\n")[-1].decode().strip())
    server.should_exit = True
    thread.join()
PYTHON
"$folder/venv/bin/python" "$folder/look.py" | tee "$folder/seen"
grep -q "^h11 upgrade (hello)" "$folder/seen"
grep -q "^httptools plain (hello)" "$folder/seen"
grep -q "^httptools upgrade ()" "$folder/seen"
