"""An API whose tokens are verified by the lines that Qiao says to paste."""

import json
import os
import traceback
from http.server import BaseHTTPRequestHandler, HTTPServer

import requests

CODE = compile(os.environ["PASTED"], "pasted", "exec")

NAME = "text"


def claims(known):
    return known["token"].claims


class Api(BaseHTTPRequestHandler):
    def do_GET(self):
        shown = self.headers.get("Authorization", "").removeprefix("Bearer ")
        known = {"requests": requests, NAME: shown}
        try:
            exec(CODE, known)
        except Exception:
            traceback.print_exc()
            return self.tell(401, {})
        return self.tell(200, claims(known))

    def tell(self, status, document):
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(document).encode())


HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Api).serve_forever()
