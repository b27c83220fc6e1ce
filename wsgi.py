"""What a WSGI server and ``flask --app wsgi`` load."""

import gc
import sys

# The collector stops every thread for as long as it takes to go through all that is alive: more
# than a tenth of a second for the modules and tables that are loaded here, which stay for good.
# They are left out; until then it would go through them again and again, and find next to nothing.
gc.disable()

from app.factory import create_app  # noqa: E402
from app.logout_worker import setup_worker  # noqa: E402
from app.management.services.jobs.lookout import setup_jobs  # noqa: E402
from app.notifications.worker import notifications_worker  # noqa: E402
from app.settings_reading import InvalidSettings  # noqa: E402
from app.statistics.worker import counting_worker  # noqa: E402

try:
    app = create_app()
except InvalidSettings as invalid:
    sys.stderr.write("Qiao cannot start:\n")
    sys.stderr.writelines(f"  - {problem}\n" for problem in invalid.problems)
    raise SystemExit(2) from invalid

setup_worker(app)
setup_jobs(app)
app.at_first_request(notifications_worker(app).start)
app.at_first_request(counting_worker(app).start)

gc.freeze()
gc.enable()
