"""The deployment as a file, with references where secrets go: their values are not told."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import yaml

from app.administrators import admins
from app.branding import store
from app.branding.store import OUR_OWN, Branding
from app.enablement import sources as enablement
from app.groups import access, catalog
from app.management.services import credentials, records
from app.management.services.actor import Actor
from app.notifications import webhooks
from app.notifications.webhooks import Webhook
from federation.credentials import CredentialFields
from federation.sources import options_of_all
from oidc.clients.metadata import ClientMetadata
from oidc.clients.secrets import needs_secret

Item = dict[str, Any]


def export(actor: Actor) -> str:
    """What `apply` takes; pictures are left out."""
    document = {
        "credentials": [*_credentials(actor)],
        "connections": [*_connections(actor)],
        "groups": [*_groups(actor)],
        "applications": [*_applications(actor)],
        "branding": [look for look in [_branding(store.of_client(actor.session, OUR_OWN))] if look],
        "administrators": [
            {"username": one.username, "name": one.name, "role": one.role}
            for one in admins.everybody(actor.session)
        ],
        "webhooks": [_webhook(one) for one in webhooks.everybody(actor.session)],
    }
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True)


def _credentials(actor: Actor) -> Iterator[Item]:
    for source in actor.federation.sources:
        form = source.credentials
        for one in credentials.store_of(actor, source).all(actor.session):
            flat = CredentialFields.of(one, form).flat(form)
            secret = {
                name.name: _reference(source.id, one.id, name.name)
                for name in form.fields
                if name.secret and one[name.name]
            }
            yield {"source": source.id, **{n: v for n, v in flat.items() if v != ""}, **secret}


def _reference(*words: str) -> Item:
    return {"env": re.sub(r"[^A-Z0-9]+", "_", "_".join(words).upper())}


def _connections(actor: Actor) -> Iterator[Item]:
    for one in actor.federation.connections.all(actor.session):
        told = records.connection(one, options_of_all([one.declared_mode]))
        left_out = ("effective_app_id", "usable", "version")
        yield {name: v for name, v in told.items() if name not in left_out and v not in (None, "")}


def _branding(worn: Branding) -> Item:
    texts = {language: dict(said) for language, said in worn.texts.items()}
    told = {"accent": worn.accent, "background": worn.background, "texts": texts}
    return {name: value for name, value in told.items() if value}


def _webhook(one: Webhook) -> Item:
    told = {"id": one.id, "url": one.url, "events": list(one.events), "enabled": one.enabled}
    secret = _reference("webhook", one.id, "secret")
    about = {"description": one.description} if one.description else {}
    return {**told, **about, "secret": secret}


def _metadata(metadata: ClientMetadata) -> Item:
    """What is not as it is by default."""
    usual = ClientMetadata().to_document()
    told = metadata.to_document()
    return {name: v for name, v in told.items() if name not in usual or usual[name] != v}


def _groups(actor: Actor) -> Iterator[Item]:
    for one in catalog.every(actor.session):
        fields = replace(one.fields, rules=catalog.rules_of(actor.session, one.id))
        told = records.group(replace(one, fields=fields))
        rules = {kind: values for kind, values in told["rules"].items() if values}
        words = {name: told[name] for name in ("name", "display", "description") if told[name]}
        yield {**words, **({"rules": rules} if rules else {})}


def _access(actor: Actor, client_id: str) -> Item:
    """Nothing for an application that nothing was ever said of."""
    known = access.of_client(actor.session, client_id)
    if not known.version:
        return {}
    names = catalog.names_of(actor.session, known.groups)
    groups = {
        names[one]: {"enters": there.enters, "seen": there.seen, "roles": [*there.roles]}
        for one, there in known.groups.items()
        if one in names
    }
    plain = ("mode", "seen", "form", "contact")
    return {**{name: getattr(known, name) for name in plain}, "groups": groups}


def _applications(actor: Actor) -> Iterator[Item]:
    after = ""
    while page := actor.provider.clients.page(actor.session, after=after):
        after = page[-1].client_id
        for one in page:
            if one.dynamic or one.is_described:
                continue
            item: Item = {"client_id": one.client_id, "metadata": _metadata(one.metadata)}
            if needs_secret(one.metadata):
                item["client_secret"] = _reference("client", one.client_id, "secret")
            allowed = enablement.of_client(actor.session, one.client_id, enabled_only=True)
            item["connections"] = [each.connection_id for each in allowed]
            if tokens := [each.connection_id for each in allowed if each.source_tokens]:
                item["source_tokens"] = tokens
            if look := _branding(store.of_client(actor.session, one.client_id)):
                item["branding"] = look
            if kept := _access(actor, one.client_id):
                item["access"] = kept
            yield {**item, **({"disabled": True} if one.disabled else {})}
