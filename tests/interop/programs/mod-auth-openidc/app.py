"""Debian's Apache with mod_auth_openidc before one page, as its README has it."""

import os
from pathlib import Path

MODULES = "/usr/lib/apache2/modules"
LOADED = ("mpm_event", "dir", "authn_core", "authz_core", "authz_user", "auth_openidc")
DOCUMENTED = """
OIDCProviderMetadataURL {ISSUER}/.well-known/openid-configuration
OIDCClientID {CLIENT_ID}
OIDCClientSecret {CLIENT_SECRET}
OIDCRedirectURI {REDIRECT_URI}
"""
folder = Path(os.environ["FOLDER"])
pages = folder / "pages"
for page in (pages, pages / "page"):
    page.mkdir(parents=True, exist_ok=True)
    (page / "index.html").write_text("a page")
for each in (folder, pages, pages / "page"):
    each.chmod(0o755)
settings = folder / f"apache-{os.environ['PORT']}.conf"
loaded = "\n".join(f"LoadModule {name}_module {MODULES}/mod_{name}.so" for name in LOADED)
settings.write_text(f"""
ServerName 127.0.0.1
Listen 127.0.0.1:{os.environ["PORT"]}
PidFile {folder}/pid-{os.environ["PORT"]}
ErrorLog /dev/stderr
DocumentRoot {pages}
DirectoryIndex index.html
Mutex file:{folder} default
{loaded}
<IfModule unixd_module>
User www-data
Group www-data
</IfModule>
{os.environ["PASTED"] or DOCUMENTED.format(**os.environ)}
OIDCCryptoPassphrase only-for-this-test
OIDCInfoHook userinfo
<Location /page>
AuthType openid-connect
Require valid-user
</Location>
<Location /redirect_uri>
AuthType openid-connect
Require valid-user
</Location>
""")
os.execv("/usr/sbin/apache2", ["apache2", "-f", str(settings), "-D", "FOREGROUND"])
