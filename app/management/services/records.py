"""What is told of each record, without its secrets: by the API, and by commands with ``--json``."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app.accounts.records.directory import AccountView
from app.accounts.records.linking import LinkedSource
from app.audit.trail import masked
from app.domain_files.store import DomainFile
from app.groups.access import Access
from app.groups.catalog import Group
from app.groups.members import Member
from app.groups.people import PersonThere
from app.groups.rules import KINDS
from app.management.services.client_check import Examination, Finding
from app.management.services.event_streams import StreamState
from app.management.services.preset_documents import rules_of
from app.management.services.presets import Paste, Preset
from app.notifications.outbox import Notification
from app.notifications.webhooks import Webhook
from federation import Connection, Credential, Fault
from federation.fields import Field
from oidc.apis.api import Api
from oidc.clients.client import Client

Record = dict[str, Any]

_ACCOUNT = (
    "name",
    "picture",
    "username",
    "has_password",
    "phone_provenance",
    "phone_verified_at",
    "email",
    "email_verified",
    "disabled_at",
    "merged_into",
    "created_at",
    "updated_at",
    "version",
)
_IDENTITY = ("connection_id", "first_seen", "last_seen")
_CONNECTION = (
    "id",
    "mode",
    "login_only",
    "phone",
    "association",
    "enabled",
    "position",
    "version",
)
_STREAM = (
    *("id", "client_id", "status", "reason", "stopped", "delivered_at", "failed_at"),
    *("last_error", "created_at", "updated_at"),
)
_TIMES = ("created_at", "updated_at", "version")
_CREDENTIAL = ("kind", "name", "is_default", "secret_since", "version")


def account(one: AccountView) -> Record:
    """A person; of the phone number no more than people may see of one another's."""
    told = {"sub": one.id, "phone": masked(one.phone), **_named(one, _ACCOUNT)}
    return {**told, "last_sign_in": one.last_sign_in or None}


def source(one: LinkedSource) -> Record:
    """One of a person's identities, by the names that WeChat's had first."""
    return {
        "source": one.source_id,
        "appid": one.credential_id,
        "openid": one.value,
        "unionid": one.shared_value,
        **_named(one, _IDENTITY),
    }


def client(one: Client, secret: str | None = None) -> Record:
    """As a registration response has it (RFC 7591 3.2.1), and its state.

    :param secret: one that was just made.
    """
    return {
        **one.metadata.to_document(),
        **({"client_secret": secret} if secret else {}),
        "client_id": one.client_id,
        "client_id_issued_at": one.created_at,
        "disabled": one.disabled,
        "dynamic": one.dynamic,
        "secrets": [
            {"created_at": known.created_at, "expires_at": known.expires_at}
            for known in one.live_secrets()
        ],
        "version": one.version,
    }


def api(one: Api) -> Record:
    """An API, as it is sent to make one, and its state."""
    fields = one.fields
    return {
        "id": one.id,
        "resource": one.resource,
        "name": dict(fields.name),
        "scopes": [{"name": scope.name, "words": dict(scope.words)} for scope in fields.scopes],
        "default_scopes": list(fields.default_scopes),
        "token_format": fields.token_format,
        "token_lifetime": fields.token_lifetime,
        "introspected_by": list(fields.introspected_by),
        "open_to_self_registered": fields.open_to_self_registered,
        "created_at": one.created_at,
        "updated_at": one.updated_at,
        "version": one.version,
    }


def domain_file(one: DomainFile) -> Record:
    return _named(one, ("name", "content", "updated_at"))


def webhook(one: Webhook, secret: str | None = None) -> Record:
    """A receiver of events.

    :param secret: one that was just made.
    """
    names = ("id", "url", "description", "enabled", "gone_at", "old_secret_until")
    return {
        **_named(one, names),
        "events": list(one.events),
        **({"secret": secret} if secret else {}),
        **_named(one, ("created_at", "updated_at", "version")),
    }


def notification(one: Notification) -> Record:
    """One event for one target, and what became of it."""
    names = ("id", "type", "state", "attempts", "status", "failure", "created_at", "tried_at")
    waits = one.state == "pending"
    return {
        **_named(one, names),
        "next_try_at": one.next_try_at if waits else None,
        "body": one.body,
    }


