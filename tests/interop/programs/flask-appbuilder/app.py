"""Flask-AppBuilder with AUTH_OAUTH, as its documents have it, or with what Qiao says to paste."""

import os

from flask import Flask, g
from flask_appbuilder import AppBuilder
from flask_appbuilder.models.sqla.base import SQLA

DOCUMENTED = """
from flask_appbuilder.const import AUTH_OAUTH
from flask_appbuilder.security.sqla.manager import SecurityManager

AUTH_TYPE = AUTH_OAUTH
AUTH_USER_REGISTRATION = True
AUTH_USER_REGISTRATION_ROLE = "Public"
OAUTH_PROVIDERS = [{
    "name": "qiao",
    "icon": "fa-weixin",
    "token_key": "access_token",
    "remote_app": {
        "client_id": os.environ["CLIENT_ID"],
        "client_secret": os.environ["CLIENT_SECRET"],
        "server_metadata_url": os.environ["ISSUER"] + "/.well-known/openid-configuration",
        "client_kwargs": {"scope": "openid profile email"},
    },
}]


class Manager(SecurityManager):
    def get_oauth_user_info(self, provider, response):
        known = self.oauth_remotes[provider].userinfo()
        return {"username": known["sub"], "email": known.get("email", "")}
"""
pasted = {"os": os}
exec(os.environ["PASTED"] or DOCUMENTED, pasted)
app = Flask(__name__)
app.config.update(
    SECRET_KEY="only-for-this-test",
    SQLALCHEMY_DATABASE_URI=f"sqlite:///{os.environ['FOLDER']}/{os.environ['PORT']}.db",
    **{name: value for name, value in pasted.items() if name.isupper()},
)
manager = pasted.get("QiaoSecurityManager") or pasted["Manager"]
with app.app_context():
    AppBuilder(app, SQLA(app).session, security_manager_class=manager)


@app.get("/me")
def me():
    user = g.user
    if not user.is_authenticated:
        return "nobody", 401
    return {"sub": user.username, "email": user.email, "name": user.first_name}


app.run(port=int(os.environ["PORT"]))
