"""Where the demo's parts listen, what they are told, and the secrets that they share."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from oidc.clients.secrets import new_secret

HOST = "127.0.0.1"
NAME = "localhost"
"""The same to people: a passkey belongs to a name, and to no address (WebAuthn 5.1.3)."""

WEB_CLIENT = "demo-web"
NATIVE_CLIENT = "demo-native"


@dataclass(frozen=True)
class Ports:
    """One port for each part."""

    qiao: int = 8000
    sandbox: int = 8001
    application: int = 8002


@dataclass(frozen=True)
class Deployment:
    """A whole demo: three servers on loopback and one SQLite file.

    :param folder: holds the database and the secrets; made where it is missing.
    :param database_url: another database than the folder's SQLite file.
    """

    folder: Path
    ports: Ports
    secret_key: str = field(repr=False)
    client_secret: str = field(repr=False)
    admin_password: str = field(repr=False)
    database_url: str = ""

    @classmethod
    def at(cls, folder: Path, ports: Ports | None = None, database_url: str = "") -> Self:
        """The demo of a folder; its secrets are made the first time and kept."""
        folder.mkdir(parents=True, exist_ok=True)
        folder = folder.resolve()
        kept = folder / "secrets.json"
        if not kept.exists():
            made = {
                "secret_key": secrets.token_urlsafe(48),
                "client_secret": new_secret(),
                "admin_password": secrets.token_urlsafe(12),
            }
            kept.touch(mode=0o600)
            kept.write_text(json.dumps(made, indent=2) + "\n", encoding="utf-8")
        shared: Mapping[str, str] = json.loads(kept.read_text(encoding="utf-8"))
        database_url = database_url or f"sqlite:///{folder / 'qiao.sqlite3'}"
        return cls(folder, ports or Ports(), database_url=database_url, **shared)

    @property
    def issuer(self) -> str:
        return f"http://{NAME}:{self.ports.qiao}"

    @property
    def sandbox(self) -> str:
        return f"http://{HOST}:{self.ports.sandbox}"

    @property
    def application(self) -> str:
        return f"http://{HOST}:{self.ports.application}"

    def qiao_environment(self) -> dict[str, str]:
        """The settings of Qiao: docs/configuration.md says what each means."""
        return {
            "QIAO_ISSUER": self.issuer,
            "QIAO_SECRET_KEYS": self.secret_key,
            "QIAO_DATABASE_URL": self.database_url,
            "QIAO_WECHAT_API_BASE": self.sandbox,
            "QIAO_WECHAT_OPEN_BASE": self.sandbox,
            "QIAO_WECHAT_SANDBOX": "1",
            "QIAO_LOG_LEVEL": "WARNING",
        }

    def sandbox_environment(self) -> dict[str, str]:
        return {"SANDBOX_QIAO_BASE": self.issuer}

    def application_environment(self) -> dict[str, str]:
        return {
            "DEMO_ISSUER": self.issuer,
            "DEMO_CLIENT_ID": WEB_CLIENT,
            "DEMO_CLIENT_SECRET": self.client_secret,
        }

    def write_environment(self) -> Path:
        """A file to read with ``set -a; . var/demo/env`` before ``qiao ...``."""
        path = self.folder / "env"
        path.touch(mode=0o600)
        lines = [f"{name}='{value}'\n" for name, value in self.qiao_environment().items()]
        path.write_text("".join(lines), encoding="utf-8")
        return path
