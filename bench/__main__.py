"""``python -m bench`` is ``bench/run``."""

import sys

from bench.command import main

sys.exit(main())
