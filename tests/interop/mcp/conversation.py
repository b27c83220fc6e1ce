"""What a client's script has beside its library: a person who browses for it, somebody to tell."""

import json
import sys
from typing import Any


def read() -> Any:
    return json.loads(sys.stdin.readline())


def browse(url: str) -> str:
    """The address at which the person's browser arrives."""
    say({"browse": url})
    return str(read()["landed"])


def say(message: object) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()
