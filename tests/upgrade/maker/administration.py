"""Administrators fill in everything: sources, applications, local accounts, and who they are."""

import json
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyotp

from tests.app.admin.console import Console
from tests.app.api.program import token_for
from tests.federation.push_sender import KEY, TOKEN
from tests.relying_party import ISSUER
from tests.sandbox_server import MINI_PROGRAM, MOBILE, OFFICIAL, OPEN_PLATFORM, WEBSITE
from tests.upgrade.authenticator import new_passkey
from tests.upgrade.maker import registered
from tests.upgrade.maker.scene import PASSWORD, Scene, cookies


class Administration(Scene):
    def play(self) -> None:
        self.migrate()
        self.administrators()
        self.sources()
        self.applications()
        self.people()

    def migrate(self) -> None:
        self.command("db", "upgrade")

    def administrators(self) -> None:
        self.command("admin", "create", "han", ADMIN_PASSWORD=PASSWORD)
        words = ("clients", "add", "--client-id", "ops", "--name", "Operations")
        scope = ("--grant-type", "client_credentials", "--scope", "admin:read admin:write")
        self.held["secrets"]["ops"] = secret = "qcs_a-test-value-of-the-upgrade-tests-for-ops"
        self.command(*words, *scope, CLIENT_SECRET=secret)
        ops = self.client("ops")
        self.held["ops"] = token_for(ops)
        self.program.make(
            "/administrators", username="lin", name="Lin 林", role="viewer", password=PASSWORD
        )
        self._authenticator()
        self._passkey()

    def _authenticator(self) -> None:
        console = Console(self.deployment.app.test_client())
        assert console.sign_in("han", PASSWORD).status_code == 303
        page = console.get("/admin/you/authenticator")
        [secret] = re.findall(r'<code dir="ltr">([A-Z2-7]{32})</code>', page.text)
        code = pyotp.TOTP(secret).at(self.clock())
        console.fill(page, "/admin/you/authenticator", {"code": code})
        self.held["administrator"] = {
            "username": "han",
            "totp": secret,
            "cookies": cookies(console.client),
        }

    def _passkey(self) -> None:
        console = Console(self.deployment.app.test_client())
        assert console.sign_in("lin", PASSWORD).status_code == 303
        question = console.post("/admin/you/passkeys/question").text
        answer = {"passkey": new_passkey(question, ISSUER), "name": "Key 钥匙"}
        assert console.post("/admin/you/passkeys", answer).status_code == 303
        assert "Key 钥匙" in console.get("/admin/you").text

    def sources(self) -> None:
        for known, kind in (
            (MINI_PROGRAM, "miniprogram"),
            (MOBILE, "mobile"),
            (WEBSITE, "website"),
            (OFFICIAL, "official"),
        ):
            more: dict[str, Any] = {"original_id": known.original_id} if known.original_id else {}
            if kind == "miniprogram":
                more |= {"is_default": True, "push_token": TOKEN, "push_key": KEY}
            self.program.make(
                "/wechat-apps",
                app_id=known.appid,
                kind=kind,
                secret=known.secret,
                name=f"Sandbox {kind} 沙箱",
                open_platform=OPEN_PLATFORM,
                **more,
            )
        for fields in registered.CONNECTIONS:
            self.program.make("/connections", **fields)

    def applications(self) -> None:
        for client_id, document in registered.CLIENTS.items():
            made = self.program.make("/clients", client_id=client_id, **document)
            if "client_secret" in made:
                self.held["secrets"][client_id] = made["client_secret"]
        http = self.deployment.app.test_client(use_cookies=False)
        self.held["self_registered"] = http.post("/register", json=registered.ITSELF).get_json()
        self.held["described"] = self.documents
        # It is known from its first visit on, and refused until somebody enables a source for it.
        self.deployment.browser().get(self.client(self.documents).start().url)
        registration = self.held["self_registered"]["client_id"]
        for client_id, connections in (
            *registered.ENABLED.items(),
            (registration, ("wechat",)),
            (self.documents, ("wechat",)),
        ):
            for name in connections:
                self._enable(client_id, name, {"enabled": True})
        self._enable("shop", "wechat", registered.SHOP_LEARNS)
        look = {"accent": "#7a1fa2", "logo": registered.DOT}
        assert self.change("PATCH", "/clients/shop/look", look) == 200
        self.held["older_secret"] = self.held["secrets"]["reports"]
        rotated = self.program.make("/clients/reports/rotate-secret")
        self.held["secrets"]["reports"] = rotated["client_secret"]

    def _enable(self, client_id: str, connection: str, body: Mapping[str, Any]) -> None:
        path = f"/clients/{registered.in_path(client_id)}/connections/{connection}"
        assert self.change("PUT", path, body) == 200

    def people(self) -> None:
        """Local accounts and imported ones; everybody else comes by signing in."""
        with tempfile.TemporaryDirectory() as folder:
            profile = Path(folder) / "ada.json"
            profile.write_text(json.dumps(registered.ADA), encoding="utf-8")
            words = ("accounts", "create", "ada", "--profile", str(profile))
            self.command(*words, ACCOUNT_PASSWORD=PASSWORD)
            people = Path(folder) / "people.csv"
            unionid = self.wechat.unionid("john-smith")
            people.write_text(
                f"phone,unionid,name\n+12025550123,{unionid},John\n", encoding="utf-8"
            )
            self.command("accounts", "import", str(people), "--open-platform", OPEN_PLATFORM)
