"""Answers that are the same for everybody until something changes: a server may repeat them.

A view says so of its answer, and how to tell that it still holds. The server that called the view
(`app.serving`) keeps the bytes, whole, with all headers, and sends them again to whoever asks for
the same path. So nothing is told in two places: what is repeated is what the view has answered.
Another server does not know of this, and asks the view each time.
"""

from collections.abc import Callable

from flask import current_app, request

STILL_SO = "oidc.still_so"
"""Where the server finds it, in the WSGI environment of a request that was answered."""

StillSo = Callable[[], bool]
"""Whether an answer still holds; asked before each repetition, and so quick and without waiting."""


def same_for_everybody(still_so: StillSo = lambda: True) -> None:
    """The answer to this request depends on its method and path, and on the provider; on nothing
    else that the request holds."""
    if request.url_rule is None or request.environ["PATH_INFO"] != request.url_rule.rule:
        return  # ``//jwks`` is answered too: there is no end of spellings
    parts = current_app.extensions
    provider = parts["oidc"]
    request.environ[STILL_SO] = lambda: parts["oidc"] is provider and still_so()
