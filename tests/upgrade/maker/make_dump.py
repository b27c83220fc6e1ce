"""Fills a database through the product itself and writes its rows down.

This ran against a checkout of version 0.1.0, whose own code and test helpers it uses:

    git worktree add /tmp/qiao-0.1.0 6598092a
    cp -r tests/upgrade /tmp/qiao-0.1.0/tests/
    ln -s $PWD/.venv /tmp/qiao-0.1.0/    # the libraries; all else comes from the working directory
    cd /tmp/qiao-0.1.0
    for kind in sqlite postgresql mariadb; do
        .venv/bin/python -m tests.upgrade.maker.make_dump $kind tests/upgrade/from_0_1_0
    done
    cp tests/upgrade/from_0_1_0/* THIS_REPOSITORY/tests/upgrade/from_0_1_0/

Imports and calls in this folder are those of 0.1.0; they do not follow later changes. No value is
worth anything outside of these tests.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

from app.factory import create_app
from tests.conftest import TestClock
from tests.databases import empty_database
from tests.deployment import Deployment
from tests.oidc.https_server import AUTHORITY, serve
from tests.sandbox_server import LiveSandbox
from tests.upgrade.dump import Handles, taken
from tests.upgrade.maker.populate import DocumentServer, populate

ENVIRONMENT = {
    "QIAO_ISSUER": "http://127.0.0.1:8000",
    "QIAO_SECRET_KEYS": "a test value of the upgrade tests and no secret",
    "QIAO_WECHAT_SANDBOX": "1",
    "QIAO_LOCAL_LOGIN": "1",
    "QIAO_REGISTRATION": "open",
    "QIAO_CLIENT_ID_DOCUMENTS": "1",
    "QIAO_PAIRWISE_SALT": "a test value of the upgrade tests as salt",
    "QIAO_LOG_LEVEL": "WARNING",
}
"""Everything that is frozen with the database; its address and WeChat's are those of the run."""


def main(kind: str, folder: Path) -> None:
    """Write ``<kind>.json`` and ``<kind>.handles.json``."""
    database = empty_database(kind)
    assert database is not None, f"no {kind} here"
    wechat, clock = LiveSandbox(), TestClock()
    wechat.advance(clock() - int(time.time()))
    documents = DocumentServer()
    with (
        tempfile.TemporaryDirectory() as certificates,
        serve(Path(certificates), documents.behave, name="localhost") as server,
    ):
        os.environ.update(
            ENVIRONMENT,
            QIAO_DATABASE_URL=database.url,
            QIAO_WECHAT_API_BASE=wechat.url,
            QIAO_WECHAT_OPEN_BASE=wechat.url,
            SSL_CERT_FILE=str(Path(certificates) / AUTHORITY),
        )
        documents.address = server.url("/application.json", host="localhost")
        app = create_app(clock=clock)
        held = populate(Deployment(app, clock, wechat), documents)
    folder.mkdir(parents=True, exist_ok=True)
    taken(database.engine).write(folder / f"{kind}.json")
    Handles(clock(), ENVIRONMENT, held).write(folder / f"{kind}.handles.json")
    wechat.close()
    database.drop()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
