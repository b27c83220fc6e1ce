"""A stand-in for Qiao's side of ``/federation/v1/tickets``, so that the phone is tested alone."""

import threading
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, jsonify, request

from federation.sandbox.server import sandbox_server


@dataclass
class TicketServer:
    """Knows the tickets that a test puts into it, and remembers what the mini program sent."""

    tickets: dict[str, dict[str, Any]] = field(default_factory=dict)
    refusals: list[tuple[int, str]] = field(default_factory=list)
    read_with: list[dict[str, str]] = field(default_factory=list)
    confirmed_with: list[dict[str, Any]] = field(default_factory=list)
    denied: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    pushed: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    push_answers: list[tuple[int, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._server = sandbox_server(self._flask())
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def reset(self) -> None:
        self.tickets.clear()
        self.refusals.clear()
        self.read_with.clear()
        self.confirmed_with.clear()
        self.denied.clear()
        self.languages.clear()
        self.pushed.clear()
        self.push_answers.clear()

    def add(self, scene: str, **changes: Any) -> str:
        """A ticket that waits to be scanned."""
        self.tickets[scene] = {
            "state": "scanned",
            "purpose": "scan",
            "client": {
                "name": "Corner Bookshop 街角书店",
                "host": "books.example",
                "logo_uri": None,
            },
            "connection": {"id": "wechat", "name": "微信 WeChat"},
            "device": "Firefox on Windows",
            "place": "Shenzhen, China",
            "ip": "203.0.113.7",
            "requested_at": 1_800_000_000,
            "expires_in": 171,
            "numbers": [12, 47, 83],
            "phone": "never",
            "sandbox": True,
        } | changes
        return scene

    def _flask(self) -> Flask:
        qiao = Flask(__name__)

        @qiao.get("/federation/v1/tickets/<scene>")
        def read(scene: str) -> Any:
            self.read_with.append(request.args.to_dict())
            self.languages.append(request.headers.get("Accept-Language", ""))
            if scene not in self.tickets:
                return jsonify(error="ticket_unknown", error_description="No such ticket."), 404
            return jsonify(self.tickets[scene])

        @qiao.post("/federation/v1/tickets/<scene>/confirm")
        def confirm(scene: str) -> Any:
            self.confirmed_with.append(request.get_json())
            if self.refusals:
                status, error = self.refusals.pop(0)
                return jsonify(error=error, error_description="A sentence."), status
            launched = self.tickets[scene]["purpose"] == "launch"
            return jsonify(state="confirmed", app_parameter="back-to-app" if launched else None)

        @qiao.post("/federation/v1/tickets/<scene>/deny")
        def deny(scene: str) -> Any:
            self.denied.append(scene)
            launched = self.tickets[scene]["purpose"] == "launch"
            return jsonify(state="denied", app_parameter="declined" if launched else None)

        @qiao.route("/federation/v1/push/<appid>", methods=["GET", "POST"])
        def push(appid: str) -> Any:
            if request.method == "GET":
                return request.args["echostr"]
            self.pushed.append((request.args.to_dict(), request.get_data()))
            status, body = self.push_answers.pop(0) if self.push_answers else (200, "success")
            return body, status

        return qiao
