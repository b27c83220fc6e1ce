"""Flask-AppBuilder with AUTH_OAUTH, as its documents have it for a provider of one's own."""

import os

from flask import Flask, g
from flask_appbuilder import AppBuilder
from flask_appbuilder.const import AUTH_OAUTH
from flask_appbuilder.models.sqla.base import SQLA
from flask_appbuilder.security.sqla.manager import SecurityManager

app = Flask(__name__)
app.config.update(
    SECRET_KEY="only-for-this-test",
    SQLALCHEMY_DATABASE_URI=f"sqlite:///{os.environ['FOLDER']}/{os.environ['PORT']}.db",
    AUTH_TYPE=AUTH_OAUTH,
    AUTH_USER_REGISTRATION=True,
    AUTH_USER_REGISTRATION_ROLE="Public",
    OAUTH_PROVIDERS=[
        {
            "name": "qiao",
            "icon": "fa-weixin",
            "token_key": "access_token",
            "remote_app": {
                "client_id": os.environ["CLIENT_ID"],
                "client_secret": os.environ["CLIENT_SECRET"],
                "server_metadata_url": f"{os.environ['ISSUER']}/.well-known/openid-configuration",
                "client_kwargs": {"scope": "openid profile email"},
            },
        }
    ],
)


class Manager(SecurityManager):
    def get_oauth_user_info(self, provider, response):
        known = self.appbuilder.sm.oauth_remotes[provider].userinfo(token=response)
        return {
            "username": known["sub"],
            "email": known.get("email", f"{known['sub']}@example.com"),
            "first_name": known.get("name", ""),
            "last_name": "",
        }


with app.app_context():
    AppBuilder(app, SQLA(app).session, security_manager_class=Manager)


@app.get("/me")
def me():
    user = g.user
    if not user.is_authenticated:
        return "nobody", 401
    return {"sub": user.username}


app.run(port=int(os.environ["PORT"]))
