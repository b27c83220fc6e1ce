"""Clients publish their keys themselves and change them (OpenID Connect Core 10.1.1)."""

import json
from pathlib import Path
from typing import Any

from joserfc.jwk import Key

from app.database import db
from tests.deployment import Deployment
from tests.key_holder import KeyHolder, new_key, public_keys
from tests.oidc.outbound.https_server import answer, serve


def test_new_key_at_jwks_uri_is_found_while_no_database_connection_waits(
    deployment: Deployment, tmp_path: Path
) -> None:
    first, second = new_key("first"), new_key("second")
    published: list[Key] = [first]
    held: list[int] = []
    with deployment.app.app_context():
        pools: list[Any] = [engine.pool for engine in db.engines.values()]

    def publish(connection: Any) -> None:
        held.append(sum(pool.checkedout() for pool in pools))
        answer(json.dumps(public_keys(*published)).encode())(connection)

    with serve(tmp_path, publish, tls=False) as server:
        client = KeyHolder.of(
            deployment.application(
                grant_types=("client_credentials",),
                response_types=(),
                scope="orders.read",
                token_endpoint_auth_method="private_key_jwt",
                jwks_uri=server.url("/keys", "http", "127.0.0.1"),
            ),
            deployment.clock,
            signs_with=first,
        )
        before = client.token({"grant_type": "client_credentials"})
        published.append(second)
        client.signs_with = second
        after = client.token({"grant_type": "client_credentials"})
        again = client.token({"grant_type": "client_credentials"})

    assert [each.status_code for each in (before, after, again)] == [200, 200, 200]
    assert held == [0, 0]
