"""The steps of a connection in the console, with what the source says when it is asked."""

from tests.app.management.console.console import Console
from tests.app.site import Site


def test_connection_is_checked_at_its_source(site: Site, console: Console) -> None:
    site.connection(site.client(), phone="optional")
    path = "/admin/connections/wechat"

    page = console.get(path).text
    asked = console.post(f"{path}/check")
    told = console.get(path).text
    site.wechat.answers(40125)
    console.post(f"{path}/check")
    refused = console.get(path).text

    assert "Privacy guide" in page
    assert asked.status_code == 303
    assert "takes the credential" in told
    assert "100000 of 100000 left today" in told
    assert "takes the credential" not in refused
    assert refused.count("Reset it in the console and replace it here.") == 2
    assert console.post("/admin/connections/nothing/check").status_code == 404
