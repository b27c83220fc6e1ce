"""The API for phones as its OpenAPI document tells it; holds real answers against that."""

import re
from dataclasses import dataclass
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

ADDRESS = "urn:described"


@dataclass
class Described:
    document: Any

    def operation(self, method: str, path: str) -> Any:
        """The one that a request is: ``/federation/v1/tickets/x`` is ``…/{ticket}``."""
        for template, operations in self.document["paths"].items():
            if re.fullmatch(re.sub(r"{\w+}", "[^/]+", template), path):
                return operations[method.lower()]
        raise AssertionError(f"{method} {path} is not described")

    def check(self, answer: Any) -> Any:
        """The answer's JSON, once every member of it is described, and its error too."""
        sent, body = answer.request, answer.get_json()
        told = self.operation(sent.method, sent.path)["responses"][str(answer.status_code)]
        self._check(told["content"]["application/json"]["schema"], body)
        if "x-errors" in told:
            retry = {one["error"]: one["retry"] for one in told["x-errors"]}
            assert retry[body["error"]] in self.document["x-retries"]
        return body

    def check_sent(self, path: str, fields: Any) -> None:
        """Whether that body may be posted there."""
        (content,) = self.operation("POST", path)["requestBody"]["content"].values()
        self._check(content["schema"], fields)

    def _check(self, schema: Any, value: Any) -> None:
        whole = closed(self.document)
        registry: Any = Registry().with_resource(ADDRESS, Resource(whole, DRAFT202012))
        validator = Draft202012Validator(absolute(schema), registry=registry)
        problems = [f"{each.json_path}: {each.message}" for each in validator.iter_errors(value)]
        assert problems == [], value


def closed(schema: Any) -> Any:
    """The same without room for a member that is not described."""
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {name: closed(one) for name, one in schema.items()}
    return {**inner, "additionalProperties": False} if "required" in schema else inner


def absolute(schema: Any) -> Any:
    """The same, its references pointing into the document."""
    if isinstance(schema, list):
        return [absolute(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {name: absolute(one) for name, one in closed(schema).items()}
    return {**inner, "$ref": ADDRESS + schema["$ref"]} if "$ref" in schema else inner
