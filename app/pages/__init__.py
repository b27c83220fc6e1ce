"""The pages that people see while they sign in: thin views over the services."""

from app.pages.setup import setup_pages

__all__ = ["setup_pages"]
