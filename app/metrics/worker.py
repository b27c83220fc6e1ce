"""What a worker counts with: made in the process that serves, once its folder is known."""

from flask import Flask

from app.metrics.happenings import Happenings
from app.metrics.requests import RequestCounter, note_requests
from app.metrics.sampling import Load, Sampler
from oidc.provider import Provider


class Counting:
    """All of it together; keep it for as long as the worker lives."""

    def __init__(self, app: Flask, load: Load, place: str) -> None:
        """:param place: where a request's environ has what the application has noted of it."""
        provider: Provider = app.extensions["oidc"]
        grants = frozenset(kind.GRANT_TYPE for kind, _extensions in provider.grant_types)
        note_requests(app, place, grants)
        self.requests = RequestCounter()
        self._happenings = Happenings(app)
        Sampler(app, load).start()
