"""The operator's commands, under ``qiao`` and ``flask --app wsgi``: ``COMMANDS`` is what exists."""

from app.management.cli.late import LateGroup
from app.web.application import QiaoFlask

_HERE = "app.management.cli"
COMMANDS = {
    "serve": f"{_HERE}.serve:serve",
    "doctor": f"{_HERE}.doctor.examination:doctor",
    "prune": f"{_HERE}.prune:prune",
    "statistics": f"{_HERE}.statistics:statistics",
    "search": f"{_HERE}.search:search",
    "apply": f"{_HERE}.deployment_file:apply",
    "export": f"{_HERE}.deployment_file:export_file",
    "clients": f"{_HERE}.clients:clients",
    "apis": f"{_HERE}.apis:apis",
    "wechat-apps": f"{_HERE}.wechat_apps:wechat_apps",
    "apps": f"{_HERE}.wechat_apps:apps",
    "credentials": f"{_HERE}.credentials:credentials",
    "connections": f"{_HERE}.connections:connections",
    "domain-files": f"{_HERE}.domain_files:domain_files",
    "accounts": f"{_HERE}.accounts:accounts",
    "groups": f"{_HERE}.groups:groups",
    "admin": f"{_HERE}.admins:admin",
    "keys": f"{_HERE}.keys:keys",
    "logouts": f"{_HERE}.logouts:logouts",
    "webhooks": f"{_HERE}.webhooks:webhooks",
    "mail": f"{_HERE}.mail:mail",
    "streams": f"{_HERE}.streams:streams",
    "secrets": f"{_HERE}.secrets:secrets",
    "db": f"{_HERE}.database:database",
    "demo": "app.demo.commands:demo",
}
"""Where each command is, by the name that people type; loaded when it is called."""


def setup_commands(app: QiaoFlask) -> None:
    commands = LateGroup(app.name, app.cli.commands)
    commands.later(COMMANDS)
    app.cli = commands
