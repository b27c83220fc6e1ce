"""``python -m federation.sandbox``: run the sandbox in the foreground."""

import argparse
import os

from . import QIAO_BASE, create_sandbox
from .server import sandbox_server


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m federation.sandbox",
        description="A local WeChat: server APIs, authorize pages, pushes and a virtual phone.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=8001, help="port to listen on (0: a free one)")
    parser.add_argument(
        "--qiao",
        default=os.environ.get("SANDBOX_QIAO_BASE", QIAO_BASE),
        help="base URL of the server that the mini program speaks to (SANDBOX_QIAO_BASE)",
    )
    given = parser.parse_args()
    server = sandbox_server(create_sandbox(given.qiao), given.host, given.port)
    print(  # noqa: T201 - the command's answer
        f"WeChat sandbox: http://{given.host}:{server.server_port}/phone", flush=True
    )
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()


if __name__ == "__main__":
    main()
