"""The OpenAPI 3.1 document, computed from the operations and the schemas."""

import re
from importlib.metadata import version
from typing import Any

from flask import Response

from app.management.api.components import current_schemas
from app.management.api.examples import EXAMPLES
from app.management.api.operation import IF_MATCH, Operation, Parameter
from app.management.api.operations import OPERATIONS
from app.management.api.problems import answer
from app.management.api.schema import Json, ref, text
from app.management.services.own_api import ROOT, SCOPES
from oidc.provider import current_provider

STATUSES = {
    400: "The body or a parameter cannot be used; `problems` says why.",
    401: "No access token, or one that is not valid.",
    403: "The token has not the scope, or speaks of a person.",
    404: "There is no such record.",
    409: "It cannot be done as things are; `dependents` says what stands in the way.",
    412: "It is at another version than `If-Match` names.",
    413: "The body is too long.",
    415: "The body is not application/json.",
    428: "`If-Match` is missing.",
    429: "Too many requests; try again after `Retry-After` seconds.",
    503: "The database cannot be reached; try again after `Retry-After` seconds.",
}
CHALLENGED = (401, 403)
DELAYED = (429,)
ETAG = {"description": "The version, to be sent back in `If-Match`.", "schema": text(40)}
LOCATION = {"description": "Where it is.", "schema": {"type": "string", "format": "uri"}}
_HEADER: Json = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "The ETag that was read, or `*` to overwrite.",
    "schema": IF_MATCH,
}


def published() -> Response:
    """For everybody: it tells what the program can do, nothing of this deployment."""
    return answer(document(current_provider().settings.issuer, version("qiao")))


def document(issuer: str, version: str) -> Json:
    """The whole document.

    :param issuer: public address of this server.
    """
    paths: dict[str, Json] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _described(operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Qiao admin API",
            "version": version,
            "description": "What administrators do, for programs. Times are seconds since the "
            "epoch; lists are paged by key.",
        },
        "servers": [{"url": issuer + ROOT}],
        "paths": paths,
        "components": {
            "schemas": dict(current_schemas()),
            "securitySchemes": {"oauth2": _security(issuer)},
        },
    }


def _security(issuer: str) -> Json:
    flow = {"tokenUrl": issuer + "/token", "scopes": dict(SCOPES)}
    return {"type": "oauth2", "flows": {"clientCredentials": flow}}


def _described(operation: Operation) -> Json:
    described: Json = {
        "operationId": operation.name,
        "summary": operation.about,
        "tags": [operation.tag],
        "security": [{"oauth2": [operation.scope]}],
        "parameters": _parameters(operation),
        "responses": _responses(operation),
    }
    if operation.body is not None:
        content = _json(ref(operation.body))
        content["application/json"]["examples"] = _examples(operation)
        described["requestBody"] = {"required": operation.body_needed, "content": content}
    return described


def _examples(operation: Operation) -> Json:
    return {name: {"value": value} for name, value in EXAMPLES[operation.name].items()}


def _parameters(operation: Operation) -> list[Json]:
    path = [
        {"name": name, "in": "path", "required": True, "schema": text(300, least=1)}
        for name in re.findall(r"{(\w+)}", operation.path)
    ]
    header = [_HEADER] if operation.wants_version else []
    return [*path, *(_query(one) for one in operation.query), *header]


def _query(parameter: Parameter) -> Json:
    return {
        "name": parameter.name,
        "in": "query",
        "required": parameter.needed,
        "description": parameter.about,
        "schema": parameter.schema,
    }


def _responses(operation: Operation) -> Json:
    responses = {str(operation.status): _success(operation)}
    for status in sorted(statuses_of(operation)):
        responses[str(status)] = _failure(status)
    return responses


def statuses_of(operation: Operation) -> set[int]:
    """The failures that an operation may answer with."""
    common = {400, 401, 403, 429, 503, *operation.fails}
    if "{" in operation.path:
        common.add(404)  # nothing is called by what cannot be a name
    body = {413, 415} if operation.body is not None else set()
    version = {412, 428} if operation.wants_version else set()
    return common | body | version


def _success(operation: Operation) -> Json:
    success: Json = {"description": operation.about}
    headers: dict[str, Any] = {"ETag": ETAG} if operation.versioned else {}
    if operation.status == 201:
        headers["Location"] = LOCATION
    if headers and operation.answer is not None:
        success["headers"] = headers
    if operation.answer is not None:
        success["content"] = _json(ref(operation.answer))
    return success


def _failure(status: int) -> Json:
    failure: Json = {"description": STATUSES[status], "content": _json(ref("Problem"))}
    if status in DELAYED:
        failure["headers"] = {"Retry-After": {"schema": {"type": "integer"}}}
    if status in CHALLENGED:
        failure["headers"] = {"WWW-Authenticate": {"schema": {"type": "string"}}}
    return failure


def _json(schema: Json) -> Json:
    return {"application/json": {"schema": schema}}
