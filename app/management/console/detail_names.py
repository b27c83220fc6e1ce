"""What the details of an event are called: what was noted, and the fields that were changed."""

from collections.abc import Mapping

from flask_babel import gettext as _

from app.audit.trail import Event
from app.elements import current_federation
from app.management.console.metadata_labels import LABELS
from federation.translation import N_

DETAILS: Mapping[str, str] = {
    "flag": N_("Noticed"),
    "namespace": N_("Known by"),
    "key": N_("Known by"),
    "shared_name": N_("With a name shared between credentials"),
    "phone": N_("Phone number"),
    "proof": N_("Proved by"),
    "with": N_("With the account"),
    "kept": N_("Kept account"),
    "merge": N_("Merge"),
    "conflict": N_("Conflict"),
    "sessions": N_("Sessions ended"),
    "grants": N_("Grants ended"),
    "offline": N_("Offline access as well"),
    "admin": N_("Administrator"),
    "username": N_("User name"),
    "name": N_("Name"),
    "role": N_("Role"),
    "needed": N_("Role that it takes"),
    "password": N_("Password"),
    "left": N_("Codes left"),
    "by": N_("By"),
    "path": N_("Address"),
    "what": N_("What"),
    "count": N_("How many"),
    "source": N_("Source"),
    "app_id": N_("Credential"),
    "errcode": N_("Error number of the source"),
    "kid": N_("Key"),
    "alg": N_("Algorithm"),
    "overlap": N_("Seconds for which the old one still works"),
    "api": N_("API"),
    "resource": N_("Address of the API"),
    "file": N_("File"),
    "way": N_("How they came"),
    "other_account": N_("With the account"),
    "kind": N_("Type"),
    "id": N_("Id"),
    "type": N_("Type"),
    "fields": N_("What was changed"),
    "group": N_("Group"),
    "groups": N_("Groups"),
    "people": N_("People"),
    "first": N_("The first of them"),
    "display": N_("Display name"),
    "display_name": N_("Display name"),
    "description": N_("Description"),
    "rules": N_("Rules"),
    "phone_rules": N_("Phone numbers in the rules"),
    "mode": N_("Mode"),
    "seen": N_("What it is told of groups"),
    "form": N_("What it is told of a group"),
    "contact": N_("Whom to ask"),
    "enabled": N_("On"),
    "disabled": N_("Stopped"),
    "position": N_("Place"),
    "allow_sign_up": N_("New people may come in"),
    "source_tokens": N_("Tokens of the source"),
    "policy": N_("Claims"),
    "login_only": N_("Only people who are known"),
    "association": N_("How accounts are linked"),
    "options": N_("Options"),
    "is_default": N_("The default"),
    "secret": N_("Secret"),
    "accent": N_("Colour"),
    "logo": N_("Logo"),
    "background": N_("Background"),
    "picture": N_("Picture"),
    "texts": N_("Texts"),
    "url": N_("Address"),
    "events": N_("Events"),
    "webhook": N_("Webhook"),
    "stream": N_("Stream"),
    "scopes": N_("Scopes"),
    "default_scopes": N_("Scopes where none is asked for"),
    "token_format": N_("Access tokens"),
    "token_lifetime": N_("Access token lifetime"),
    "introspected_by": N_("Who may introspect its tokens"),
    "open_to_self_registered": N_("Also for applications that registered themselves"),
    "job": N_("Job"),
    "rows": N_("Rows"),
    "created": N_("Created"),
    "updated": N_("Completed"),
    "action": N_("Action"),
    "accounts": N_("Accounts"),
    "columns": N_("Columns"),
    "filters": N_("Filters"),
}
"""What stands in ``Event.detail``, but for what has a name elsewhere."""


def title(event: Event, name: str) -> str:
    """In the admin's language: by our names, those of the fields of an application or of a
    credential of its source; a name of the protocols, which has no other, as it is."""
    known = DETAILS.get(name) or LABELS.get(name) or _of_source(event, name)
    return str(_(known)) if known else name


def _of_source(event: Event, name: str) -> str | None:
    source = current_federation().sources.get(str(event.detail.get("source", "")))
    fields = source.credentials.fields if source else ()
    return next((one.label for one in fields if one.name == name), None)
