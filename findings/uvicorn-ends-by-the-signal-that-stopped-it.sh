#!/usr/bin/env bash
# One would guess that uvicorn.run() returns after a graceful stop, so that the lines after it and
# functions of atexit run, and that the exit code is 0. It sends itself the signal again once it has
# stopped: with SIGTERM's default the process dies of it there, nothing after run() is reached, and the
# exit code is 143. Who wants to clean up afterwards sets a handler for SIGTERM of their own before
# run().
# Source: uvicorn/server.py, Server.capture_signals.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q --disable-pip-version-check install uvicorn==0.54.0
cat > "$folder/served.py" <<'PYTHON'
import atexit
import os
import signal
import sys
import threading

import uvicorn


async def app(scope, receive, send):
    raise NotImplementedError


if "handler" in sys.argv:
    signal.signal(signal.SIGTERM, lambda *_: None)
atexit.register(print, "atexit ran", flush=True)
threading.Timer(1, os.kill, (os.getpid(), signal.SIGTERM)).start()
uvicorn.run(app, port=0, log_level="error", lifespan="off")
print("the line after run() ran", flush=True)
PYTHON
"$folder/venv/bin/python" -c 'from importlib.metadata import version; print("uvicorn", version("uvicorn"))'
code=0; seen=$("$folder/venv/bin/python" "$folder/served.py" 2>/dev/null) || code=$?
echo "plain: exit $code, printed: ${seen:-nothing}"
[ "$code:$seen" = "143:" ]
code=0; seen=$("$folder/venv/bin/python" "$folder/served.py" handler) || code=$?
echo "with a handler: exit $code, printed:" $seen
[[ $code:$seen == "0:the line after run() ran"*"atexit ran" ]]
