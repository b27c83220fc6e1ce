"""Debian's Apache with mod_oauth2 before one page, with the lines that Qiao says to paste."""

import os
from pathlib import Path

MODULES = "/usr/lib/apache2/modules"
LOADED = ("mpm_event", "dir", "authn_core", "authz_core", "authz_user")
folder, port = Path(os.environ["FOLDER"]), os.environ["PORT"]
pages = folder / "pages"
(pages / "page").mkdir(parents=True, exist_ok=True)
(pages / "page/index.html").write_text("a page")
for each in (folder, pages, pages / "page"):
    each.chmod(0o755)
loaded = "\n".join(f"LoadModule {name}_module {MODULES}/mod_{name}.so" for name in LOADED)
settings = folder / f"apache-{port}.conf"
settings.write_text(f"""
ServerName 127.0.0.1
Listen 127.0.0.1:{port}
PidFile {folder}/pid-{port}
ErrorLog /dev/stderr
DocumentRoot {pages}
DirectoryIndex index.html
Mutex file:{folder} default
{loaded}
LoadModule oauth2_module {folder}/root{MODULES}/mod_oauth2.so
<IfModule unixd_module>
User www-data
Group www-data
</IfModule>
<Location /page>
{os.environ["PASTED"]}
</Location>
""")
os.environ["LD_LIBRARY_PATH"] = f"{folder}/root/usr/lib/x86_64-linux-gnu"
os.execv("/usr/sbin/apache2", ["apache2", "-f", str(settings), "-D", "FOREGROUND"])
