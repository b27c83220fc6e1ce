"""``python -m app.demo.relying_party``: run the application in the foreground."""

import argparse

from werkzeug.serving import WSGIRequestHandler, make_server

from . import app


class QuietRequests(WSGIRequestHandler):
    """Logs no request: their addresses carry codes."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        del code, size


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m app.demo.relying_party")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=8002, help="port to listen on")
    given = parser.parse_args()
    server = make_server(
        given.host, given.port, app(), threaded=True, request_handler=QuietRequests
    )
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()


if __name__ == "__main__":
    main()
