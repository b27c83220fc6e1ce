"""Files that prove a domain: brought by the API, served at the root, and nothing of ours hidden."""

from app.domain_files.store import MOST
from app.management.services.domain_files import is_ours
from tests.app.management.api.program import Program
from tests.deployment import Deployment

NAME = "MP_verify_AbCdEfGhIjKlMnOp.txt"
BAD = (
    "x",
    ".txt",
    "a.b.txt",
    "a%20b.txt",
    "域.txt",
    "a" * 61 + ".txt",
    "Robots.txt",
    "security.txt",
)


def test_file_is_served_as_it_was_brought_until_it_is_taken_away(deployment: Deployment) -> None:
    program, http = Program.of(deployment), deployment.app.test_client()
    assert http.get(f"/{NAME}").status_code == 404

    kept = program.send("PUT", f"/domain-files/{NAME}", {"content": "AbCd"}).get_json()
    program.send("PUT", f"/domain-files/{NAME}", {"content": "AbCdEfGh\r\n"})
    served = http.get(f"/{NAME}")
    other_case = http.get(f"/{NAME.lower()}")

    assert kept == {"name": NAME, "content": "AbCd", "updated_at": deployment.clock()}
    assert (served.status_code, served.data) == (200, b"AbCdEfGh\r\n")
    assert other_case.mimetype == "application/json"
    to_a_browser = http.get("/robots.txt", headers={"Accept": "text/html,*/*;q=0.8"})
    assert (to_a_browser.status_code, to_a_browser.mimetype) == (404, "text/html")
    assert served.content_type == "text/plain; charset=utf-8"
    assert served.headers["X-Content-Type-Options"] == "nosniff"
    assert other_case.status_code == 404
    assert [one["name"] for one in program.get("/domain-files")["items"]] == [NAME]
    assert program.send("DELETE", f"/domain-files/{NAME}").status_code == 204
    assert http.get(f"/{NAME}").status_code == 404
    assert program.send("DELETE", f"/domain-files/{NAME}").status_code == 404


def test_names_contents_and_number_are_bounded(deployment: Deployment) -> None:
    program = Program.of(deployment)

    for name in BAD:
        refused = program.send("PUT", f"/domain-files/{name}", {"content": "x"})
        assert refused.status_code == 400, name
        assert refused.get_json()["problems"][0]["field"] == "name"
    for content in ("", "\0", "验证", "<" * 1025):
        refused = program.send("PUT", f"/domain-files/{NAME}", {"content": content})
        assert refused.status_code == 400, content
    for number in range(MOST):
        assert (
            program.send("PUT", f"/domain-files/{number}.txt", {"content": "x"}).status_code == 200
        )

    assert program.send("PUT", f"/domain-files/{NAME}", {"content": "x"}).status_code == 409
    assert program.send("PUT", "/domain-files/0.txt", {"content": "y"}).status_code == 200


def test_address_of_ours_is_known(deployment: Deployment) -> None:
    with deployment.app.app_context():
        assert is_ours("jwks")
        assert not is_ours(NAME)
