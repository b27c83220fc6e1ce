"""What a WSGI server and ``flask --app wsgi`` load."""

import gc
import sys

from app import create_app
from app.demo.commands import demo
from app.logout_worker import setup_worker
from app.management.services.jobs.worker import setup_jobs
from app.settings_reading import InvalidSettings

try:
    app = create_app()
except InvalidSettings as invalid:
    sys.stderr.write("Qiao cannot start:\n")
    sys.stderr.writelines(f"  - {problem}\n" for problem in invalid.problems)
    raise SystemExit(2) from invalid

app.cli.add_command(demo)
setup_worker(app)
setup_jobs(app)

# The collector stops every thread for as long as it takes to go through all that is alive: more
# than a tenth of a second for the modules and tables above, which stay for good. They are left out.
gc.collect()
gc.freeze()
