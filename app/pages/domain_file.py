"""GET /<name>.txt: a file by which sources and others see that the domain is ours."""

from flask import Response, abort

from app.database import db
from app.domain_files import store
from app.pages.blueprint import pages
from app.web.rate_limits import limiter


@pages.get("/<name>.txt")
@limiter.limit("120/minute")
def domain_file(name: str) -> Response:
    """A file that an administrator has put at the root, to prove that the domain is ours."""
    found = store.get(db.session(), f"{name}.txt")
    if found is None:
        abort(404)
    response = Response(found.content, mimetype="text/plain")
    response.headers["Cache-Control"] = "no-cache"
    return response
