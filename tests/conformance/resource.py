"""An API for the plain OAuth plan: takes tokens that are bound to a key, and asks about them.

The userinfo endpoint wants the scope ``openid``, which that plan may not ask for. What any API of
an operator does, in one file (RFC 9449 7, RFC 7662): the token is introspected, the DPoP proof is
verified under the FAPI 2.0 algorithms, and the answer is a little JSON.
"""

import argparse
import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import requests

from oidc.crypto.dpop_proof import Expected, verify_proof
from oidc.crypto.jwt import Unverifiable, read
from oidc.protocol.errors import OAuthError
from tests.conformance.clients import RESOURCE

ALGORITHMS = ("PS256", "ES256", "EdDSA", "Ed25519")
"""FAPI 2.0 Security Profile 5.4.1."""
PATH = "/resource"
INTROSPECTION = "/introspect"
TIMEOUT = 20
MAX_PROOF = 8 * 1024


@dataclass
class Resource:
    """:param url: as its callers know it. :param introspection: where it asks about tokens.

    :param authority: a PEM file that vouches for the certificate there; None: the system's.
    """

    url: str
    introspection: str
    client_id: str
    client_secret: str = field(repr=False)
    authority: Path | None = None
    _seen: dict[str, int] = field(default_factory=dict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def answer(self, method: str, authorization: str, proofs: list[str]) -> dict[str, Any]:
        """What the token's holder gets. :raises Refused: with status 401."""
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "dpop" or not token:
            raise OAuthError("invalid_token", "Send the access token with the scheme DPoP.")
        known = self._introspect(token)
        jkt = (known.get("cnf") or {}).get("jkt")
        if not known.get("active") or not jkt:
            raise OAuthError("invalid_token", "The access token is not valid.")
        self._check_algorithm(proofs)
        asked = Expected(method, self.url, token, jkt)
        verify_proof(proofs, asked, remember=self._remember, now=int(time.time()))
        return {"sub": known.get("sub"), "scope": known.get("scope")}

    def _introspect(self, token: str) -> dict[str, Any]:
        answer = requests.post(
            self.introspection,
            {"token": token},
            auth=(self.client_id, self.client_secret),
            verify=str(self.authority) if self.authority else True,
            timeout=TIMEOUT,
        )
        return dict(answer.json()) if answer.ok else {}

    def _check_algorithm(self, proofs: list[str]) -> None:
        try:
            algorithms = [read(proof, max_bytes=MAX_PROOF).header.get("alg") for proof in proofs]
        except Unverifiable as error:
            raise OAuthError("invalid_dpop_proof", "The DPoP header must be a proof.") from error
        if not set(algorithms) <= set(ALGORITHMS):
            raise OAuthError("invalid_dpop_proof", "The DPoP proof must be PS256, ES256 or EdDSA.")

    def _remember(self, value: str, until: int) -> bool:
        with self._lock:
            now = time.time()
            self._seen = {seen: end for seen, end in self._seen.items() if end > now}
            is_new = value not in self._seen
            self._seen[value] = until
            return is_new


@contextmanager
def serving(resource: Resource, port: int) -> Iterator[None]:
    """The API on the loopback, for a proxy that speaks https before it."""

    class Answer(BaseHTTPRequestHandler):
        timeout = TIMEOUT

        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            try:
                content = resource.answer(
                    self.command,
                    self.headers.get("Authorization", ""),
                    self.headers.get_all("DPoP") or [],
                )
            except OAuthError as error:
                self.send_response(401)
                algs = " ".join(ALGORITHMS)
                challenge = f'DPoP error="{error.code}", algs="{algs}"'
                self.send_header("WWW-Authenticate", challenge)
                content = {"error": error.code, "error_description": error.hint}
            else:
                self.send_response(200)
            body = json.dumps(content).encode()
            self.send_header("Content-Type", "application/json")
            self.send_header("Cache-Control", "no-store")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = answer  # noqa: N815 - the names are the library's

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", port), Answer) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()


def main() -> None:
    """Serves it until it is stopped, for a deployment that runs already."""
    parser = argparse.ArgumentParser("python -m tests.conformance.resource", description=__doc__)
    parser.add_argument("--issuer", required=True, help="whose tokens it takes")
    parser.add_argument("--url", required=True, help="its own address, as clients know it")
    parser.add_argument("--port", type=int, required=True, help="where it listens, at 127.0.0.1")
    parser.add_argument("--issuer-ca", type=Path, help="PEM file with what vouches for the issuer")
    asked = parser.parse_args()
    secret = os.environ.get("CLIENT_SECRET") or parser.error("CLIENT_SECRET is missing")
    asks = asked.issuer.rstrip("/") + INTROSPECTION
    resource = Resource(asked.url, asks, RESOURCE, str(secret), asked.issuer_ca)
    with serving(resource, asked.port):
        signal.sigwait({signal.SIGINT, signal.SIGTERM})


if __name__ == "__main__":
    main()
