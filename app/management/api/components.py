"""Every schema by its name, for the document and for the checks alike."""

from collections.abc import Mapping

from flask import current_app

from app.elements import Elements
from app.management.api.resources import (
    access,
    account_jobs,
    account_lists,
    account_passkeys,
    accounts,
    administrators,
    apis,
    branding,
    client_members,
    clients,
    comparisons,
    conflicts,
    connections,
    credentials,
    domain_files,
    enablements,
    event_streams,
    events,
    groups,
    invitations,
    keys,
    merges,
    moves,
    people,
    presets,
    search,
    statistics,
    webhooks,
    wechat_apps,
)
from app.management.api.schema import FLAG, Json, closed, list_of, one_of, page_of, text

NAMED = {"type": "string", "description": "As it was sent, or `a.0.b` for what is inside."}
PROBLEM = {
    **closed(
        {
            "error": text(64),
            "error_description": text(1000),
            "problems": {
                **list_of(closed({"field": NAMED, "message": text(1000)}, ("field", "message"))),
                "description": "Everything that is wrong with the body or the parameters.",
            },
            "dependents": {
                **list_of(closed({"type": text(), "id": text()}, ("type", "id"))),
                "description": "What has to go first.",
            },
        },
        ("error", "error_description"),
    ),
    "description": "The request changed nothing.",
}
WRITTEN = (
    wechat_apps.RECORD,
    credentials.RECORD,
    branding.RECORD,
    branding.OWN_RECORD,
    administrators.RECORD,
    invitations.RECORD,
    apis.RECORD,
    domain_files.RECORD,
    groups.RECORD,
    access.RECORD,
)
TOLD = (
    accounts.ACCOUNT,
    accounts.DETAIL,
    accounts.HELD,
    accounts.SOURCE,
    accounts.SESSION,
    accounts.OVER,
    account_lists.COUNT,
    people.RECEIPT,
    account_jobs.JOB,
    account_jobs.RESULT,
    merges.PREVIEW,
    merges.MERGE,
    conflicts.RECORD,
    events.RECORD,
    event_streams.RECORD,
    statistics.RECORD,
    keys.RECORD,
    keys.MOVED,
    administrators.SESSION,
    administrators.SIGNED_OUT,
    comparisons.SIDE,
    search.HIT,
    enablements.PREVIEW,
    wechat_apps.CHECK,
    wechat_apps.BINDING,
    credentials.CHECK,
    moves.RECORD,
    presets.RECORD,
    presets.CHECK,
    groups.MEMBER,
    groups.ADDED,
    account_passkeys.RECORD,
    groups.OF_ACCOUNT,
    access.PERSON,
)
PAGES = (
    "WeChatApp",
    "Credential",
    "Connection",
    "Client",
    "Enablement",
    "AccountJob",
    "AccountPasskey",
    "Session",
    "Merge",
    "Conflict",
    "Event",
    "EventStream",
    "Key",
    "KeyMove",
    "Administrator",
    "Api",
    "DomainFile",
    "Preset",
    "AdministratorSession",
    "Invitation",
    "ComparedAccount",
    "Hit",
    "Webhook",
    "Delivery",
    "Group",
    "GroupMember",
    "AccountGroup",
    "ClientPerson",
)

Schemas = Mapping[str, Json]


def schemas_of(elements: Elements) -> Schemas:
    """All of them; what a connection and an enablement may hold follows from what there is."""
    modes = [mode for source in elements.sources for mode in source.modes]
    enablement = enablements.record(elements.releasable)
    of_clients = client_members.schemas(elements.grant_type_names)
    schemas: dict[str, Json] = {"Problem": PROBLEM, **of_clients, **webhooks.schemas()}
    for record in (*WRITTEN, connections.record(modes)):
        schemas |= record.schemas()
    schemas |= {record.name: record.told() for record in (*TOLD, enablement)}
    schemas |= {f"{name}Page": page_of(name) for name in PAGES}
    return schemas | {
        "EnablementNew": enablement.made(),
        "SecretRotation": closed({"overlap": clients.OVERLAP}),
        "TakeDown": wechat_apps.TAKE_DOWN,
        "AccountPage": account_lists.PAGE,
        "PersonNew": people.FIELDS.made(),
        "PersonChange": people.FIELDS.changed(),
        "AccountAction": account_jobs.ACTION,
        "AccountImport": account_jobs.OPTIONS,
        "AccountRows": account_jobs.ROWS,
        "AccountJobResults": account_jobs.RESULTS,
        "SourceNew": accounts.LINK,
        "SignOut": closed({"offline": FLAG}),
        "MergeNew": closed({"other": merges.SUB}, ("other",)),
        "Decision": closed({"decision": one_of("dismiss", "follow")}, ("decision",)),
        "KeyRotation": keys.ROTATION,
        "InvitationMade": invitations.MADE,
        "AdministratorSignOut": administrators.SIGN_OUT,
        "EventStreamSwitch": event_streams.SWITCH,
        "GroupMembersNew": groups.PEOPLE,
        "ClientPersonDecision": access.DECISION,
    }


def current_schemas() -> Schemas:
    """Those of the application that handles this request."""
    known: Schemas | None = current_app.extensions.get("api_schemas")
    if known is None:
        known = current_app.extensions["api_schemas"] = schemas_of(
            current_app.extensions["elements"]
        )
    return known
