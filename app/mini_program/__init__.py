"""``/federation/v1/``: what a mini program speaks with us. JSON, no cookies, no redirects."""

from app.mini_program.setup import setup_federation_api

__all__ = ["setup_federation_api"]
