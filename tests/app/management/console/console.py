"""An admin before the config pages, without JavaScript: opens pages and sends their forms."""

import html
import re
from collections.abc import Mapping
from contextvars import Context
from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.administrators import admins
from app.administrators.admins import Admin, AdminFields
from app.database import db
from tests.app.site import PAGES, Site

PASSWORD = "a password that is long enough"


def make_admin(site: Site, username: str = "han", role: str = "owner") -> Admin:
    made = admins.create(
        db.session(),
        site.clock,
        site.passwords,
        AdminFields(username, username.title(), role, PASSWORD),
        actor="test",
    )
    db.session.commit()
    return made


@dataclass
class Console:
    """One browser at the config pages; each request runs in an empty context."""

    client: FlaskClient
    language: str = "en"

    def get(self, path: str) -> TestResponse:
        return self._send("get", path)

    def post(self, path: str, fields: Mapping[str, Any] | None = None) -> TestResponse:
        """A form with a right CSRF token, as any page of ours has it."""
        body = {"csrf_token": self.csrf(), **(fields or {})}
        return self._send("post", path, data=body)

    def csrf(self) -> str:
        page = self.get("/admin/sign-in")
        if page.status_code == 303:
            page = self.get("/admin/you")
        if page.status_code == 303:  # to what has to be done first
            page = self.get(page.headers["Location"])
        token = re.search(r'csrf_token" value="([^"]+)', page.text)
        assert token, page.text
        return token[1]

    def sign_in(self, username: str = "han", password: str = PASSWORD) -> TestResponse:
        return self.post("/admin/sign-in", {"_username": username, "_password": password})

    def fill(self, page: TestResponse, action: str, changes: Mapping[str, Any]) -> TestResponse:
        """Sends the page's form for ``action`` with what stands in it, and these changes."""
        found = re.search(
            rf'<form[^>]*action="{re.escape(action)}".*?</form>', page.text, re.DOTALL
        )
        assert found, f"no form for {action} on the page:\n{page.text}"
        return self._send("post", action, data={**values_in(found[0]), **changes})

    def _send(self, method: str, path: str, **more: Any) -> TestResponse:
        headers = {"Accept-Language": self.language, "Accept": PAGES}
        send = getattr(self.client, method)
        answer: TestResponse = Context().run(send, path, headers=headers, buffered=True, **more)
        return answer


def values_in(form: str) -> dict[str, list[str]]:
    """What a browser would send of a form that nobody has touched."""
    values: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, kind = _attribute(tag, "name"), _attribute(tag, "type")
        if not name or (kind in ("checkbox", "radio") and " checked" not in tag):
            continue
        values.setdefault(name, []).append(_attribute(tag, "value"))
    for name, text in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.S):
        values[name] = [html.unescape(text)]
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options)
        values[name] = [html.unescape(chosen[1])] if chosen else []
    return values


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return html.unescape(found[1]) if found else ""
