"""Apache with mod_auth_openidc in front of one page, as a Debian machine has them."""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from tests import services

MODULES = Path("/usr/lib/apache2/modules")
LOADED = ("mpm_event", "dir", "authn_core", "authz_core", "authz_user", "headers", "auth_openidc")
PATIENCE = 15.0
"""Seconds until the server must answer."""

CONFIGURATION = """\
ServerName 127.0.0.1
Listen 127.0.0.1:{port}
PidFile {folder}/pid
ErrorLog {folder}/errors
DocumentRoot {folder}/pages
DirectoryIndex index.html
Mutex file:{folder} default
{modules}
<IfModule unixd_module>
User www-data
Group www-data
</IfModule>

OIDCProviderMetadataURL {issuer}/.well-known/openid-configuration
OIDCClientID {client_id}
OIDCClientSecret {client_secret}
OIDCRedirectURI http://127.0.0.1:{port}/page/callback
OIDCCryptoPassphrase only-for-this-test
OIDCPKCEMethod S256
OIDCScope "openid profile email wechat"

<Location />
Require all granted
</Location>
<Location /page>
AuthType openid-connect
Require valid-user
Header set X-User "expr=%{{REMOTE_USER}}"
Header set X-Email "%{{OIDC_CLAIM_email}}e"
</Location>
"""


@dataclass(frozen=True)
class Apache:
    """:param port: where it listens on 127.0.0.1."""

    port: int

    @property
    def page(self) -> str:
        """What nobody sees without having signed in."""
        return f"http://127.0.0.1:{self.port}/page/"

    @property
    def callback(self) -> str:
        return f"{self.page}callback"


@contextmanager
def running_apache(apache: Apache, issuer: str, registration: Mapping[str, str]) -> Iterator[None]:
    """Skips the test where Apache or its module is not installed."""
    server = shutil.which("apache2") or shutil.which("apache2", path="/usr/sbin")
    if server is None or not (MODULES / "mod_auth_openidc.so").exists():
        services.missing("Apache is not installed: apt-get install libapache2-mod-auth-openidc")
    folder = Path(tempfile.mkdtemp(prefix="apache-"))
    try:
        (folder / "pages/page").mkdir(parents=True)
        (folder / "pages/page/index.html").write_text("for signed-in people only")
        folder.chmod(0o755)  # a server begun by root reads its pages as somebody else
        settings = folder / "apache.conf"
        settings.write_text(_configuration(apache, folder, issuer, registration))
        with subprocess.Popen([server, "-f", str(settings), "-D", "FOREGROUND"]) as process:
            try:
                _wait(apache, folder)
                yield
            finally:
                process.terminate()
    finally:
        shutil.rmtree(folder)


def _configuration(
    apache: Apache, folder: Path, issuer: str, registration: Mapping[str, str]
) -> str:
    return CONFIGURATION.format(
        port=apache.port,
        folder=folder,
        issuer=issuer,
        modules="\n".join(f"LoadModule {name}_module {MODULES}/mod_{name}.so" for name in LOADED),
        client_id=registration["client_id"],
        client_secret=registration["client_secret"],
    )


def _wait(apache: Apache, folder: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            requests.get(f"http://127.0.0.1:{apache.port}/", timeout=2)
        except requests.ConnectionError:
            time.sleep(0.1)
        else:
            return
    errors = folder / "errors"
    raise AssertionError(errors.read_text() if errors.exists() else "Apache does not start")
