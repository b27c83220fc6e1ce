"""Qiao, put together: the provider, the upstream sources, accounts and pages."""

from app.factory import create_app

__all__ = ["create_app"]
