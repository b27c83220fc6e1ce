"""The page of files that prove a domain: uploading, what is wrong, and taking away."""

import io
from pathlib import Path

from tests.app.management.console.console import Console
from tests.app.site import Site

PATH = "/admin/domain-files"
NAME = "MP_verify_AbCdEfGhIjKlMnOp.txt"


def test_file_is_uploaded_told_and_removed(site: Site, console: Console) -> None:
    saved = console.post(PATH, {"file": (io.BytesIO(b"AbCdEfGhIjKlMnOp"), NAME)})
    page = console.get(PATH).text
    served = site.app.test_client().get(f"/{NAME}").data
    wrong = console.post(PATH, {"file": (io.BytesIO("验证".encode()), "robots.txt")})
    nothing = console.post(PATH)
    console.post(f"{PATH}/{NAME}/remove")

    assert saved.status_code == 303
    assert f"/{NAME}" in page
    assert served == b"AbCdEfGhIjKlMnOp"
    assert (wrong.status_code, nothing.status_code) == (422, 422)
    assert 'id="problem-file-2"' in wrong.text
    assert site.app.test_client().get(f"/{NAME}").status_code == 404


def test_command_serves_lists_and_removes_a_file(site: Site, tmp_path: Path) -> None:
    file = tmp_path / NAME
    file.write_bytes(b"AbCdEfGhIjKlMnOp\n")
    (tmp_path / "long.txt").write_bytes(b"x" * 2000)
    runner = site.app.test_cli_runner()

    added = runner.invoke(args=["domain-files", "add", str(file)])
    listed = runner.invoke(args=["domain-files", "list"])
    long = runner.invoke(args=["domain-files", "add", str(tmp_path / "long.txt")])
    served = site.app.test_client().get(f"/{NAME}").data
    removed = runner.invoke(args=["domain-files", "remove", NAME])
    again = runner.invoke(args=["domain-files", "remove", NAME])

    assert f"/{NAME}" in added.output
    assert NAME in listed.output
    assert (long.exit_code, "1,024 characters" in long.output) == (1, True)
    assert served == b"AbCdEfGhIjKlMnOp\n"
    assert (removed.exit_code, again.exit_code) == (0, 1)
