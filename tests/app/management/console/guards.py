"""Who may open which page, as every view has said by the time that it is imported from here."""

from importlib import import_module

from app.management.console.access import NEEDED, PUBLIC
from app.management.console.routes import ROUTES

for _module in ROUTES:
    import_module(f"app.management.console.views.{_module}")

__all__ = ["NEEDED", "PUBLIC"]
