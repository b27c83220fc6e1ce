"""A home server with SQLite and what Qiao says to paste into homeserver.yaml."""

import os
import subprocess
import sys
from pathlib import Path

url, port = os.environ["URL"], os.environ["PORT"]
settings = Path(f"homeserver-{port}.yaml")
command = [sys.executable, "-m", "synapse.app.homeserver", "--config-path", str(settings)]
subprocess.run(
    [*command, "--generate-config", "--server-name", "localhost", "--report-stats=no"], check=True
)
generated = settings.read_text()
settings.write_text(
    generated.replace("port: 8008", f"port: {port}").replace(
        "['::1', '127.0.0.1']", "['127.0.0.1']"
    )
    + f'\npublic_baseurl: "{url}/"\n'
    + os.environ["PASTED"]
)
os.execv(sys.executable, command)
