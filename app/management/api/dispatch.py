"""Serves one operation: who asks, what was sent, the view, and the one commit."""

import re
from collections.abc import Iterator
from typing import Any

from flask import Response, request

from app.database import db
from app.elements import current_federation
from app.management.api import access
from app.management.api.checking import demand, problems_of, read_body
from app.management.api.components import current_schemas
from app.management.api.operation import IF_MATCH, Answer, Call, Operation, Parameter, Unversioned
from app.management.api.operations import BY_NAME
from app.management.api.problems import (
    HEADERS,
    ApiProblem,
    Invalid,
    NotFound,
    Problem,
    TooMany,
    answer,
)
from app.management.api.refusals import told
from app.management.api.schema import Json
from app.management.services.own_api import ROOT
from app.management.services.segments import id_of
from app.web.client_address import address_counted
from app.web.rate_limits import seconds_until_free
from oidc.provider import current_provider

OF_ADDRESS = "3000/minute"
"""From one address, before anybody has looked at its token."""
OF_CLIENT = "1200/minute"
"""By one program: enough to read a million records in a few minutes, 200 at a time."""
_INTEGER = re.compile(r"-?[0-9]{1,18}", re.ASCII)
MOST_OF_AN_ID = 300


def serve(name: str, /, **path: str) -> Response:
    """The answer to a request, its changes committed; to a refused one, nothing changed.

    :param name: of the operation.
    """
    operation, provider = BY_NAME[name], current_provider()
    try:
        _demand_room(OF_ADDRESS, address_counted())
        client = access.caller(provider, operation.scope)
        _demand_room(OF_CLIENT, client.client_id)
        call = Call(
            provider=provider,
            federation=current_federation(),
            session=db.session(),
            client_id=client.client_id,
            path=_ids(path),
            query=_query(operation.query),
            body=_body(operation),
            versions=_versions(operation),
        )
        _check_body(operation, call)
        with told():
            done = operation.view(call)
        db.session.commit()
    except access.NoAccess as error:
        return error.response
    except ApiProblem as problem:
        db.session.rollback()
        return problem.response()
    return _response(operation, done)


def _demand_room(rule: str, whose: str) -> None:
    wait = seconds_until_free(rule, "api", whose)
    if wait is not None:
        raise TooMany(wait)


def _body(operation: Operation) -> Json:
    if operation.body is None:
        return {}
    return read_body(request, needed=operation.body_needed, most=operation.most_bytes)


def _ids(path: dict[str, str]) -> dict[str, str]:
    """What no database can hold names nothing."""
    if any("\0" in value or len(value) > MOST_OF_AN_ID for value in path.values()):
        raise NotFound
    if "client_id" in path:
        return {**path, "client_id": id_of(path["client_id"])}
    return path


def _query(known: tuple[Parameter, ...]) -> dict[str, Any]:
    names = {parameter.name for parameter in known}
    problems = [
        Problem(name[:64], "is not a parameter here") for name in request.args.keys() - names
    ]
    values = {}
    for parameter in known:
        sent = request.args.getlist(parameter.name)
        if sent:
            values[parameter.name] = _read(sent[0], parameter)
        problems += _parameter_problems(parameter, sent, values)
    demand(problems)
    return values


def _read(sent: str, parameter: Parameter) -> Any:
    if parameter.schema["type"] == "integer" and _INTEGER.fullmatch(sent):
        return int(sent)
    if parameter.schema["type"] == "boolean" and sent in ("true", "false"):
        return sent == "true"
    return sent


def _parameter_problems(
    parameter: Parameter, sent: list[str], values: dict[str, Any]
) -> Iterator[Problem]:
    if len(sent) > 1:
        yield Problem(parameter.name, "must be sent once")
    elif sent:
        found = problems_of(values[parameter.name], parameter.schema)
        yield from (Problem(parameter.name, problem.message) for problem in found)
    elif parameter.needed:
        yield Problem(parameter.name, "is required")


def _versions(operation: Operation) -> tuple[str, ...]:
    """The versions in ``If-Match`` (RFC 9110 13.1.1); weak ones match nothing."""
    if not operation.wants_version:
        return ()
    if "If-Match" not in request.headers:
        raise Unversioned
    sent = request.headers["If-Match"]
    if problems_of(sent, IF_MATCH):
        raise Invalid([Problem("If-Match", "must be an ETag that was read, or *")])
    return (sent.strip('"'),)


def _check_body(operation: Operation, call: Call) -> None:
    """Where the form is wrong already, the meaning of the rest is looked at as well."""
    if operation.body is None:
        return
    schema = current_schemas()[operation.body]
    problems = problems_of(call.body, schema)
    if problems and operation.check is not None:
        named = {problem.field.partition(".")[0] for problem in problems}
        sound = {name: value for name, value in call.body.items() if name not in named}
        known = {name: value for name, value in sound.items() if name in schema["properties"]}
        further = operation.check(_with_body(call, known))
        problems += [one for one in further if one.field.partition(".")[0] not in named]
    demand(problems)


def _with_body(call: Call, body: dict[str, Any]) -> Call:
    fields = {name: getattr(call, name) for name in Call.__dataclass_fields__}
    return Call(**{**fields, "body": body})


def _response(operation: Operation, done: Answer) -> Response:
    if operation.answer is None:
        return Response(status=204, headers=HEADERS)
    response = answer(done.value, operation.status)
    if done.version is not None:
        response.headers["ETag"] = f'"{done.version}"'
    if done.location is not None:
        response.headers["Location"] = current_provider().url(ROOT + done.location)
    return response
