"""The operator's commands, under ``qiao`` and ``flask --app wsgi``: ``COMMANDS`` is what exists."""

from app.management.cli.late import Late, LateGroup
from app.web.application import QiaoFlask

_HERE = "app.management.cli"
COMMANDS = {
    "serve": Late(f"{_HERE}.serve:serve", "Serve Qiao."),
    "doctor": Late(
        f"{_HERE}.doctor.examination:doctor", "Look this deployment over and say what to mend."
    ),
    "prune": Late(f"{_HERE}.prune:prune", "Remove what has expired."),
    "statistics": Late(
        f"{_HERE}.statistics:statistics",
        "Show sign-ins, new people and failures of the last hours or days.",
    ),
    "search": Late(
        f"{_HERE}.search:search",
        "Look for people, groups, applications, connections, credentials, APIs and administrators.",
    ),
    "apply": Late(
        f"{_HERE}.deployment_file:apply",
        "Make this deployment as FILE has it.",
    ),
    "export": Late(
        f"{_HERE}.deployment_file:export_file",
        "Print this deployment as a file for apply, with references where secrets go.",
    ),
    "clients": Late(f"{_HERE}.clients:clients", "Register and change applications."),
    "apis": Late(f"{_HERE}.apis:apis", "Register APIs, with their scopes."),
    "wechat-apps": Late(
        f"{_HERE}.wechat_apps:wechat_apps", "Keep WeChat credentials (AppID and AppSecret)."
    ),
    "apps": Late(f"{_HERE}.wechat_apps:apps", None),
    "credentials": Late(f"{_HERE}.credentials:credentials", "Keep the credentials of sources."),
    "connections": Late(f"{_HERE}.connections:connections", "Offer ways to sign in."),
    "domain-files": Late(
        f"{_HERE}.domain_files:domain_files",
        "Serve files that prove the domain, such as MP_verify_….txt.",
    ),
    "accounts": Late(f"{_HERE}.accounts:accounts", "Find, add, change and stop people."),
    "groups": Late(f"{_HERE}.groups:groups", "Make groups of people, and fill them."),
    "admin": Late(f"{_HERE}.admins:admin", "Say who may open the console at /admin."),
    "keys": Late(f"{_HERE}.keys:keys", "Rotate signing keys."),
    "logouts": Late(f"{_HERE}.logouts:logouts", "Tell applications that sessions ended."),
    "webhooks": Late(f"{_HERE}.webhooks:webhooks", "Tell other servers of what happens here."),
    "mail": Late(f"{_HERE}.mail:mail", "Write to administrators."),
    "streams": Late(
        f"{_HERE}.streams:streams", "Streams of security events that applications receive."
    ),
    "secrets": Late(f"{_HERE}.secrets:secrets", "Replace secrets of QIAO_SECRET_KEYS."),
    "db": Late(f"{_HERE}.database:database", "Migrate, check and move the database."),
    "demo": Late("app.demo.commands:demo", "Try Qiao out against the running demo."),
}
"""Where each command is and what its help begins with, by the name that people type; loaded when it
is called."""


def setup_commands(app: QiaoFlask) -> None:
    commands = LateGroup(app.name, app.cli.commands)
    commands.later(COMMANDS)
    app.cli = commands