def event_stream(one: StreamState) -> Record:
    """A stream of security events; what it sends as Authorization is never told."""
    stream = one.stream
    return _named(stream, _STREAM) | {
        "description": stream.wanted.description,
        "method": stream.wanted.method,
        "endpoint_url": stream.wanted.endpoint_url,
        "events_delivered": stream.events_delivered,
        "pending": one.pending,
    }


def connection(one: Connection, options: Iterable[Field]) -> Record:
    """A sign-in method; ``app_id`` is null for the default credential.

    :param options: told by name, with their defaults where the connection has none.
    """
    return _named(one, _CONNECTION) | {
        "display_name": dict(one.display_name),
        "app_id": None if one.uses_default else one.credential.id,
        "effective_app_id": one.credential.id or None,
        "usable": one.credential.is_usable,
        **{option.name: one.options.get(option.name, option.default) for option in options},
    }


def wechat_app(one: Credential, fault: Fault | None) -> Record:
    """A credential of WeChat's, and why it was last refused."""
    return _named(one, _CREDENTIAL) | {
        "app_id": one.id,
        "original_id": one["original_id"] or None,
        "open_platform": one["open_platform"] or None,
        "usable": one.is_usable,
        "takes_pushes": bool(one["push_token"]),
        "fault": {"errcode": fault.errcode, "at": fault.at} if fault else None,
    }


def group(one: Group) -> Record:
    """A group with its rules, by kind."""
    words = {name: getattr(one.fields, name) for name in ("name", "display", "description")}
    rules = {
        kind: sorted(rule.value for rule in one.fields.rules if rule.kind == kind) for kind in KINDS
    }
    return {"id": one.id, **words, "rules": rules, **_named(one, _TIMES)}


def member(one: Member) -> Record:
    """Somebody in a group; of the phone number no more than of any account."""
    told = {"sub": one.account_id, "phone": masked(one.phone)}
    return told | _named(one, ("name", "username", "origin"))


def access(one: Access, names: Mapping[str, str]) -> Record:
    """Who may come in to an application, and what it is told of groups.

    :param names: of the groups, by id.
    """
    groups = [
        {"id": group_id, "name": names[group_id], **_named(there, ("enters", "seen"))}
        | {"roles": list(there.roles)}
        for group_id, there in one.groups.items()
        if group_id in names
    ]
    plain = ("client_id", "mode", "seen", "form", "contact", "version")
    return {**_named(one, plain), "groups": groups}


def person_there(one: PersonThere) -> Record:
    """Somebody who was let in to an application, asks to be, or was refused."""
    names = ("client_id", "state", "sentence", "asked_at", "decided_at", "decided_by", "name")
    return {"sub": one.account_id, "phone": masked(one.phone), **_named(one, names)}


def _named(one: object, names: tuple[str, ...]) -> Record:
    return {name: getattr(one, name) for name in names}


def preset(one: Preset, texts: Sequence[Paste]) -> Record:
    """A program of the list.

    :param texts: what goes into it, filled in.
    """
    names = ("title", "category", "documents", "pkce", "backchannel_logout_uri")
    lists = ("aliases", "redirect_uris", "post_logout_redirect_uris", "claims")
    return {
        "id": one.id,
        **{name: getattr(one, name) for name in names},
        **{name: list(getattr(one, name)) for name in lists},
        "frontchannel_logout_uri": one.frontchannel_logout_uri,
        "run": one.run or None,
        "registers": one.registers,
        "variables": dict(one.variables),
        "metadata": rules_of(one) if one.registers else {},
        "note": dict(one.note),
        "paste": [{"place": each.place, "text": each.text} for each in texts],
    }


def examination(done: Examination) -> Record:
    """What was found of an application, its sentences in English."""
    return {
        "client_id": done.client.client_id,
        "preset": done.preset.id if done.preset else None,
        "ok": done.is_well,
        "signed_in_at": done.signed_in_at,
        "findings": [_finding(one) for one in done.findings],
    }


def _finding(one: Finding) -> Record:
    return {
        "level": one.level,
        "about": one.about,
        "seen": one.seen % one.values,
        "advice": one.advice % one.values,
        "change": dict(one.change),
        "detail": one.detail,
        "told": one.told,
        "times": one.times,
        "last_at": one.last_at,
    }
