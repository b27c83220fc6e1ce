"""Superset by itself, with SQLite and what Qiao says to paste into its files."""

import json
import os
import subprocess
import sys
from pathlib import Path

port = os.environ["PORT"]
home = Path(os.environ["FOLDER"]) / f"home-{port}"
home.mkdir()
for place, text in json.loads(os.environ["PASTES"]).items():
    (home / place).write_text(text + "\n")
with (home / "superset_config.py").open("a") as settings:
    settings.write(f"""
SECRET_KEY = "only-for-this-test"
SQLALCHEMY_DATABASE_URI = "sqlite:///{home}/superset.db"
TALISMAN_ENABLED = False
""")
surroundings = {
    **os.environ,
    "FLASK_APP": "superset",
    "SUPERSET_HOME": str(home),
    "SUPERSET_CONFIG_PATH": str(home / "superset_config.py"),
    "PYTHONPATH": str(home),
}
superset = str(Path(sys.executable).with_name("superset"))
for step in (("db", "upgrade"), ("init",)):
    subprocess.run([superset, *step], check=True, env=surroundings)
os.execve(superset, [superset, "run", "-p", port], surroundings)
