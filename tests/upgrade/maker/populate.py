"""The life of a deployment of version 0.1.0: everything that its database can hold, made by use.

Administrators work through the command line, the console and the admin API, people through pages,
phones through the mini program's API and WeChat (the sandbox) through its own.
"""

import json
from dataclasses import dataclass
from typing import Any

from tests.deployment import Deployment
from tests.oidc.https_server import answer
from tests.upgrade.maker import registered
from tests.upgrade.maker.administration import Administration
from tests.upgrade.maker.grants import Grants
from tests.upgrade.maker.scene import PASSWORD
from tests.upgrade.maker.under_way import UnderWay

QUIET = 600
"""Seconds between what was done and what is still under way."""


@dataclass
class DocumentServer:
    """Where an application that describes itself keeps its document.

    :param address: of the document; its client_id.
    """

    address: str = ""

    def behave(self, connection: Any) -> None:
        document = {**registered.DESCRIBED, "client_id": self.address}
        answer(json.dumps(document).encode(), "200 OK", "Content-Type: application/json")(
            connection
        )


def populate(deployment: Deployment, documents: DocumentServer) -> dict[str, Any]:
    """Live through it all; what people and programs hold at the end."""
    held: dict[str, Any] = {"password": PASSWORD, "secrets": {}, "subjects": {}}
    Administration(deployment, documents.address, held).play()
    Grants(deployment, documents.address, held).play()
    deployment.clock.advance(QUIET)
    UnderWay(deployment, documents.address, held).play()
    return held
