"""Apache Superset with AUTH_OAUTH, as its documents have it, or with what Qiao says to paste."""

import os
import sys
from pathlib import Path

DOCUMENTED = """
import os
from flask_appbuilder.security.manager import AUTH_OAUTH

AUTH_TYPE = AUTH_OAUTH
AUTH_USER_REGISTRATION = True
AUTH_USER_REGISTRATION_ROLE = "Public"
OAUTH_PROVIDERS = [{
    "name": "qiao",
    "token_key": "access_token",
    "icon": "fa-address-card",
    "remote_app": {
        "client_id": os.environ["CLIENT_ID"],
        "client_secret": os.environ["CLIENT_SECRET"],
        "client_kwargs": {"scope": "openid profile email"},
        "server_metadata_url": os.environ["ISSUER"] + "/.well-known/openid-configuration",
    },
}]
from qiao_security import QiaoSecurityManager

CUSTOM_SECURITY_MANAGER = QiaoSecurityManager
from superset.security import SupersetSecurityManager


class QiaoSecurityManager(SupersetSecurityManager):
    def oauth_user_info(self, provider, response=None):
        told = self.oauth_remotes[provider].userinfo()
        return {"username": told["sub"], "email": told.get("email", "")}
"""
MANAGER = "from superset.security import"
folder = Path(os.environ["FOLDER"]) / f"settings-{os.environ['PORT']}"
folder.mkdir()
settings, manager = (os.environ["PASTED"] or DOCUMENTED).split(MANAGER)
(folder / "qiao_security.py").write_text(MANAGER + manager)
(folder / "superset_config.py").write_text(
    f"{settings}\n"
    'SECRET_KEY = "only-for-this-test-only-for-this-test"\n'
    f'SQLALCHEMY_DATABASE_URI = "sqlite:///{folder}/superset.db"\n'
    "TALISMAN_ENABLED = False\n"
)
sys.path.insert(0, str(folder))
os.environ["SUPERSET_CONFIG_PATH"] = str(folder / "superset_config.py")

from superset.app import create_app

app = create_app()
with app.app_context():
    from superset import appbuilder, db

    db.create_all()
    appbuilder.sm.create_db()
    appbuilder.add_permissions(update_perms=True)
app.run(port=int(os.environ["PORT"]))
