"""What may stand in the file (JSON Schema 2020-12), made from the declarations of the sources."""

from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from app.administrators.roles import ROLES
from app.groups.access import FORMS, MODES, SEEN
from app.groups.catalog import MOST_NAME
from app.groups.rules import KINDS
from app.management.services.deployment_file.fault import Fault
from app.management.services.deployment_file.reading import Document
from app.notifications.events import EVERYTHING, TYPES
from federation import Sources
from federation.connections import ASSOCIATIONS, LAST, LOCALES, PHONE_RULES
from federation.sources import options_of_all
from oidc.clients.metadata_fields import FIELDS, LOCALISED

Schema = dict[str, Any]
_TEXT: Schema = {"type": "string", "maxLength": 2000}
_FLAG: Schema = {"type": "boolean"}
REFERENCE: Schema = {
    "type": "object",
    "description": "Where the secret stands: a variable of the environment, or a file.",
    "properties": {"env": {"type": "string", "minLength": 1}, "file": {"type": "string"}},
    "additionalProperties": False,
    "minProperties": 1,
    "maxProperties": 1,
}


def schema(sources: Sources) -> Schema:
    """The schema of a deployment with these sources."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A deployment of Qiao",
        **_closed(
            {
                "credentials": _list(*(_credential(source) for source in sources)),
                "connections": _list(_connection(sources)),
                "groups": _list(_group()),
                "applications": _list(_application()),
                "branding": {
                    **_list(_branding("name", "headline", "help", "contact")),
                    "maxItems": 1,
                },
                "administrators": _list(_administrator()),
                "webhooks": _list(_webhook()),
            }
        ),
    }


def faults(document: Document, sources: Sources) -> list[Fault]:
    """Everything that does not fit, by line."""
    found = Draft202012Validator(schema(sources)).iter_errors(document.content)
    told = {fault for error in found for fault in _faults_of(document, error)}
    return sorted(told, key=lambda fault: (fault.line, fault.message))


def _faults_of(document: Document, error: ValidationError) -> Iterator[Fault]:
    place = tuple(error.absolute_path)
    if error.validator in ("oneOf", "anyOf") and error.context:
        # Of several forms the one that was meant is the one with the least that is wrong.
        by_form: dict[Any, list[ValidationError]] = {}
        for each in error.context:
            by_form.setdefault(each.schema_path[0], []).append(each)
        for each in min(by_form.values(), key=len):
            yield from _faults_of(document, each)
    elif error.validator == "additionalProperties" and isinstance(error.instance, dict):
        known = (
            dict(error.schema).get("properties", {}) if isinstance(error.schema, Mapping) else {}
        )
        for name in error.instance:
            if name not in known:
                yield document.fault((*place, name), "is not known here")
    else:
        yield document.fault(place, _shortened(error.message))


def _shortened(message: str) -> str:
    return message if len(message) <= 200 else f"{message[:199]}…"


def _closed(properties: Schema, *required: str) -> Schema:
    closed: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return {**closed, "required": [*required]} if required else closed


def _list(*forms: Schema) -> Schema:
    return {"type": "array", "items": forms[0] if len(forms) == 1 else {"oneOf": [*forms]}}


def _credential(source: Any) -> Schema:
    form = source.credentials
    own = {one.name: REFERENCE if one.secret else _TEXT for one in form.fields}
    known = {
        "source": {"const": source.id},
        form.id.name: _TEXT,
        "kind": {"enum": [kind.id for kind in form.kinds]},
        "name": _TEXT,
        "is_default": _FLAG,
    }
    needed = ("source", form.id.name, *(() if len(form.kinds) == 1 else ("kind",)))
    return _closed({**known, **own}, *needed)


def _connection(sources: Sources) -> Schema:
    modes = [mode for source in sources for mode in source.modes]
    names = {
        "id": {"type": "string", "pattern": "^[a-z0-9-]{1,31}$"},
        "mode": {"enum": [mode.id for mode in modes]},
        "display_name": _closed(dict.fromkeys(LOCALES, _TEXT)),
        "app_id": _TEXT,
        "login_only": _FLAG,
        "phone": {"enum": [*PHONE_RULES]},
        "association": {"enum": [*ASSOCIATIONS]},
        "enabled": _FLAG,
        "position": {"type": "integer", "minimum": 0, "maximum": LAST},
    }
    options = {option.name: _TEXT for option in options_of_all(modes)}
    return _closed({**names, **options}, "id", "mode")


def _application() -> Schema:
    metadata = {
        "type": "object",
        "description": "Members of a registration (RFC 7591) and our own switches.",
        "properties": {name: {} for name in FIELDS},
        "patternProperties": {f"^({'|'.join(LOCALISED)})#": _TEXT},
        "additionalProperties": False,
    }
    known = {
        "client_id": {"type": "string", "pattern": "^[!-~]{1,128}$"},
        "client_secret": REFERENCE,
        "preset": {**_TEXT, "description": "A program of `clients presets`."},
        "url": {**_TEXT, "description": "Where that program is reached."},
        "metadata": metadata,
        "connections": {"type": "array", "items": _TEXT, "uniqueItems": True},
        "source_tokens": {
            "type": "array",
            "items": _TEXT,
            "uniqueItems": True,
            "description": "Connections whose tokens of people the application may have.",
        },
        "disabled": _FLAG,
        "branding": _branding("headline", "help"),
        "access": _access(),
    }
    return _closed(known, "client_id")


def _branding(*words: str) -> Schema:
    colour = {"type": "string", "pattern": "^#[0-9A-Fa-f]{6}$"}
    texts = _closed(dict.fromkeys(LOCALES, _closed(dict.fromkeys(words, _TEXT))))
    pictures = {"logo": _TEXT, "picture": _TEXT}
    return _closed({"accent": colour, "background": colour, **pictures, "texts": texts})


def _group() -> Schema:
    """People are no part of a file: rules are, and who was put there stays."""
    texts = {"type": "array", "items": _TEXT, "uniqueItems": True}
    known = {
        "name": {"type": "string", "minLength": 1, "maxLength": MOST_NAME},
        "display": _TEXT,
        "description": _TEXT,
        "rules": _closed(dict.fromkeys(KINDS, texts)),
    }
    return _closed(known, "name")


def _access() -> Schema:
    there = _closed({"enters": _FLAG, "seen": _FLAG, "roles": {"type": "array", "items": _TEXT}})
    return _closed(
        {
            "mode": {"enum": [*MODES]},
            "seen": {"enum": [*SEEN]},
            "form": {"enum": [*FORMS]},
            "contact": _TEXT,
            "groups": {
                "type": "object",
                "description": "What each group is to the application, by the group's name.",
                "additionalProperties": there,
            },
        }
    )


def _administrator() -> Schema:
    known = {
        "username": _TEXT,
        "name": _TEXT,
        "role": {"enum": [*ROLES]},
        "password": {**REFERENCE, "description": "Of who is not there yet; never changed."},
    }
    return _closed(known, "username", "role")


def _webhook() -> Schema:
    known = {
        "id": {"type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,31}$"},
        "url": _TEXT,
        "description": _TEXT,
        "events": {
            "type": "array",
            "items": {"enum": [EVERYTHING, *(each.name for each in TYPES)]},
            "minItems": 1,
            "uniqueItems": True,
        },
        "enabled": _FLAG,
        "secret": {
            **REFERENCE,
            "description": "`whsec_…`. Another one than before signs beside it for a day.",
        },
    }
    return _closed(known, "id", "url")
