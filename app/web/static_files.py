"""Style sheets, scripts and drawings of the pages, compressed for who takes that.

They are the same for everybody and hold no secret, so that compressing them tells nobody anything
(which a page with a form token would: BREACH).
"""

import gzip
from functools import cache

from flask import Response, request

TEXTS = frozenset(("text/css", "text/javascript", "application/javascript", "image/svg+xml"))


def compressed(response: Response) -> Response:
    """The answer with a file, compressed where the browser takes that (RFC 9110 12.5.3)."""
    if response.mimetype not in TEXTS:
        return response
    response.vary.add("Accept-Encoding")
    if response.status_code != 200 or not request.accept_encodings["gzip"]:
        return response
    response.direct_passthrough = False
    etag, _is_weak = response.get_etag()
    response.data = _gzip(response.get_data())
    response.headers["Content-Encoding"] = "gzip"
    response.headers.pop("Accept-Ranges", None)
    if etag is not None:
        response.set_etag(etag, weak=True)
    return response


@cache
def _gzip(content: bytes) -> bytes:
    """There are a dozen files; each is compressed once for each process."""
    return gzip.compress(content, 9, mtime=0)
