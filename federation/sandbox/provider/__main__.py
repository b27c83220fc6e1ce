"""``python -m federation.sandbox.provider``: run the provider in the foreground."""

import argparse

from ..server import sandbox_server
from . import create_provider


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m federation.sandbox.provider",
        description="A local provider of OpenID Connect and OAuth 2.0, with switches for quirks.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=8002, help="port to listen on (0: a free one)")
    given = parser.parse_args()
    server = sandbox_server(create_provider(), given.host, given.port)
    print(f"Provider: http://{given.host}:{server.server_port}", flush=True)  # noqa: T201
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()


if __name__ == "__main__":
    main()
