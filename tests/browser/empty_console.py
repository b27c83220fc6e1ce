"""A deployment with one administrator and nothing else, as the first commands leave it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask_migrate import upgrade

from app.accounts.passwords import Passwords
from app.administrators import admins
from app.administrators.admins import AdminFields
from app.database import db
from app.demo.deployment import HOST, Deployment
from app.demo.processes import Processes, servers
from app.factory import create_app
from app.settings_reading import read_settings
from oidc.clock import system_clock
from tests.live import free_ports, show_line

PASSWORD = "a password that is long enough"


class AtANumber(Deployment):
    """Where no passkey can be."""

    @property
    def issuer(self) -> str:
        return f"http://{HOST}:{self.ports.qiao}"


@contextmanager
def empty_console(
    folder: Path, administrator: AdminFields, kind: type[Deployment] = Deployment
) -> Iterator[Deployment]:
    """Qiao on an empty database, with this administrator, and the sandbox for WeChat."""
    deployment = kind.at(folder, free_ports())
    app = create_app(read_settings(deployment.qiao_environment()))
    with app.app_context():
        upgrade()
        admins.create(
            db.session(), system_clock, Passwords.with_costs(), administrator, actor="test"
        )
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    processes, started = Processes(show_line), servers(deployment)[:2]
    try:
        for server in started:
            processes.start(server)
        for server in started:
            processes.wait_until_answers(server)
        yield deployment
    finally:
        processes.stop()
