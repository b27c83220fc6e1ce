"""A hub by itself, without the proxy and the servers of its people."""

import os
from pathlib import Path

from jupyterhub.proxy import Proxy

DOCUMENTED = """
c.JupyterHub.authenticator_class = "generic-oauth"
c.GenericOAuthenticator.client_id = os.environ["CLIENT_ID"]
c.GenericOAuthenticator.client_secret = os.environ["CLIENT_SECRET"]
c.GenericOAuthenticator.oauth_callback_url = os.environ["REDIRECT_URI"]
c.GenericOAuthenticator.authorize_url = os.environ["ISSUER"] + "/authorize"
c.GenericOAuthenticator.token_url = os.environ["ISSUER"] + "/token"
c.GenericOAuthenticator.userdata_url = os.environ["ISSUER"] + "/userinfo"
c.GenericOAuthenticator.scope = ["openid", "profile"]
c.GenericOAuthenticator.username_claim = "sub"
c.GenericOAuthenticator.allow_all = True
"""


class Nothing(Proxy):
    """Nobody's server is begun here."""

    should_start = False

    async def get_all_routes(self):
        return {}

    async def add_route(self, *_):
        pass

    async def delete_route(self, *_):
        pass


c = get_config()  # noqa: F821
exec(os.environ["PASTED"] or DOCUMENTED)
url = os.environ["URL"]
c.JupyterHub.proxy_class = Nothing
c.JupyterHub.bind_url = f"{url}/"
c.JupyterHub.hub_bind_url = url
c.JupyterHub.default_url = "/hub/home"
c.JupyterHub.db_url = f"sqlite:///{os.environ['PORT']}.sqlite"
c.JupyterHub.cookie_secret_file = str(Path("cookie_secret").resolve())
