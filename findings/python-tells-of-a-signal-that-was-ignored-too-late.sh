#!/usr/bin/env bash
# One would guess that a program whose handler for the first signal sets the others to SIG_IGN ("I am
# already ending") hears no more of them. A signal that had arrived at the same moment, which happens as
# supervisors and terminals send several at once, waits inside Python: it is not ignored but told, as
# "OSError: Signal 15 ignored due to race condition" with a traceback on standard error, which looks like
# a crash in the middle of an orderly end. A handler that stays and counts says nothing.
# Source: CPython Modules/signalmodule.c, _PyErr_CheckSignalsTstate (since 3.10).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat > "$folder/ends.py" <<'PYTHON'
import os
import signal
import sys

BOTH = (signal.SIGHUP, signal.SIGTERM)
told = []


def end(number, _frame):
    told.append(number)
    if "ignores" in sys.argv:
        for each in BOTH:
            signal.signal(each, signal.SIG_IGN)


for each in BOTH:
    signal.signal(each, end)
signal.pthread_sigmask(signal.SIG_BLOCK, BOTH)
for each in BOTH:
    os.kill(os.getpid(), each)
signal.pthread_sigmask(signal.SIG_UNBLOCK, BOTH)  # both arrive at one moment
print("handled:", len(told), flush=True)
PYTHON
python3 --version
python3 "$folder/ends.py" ignores > "$folder/out" 2> "$folder/err"
echo "ignores the rest: $(cat "$folder/out"), said: $(tail -1 "$folder/err")"
grep -q "^handled: 1" "$folder/out"
grep -q "ignored due to race condition" "$folder/err"
python3 "$folder/ends.py" > "$folder/out" 2> "$folder/err"
echo "counts them: $(cat "$folder/out"), said: $(cat "$folder/err")"
grep -q "^handled: 2" "$folder/out"
[ ! -s "$folder/err" ]
