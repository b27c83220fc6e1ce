"""An API whose tokens are verified by the lines that Qiao says to paste, of either library."""

import json
import os
import traceback
from http.server import BaseHTTPRequestHandler, HTTPServer

import requests

CODE = compile(os.environ["PASTED"], "pasted", "exec")


def claims(shown):
    known = {"requests": requests, "text": shown, "token": shown}
    exec(CODE, known)
    return json.loads(known["checked"].claims) if "checked" in known else known["token"].claims


class Api(BaseHTTPRequestHandler):
    def do_GET(self):
        try:
            told = claims(self.headers.get("Authorization", "").removeprefix("Bearer "))
        except Exception:
            traceback.print_exc()
            return self.tell(401, {})
        return self.tell(200, told)

    def tell(self, status, document):
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(document).encode())


HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Api).serve_forever()
