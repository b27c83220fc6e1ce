"""``/federation/v1/``: how a mini program and its source speak with us: JSON, without cookies.

``setup`` mounts the ``blueprint``. ``tickets`` are the three things that a mini program does with a
ticket: read, confirm, deny; ``entry`` reads and judges how it was opened. ``push`` takes what a
source tells of its own accord. ``errors`` says which failure is told with which status.
"""

from app.mini_program.setup import setup_federation_api

__all__ = ["setup_federation_api"]
