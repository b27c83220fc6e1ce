"""Airflow's web server with the FAB auth manager, and what Qiao says to paste into its files."""

import json
import os
import subprocess
import sys
from pathlib import Path

MANAGER = "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager"
url, port = os.environ["URL"], os.environ["PORT"]
home = Path(os.environ["FOLDER"]) / f"home-{port}"
home.mkdir()
for place, text in json.loads(os.environ["PASTES"]).items():
    (home / place).write_text(text + "\n")
settings = {
    "AIRFLOW_HOME": str(home),
    "AIRFLOW__CORE__AUTH_MANAGER": MANAGER,
    "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    "AIRFLOW__API__BASE_URL": url,
    "AIRFLOW__API__HOST": "127.0.0.1",
    "AIRFLOW__API__PORT": port,
    "AIRFLOW__API__WORKERS": "1",
    "AIRFLOW__API_AUTH__JWT_SECRET": "only-for-this-test" * 4,
    "AIRFLOW__FAB__CONFIG_FILE": str(home / "webserver_config.py"),
    "PYTHONPATH": str(home),
}
airflow = str(Path(sys.executable).with_name("airflow"))
surroundings = {**os.environ, **settings}
subprocess.run([airflow, "db", "migrate"], check=True, env=surroundings)
os.execve(airflow, [airflow, "api-server"], surroundings)
