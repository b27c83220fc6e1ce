"""Style sheets and scripts are sent compressed to who takes that, and only they."""

import gzip

import pytest

from app.database import db
from app.web.application import QiaoFlask
from tests.app.site import Site


def answer(app: QiaoFlask, path: str, **headers: str):  # type: ignore[no-untyped-def]
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return app.test_client().get(path, headers=sent, buffered=True)


@pytest.mark.parametrize("path", ["/static/qiao.css", "/static/admin.js", "/static/mark.svg"])
def test_text_is_compressed_for_who_takes_that(site: Site, path: str) -> None:
    plain = answer(site.app, path)
    small = answer(site.app, path, Accept_Encoding="br, gzip")
    refused = answer(site.app, path, Accept_Encoding="gzip;q=0")
    kept = answer(site.app, path, Accept_Encoding="gzip", If_None_Match=small.headers["ETag"])
    page = answer(site.app, "/admin/sign-in", Accept_Encoding="gzip")

    assert small.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(small.data) == plain.data == refused.data
    assert "Content-Encoding" not in plain.headers
    assert "Content-Encoding" not in refused.headers
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert "Accept-Encoding" in small.headers["Vary"]
    assert (kept.status_code, kept.data) == (304, b"")
    assert "Content-Encoding" not in page.headers
    db.session.rollback()
