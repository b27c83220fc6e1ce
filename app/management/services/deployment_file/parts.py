"""The kinds of things in the file, each made so by the services that console and API use."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from typing import Any

from app.administrators import admins
from app.administrators.admins import AdminFields
from app.branding import store
from app.branding.pictures import backdrop, redrawn
from app.branding.store import OUR_OWN, Branding
from app.enablement import sources as enablement
from app.management.services import (
    branding,
    clients,
    connections,
    credentials,
    enablements,
    preset_documents,
    presets,
)
from app.management.services.actor import Actor
from app.management.services.branding import Wanted
from app.management.services.deployment_file import group_parts
from app.management.services.deployment_file.applying import Change, Item, Part
from app.management.services.deployment_file.references import NoSecretThere, References
from app.management.services.deployment_file.webhook_part import WEBHOOKS
from app.management.services.preset_documents import MissingAddress, NothingToRegister
from app.management.services.presets import UnknownPreset
from app.sign_in.local_passwords import passwords
from federation import ConnectionFields, CredentialFields, Source
from federation.errors import InvalidFields, Problem
from oidc.clients.client import Client
from oidc.clients.metadata import ClientMetadata
from oidc.clients.secrets import needs_secret


def _changed(kind: str, id_: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Change:
    members = tuple(name for name in after if before.get(name) != after[name])
    return Change("change", kind, id_, members)


# Credentials.


def _credential_key(actor: Actor, item: Item) -> str:
    return f"{item['source']} {item[_source(actor, item).credentials.id.name]}"


def _source(actor: Actor, item: Item) -> Source:
    source = actor.federation.sources.get(item["source"])
    assert source is not None, "the schema knows the sources"
    return source


def _credential(actor: Actor, references: References, item: Item) -> Change | None:
    source = _source(actor, item)
    form = source.credentials
    secrets = {one.name for one in form.fields if one.secret}
    known = credentials.store_of(actor, source).get(actor.session, item[form.id.name])
    flat = dict(item)
    for name in secrets & item.keys():
        found = references.another(item[name], has_one=known is not None and bool(known[name]))
        flat = {**flat, name: found} if found else {n: v for n, v in flat.items() if n != name}
    wanted = form.read(flat)
    if known is None:
        credentials.create(actor, source, wanted)
        return Change("add", "credential", wanted.id)
    kept = CredentialFields.of(known, form).flat(form)
    before = {**kept, **{name: known[name] for name in secrets}}
    after = {**kept, **{name: value for name, value in flat.items() if name != "source"}}
    if all(before.get(name, "") == value for name, value in after.items()):
        return None
    credentials.change(actor, source, known, form.read(after), known.version)
    return _changed("credential", wanted.id, before, after)


def _unnamed_credentials(actor: Actor, named: frozenset[str]) -> Iterator[Change]:
    for source in actor.federation.sources:
        for one in credentials.store_of(actor, source).all(actor.session):
            if f"{source.id} {one.id}" not in named:
                credentials.delete(actor, source, one)
                yield Change("delete", "credential", one.id)


# Connections.

_PLAIN = ("display_name", "app_id", "login_only", "phone", "association", "enabled", "position")


def _connection(actor: Actor, _: References, item: Item) -> Change | None:
    federation = actor.federation
    options = {name: value for name, value in item.items() if name not in (*_PLAIN, "id", "mode")}
    given = {name: item[name] for name in _PLAIN if name in item}
    chosen = connections.options_of(federation.sources, item["mode"], options)
    if strange := options.keys() - chosen.keys():
        raise InvalidFields([Problem(name, "is no option of this mode") for name in strange])
    wanted = ConnectionFields(item["id"], item["mode"], options=chosen, **given)
    known = federation.connections.get(actor.session, wanted.id)
    if known is None:
        connections.create(actor, wanted)
        return Change("add", "connection", wanted.id)
    before = ConnectionFields.of(known)
    wanted = replace(wanted, options={**before.options, **chosen})
    if wanted == before:
        return None
    connections.change(actor, known, wanted, known.version)
    return _changed("connection", wanted.id, asdict(before), asdict(wanted))


def _unnamed_connections(actor: Actor, named: frozenset[str]) -> Iterator[Change]:
    for one in actor.federation.connections.all(actor.session):
        if one.id not in named:
            connections.delete(actor, one.id)
            yield Change("delete", "connection", one.id)


# Applications.


def _application(actor: Actor, references: References, item: Item) -> Change | None:
    metadata = clients.metadata_of(actor.provider, _document(item))
    client_id = item["client_id"]
    known = actor.provider.clients.stored(actor.session, client_id)
    has_one = known is not None and bool(known.secrets)
    secret = references.another(item.get("client_secret"), has_one=has_one)
    made = known is None
    if known is None:
        if secret is None and needs_secret(metadata):
            raise InvalidFields([Problem("client_secret", "Say where it stands: {env: NAME}.")])
        known, _told = clients.create(actor, metadata, client_id, secret)
    members = [] if made else [*_registration(actor, known, metadata, secret)]
    known = actor.provider.clients.stored(actor.session, client_id) or known
    if item.get("disabled", False) != known.disabled:
        clients.switch(actor, known, enabled=not item.get("disabled", False))
        members.append("disabled")
    members += _enabled(actor, client_id, item.get("connections"))
    members += _tokens(actor, client_id, item.get("source_tokens"))
    members += _look(actor, references, client_id, item.get("branding"))
    members += group_parts.access_of(actor, client_id, item.get("access"))
    if made:
        return Change("add", "application", client_id)
    return Change("change", "application", client_id, tuple(members)) if members else None


def _document(item: Item) -> dict[str, Any]:
    """The registration document; what the file says goes before what the program needs."""
    own = item.get("metadata", {})
    if "preset" not in item:
        return {"client_name": item["client_id"], **own}
    try:
        preset = presets.load(item["preset"])
        return {**preset_documents.document_of(preset, item.get("url")), **own}
    except UnknownPreset as error:
        raise InvalidFields([Problem("preset", "There is no such program.")]) from error
    except MissingAddress as error:
        raise InvalidFields([Problem("url", "Say where the program is reached.")]) from error
    except NothingToRegister as error:
        told = "It only checks tokens, and needs an API instead of an application."
        raise InvalidFields([Problem("preset", told)]) from error


def _registration(
    actor: Actor, known: Client, metadata: ClientMetadata, secret: str | None
) -> Iterator[str]:
    before, after = known.metadata.to_document(), metadata.to_document()
    if before != after:
        clients.change(actor, known, metadata)
        yield from (n for n in {**before, **after} if before.get(n) != after.get(n))
    if secret is not None and not known.check_client_secret(secret):
        raise InvalidFields(
            [Problem("client_secret", "It has another secret: use `qiao clients rotate-secret`.")]
        )


def _enabled(actor: Actor, client_id: str, wanted: list[str] | None) -> Iterator[str]:
    if wanted is None:
        return
    _check_known(actor, "connections", wanted)
    have = {
        one.connection_id
        for one in enablement.of_client(actor.session, client_id, enabled_only=True)
    }
    for name in [*wanted, *sorted(have - {*wanted})]:
        if (name in have) != (name in wanted):
            enablements.switch(actor, client_id, name, enabled=name in wanted)
            yield f"connection {name}"


def _tokens(actor: Actor, client_id: str, wanted: list[str] | None) -> Iterator[str]:
    if wanted is None:
        return
    _check_known(actor, "source_tokens", wanted)
    known = enablement.of_client(actor.session, client_id)
    have = {one.connection_id for one in known if one.source_tokens}
    for name in [*wanted, *sorted(have - {*wanted})]:
        if enablements.hand_tokens(actor, client_id, name, allowed=name in wanted):
            yield f"tokens of {name}"


def _check_known(actor: Actor, member: str, wanted: list[str]) -> None:
    known = {one.id for one in actor.federation.connections.all(actor.session)}
    if strange := [name for name in wanted if name not in known]:
        raise InvalidFields([Problem(member, f"There is no connection {strange[0]}.")])


def _look(
    actor: Actor, references: References, client_id: str, wanted: Item | None
) -> Iterator[str]:
    if wanted is None:
        return
    before = store.of_client(actor.session, client_id)
    sent = {
        name: references.content(wanted[name]) if name in wanted else None
        for name in ("logo", "picture")
    }
    look = Wanted(
        wanted.get("accent", ""),
        wanted.get("background", ""),
        sent["logo"],
        sent["picture"],
        wanted.get("texts", {}),
    )
    if _is_worn(actor, before, look):
        return
    branding.change(actor, client_id, look, before.version)
    yield "branding"


def _is_worn(actor: Actor, before: Branding, look: Wanted) -> bool:
    """Whether it looks so already; a picture that the file does not name is left alone."""
    same = (before.accent or "", before.background or "", before.texts) == (
        look.accent.lower(),
        look.background.lower(),
        look.texts,
    )
    pairs = ((before.logo, look.logo, redrawn), (before.picture, look.picture, backdrop))
    return same and all(
        sent is None or (digest is not None and store.picture(actor.session, digest) == draw(sent))
        for digest, sent, draw in pairs
    )


# The deployment's own look.


def _own_look(actor: Actor, references: References, item: Item) -> Change | None:
    done = [*_look(actor, references, OUR_OWN, item)]
    return Change("change", "branding", "of the deployment") if done else None


def _unnamed_applications(actor: Actor, named: frozenset[str]) -> Iterator[Change]:
    """Those that registered themselves are nobody's to name."""
    after = ""
    while page := actor.provider.clients.page(actor.session, after=after):
        after = page[-1].client_id
        for one in page:
            if one.client_id not in named and not one.dynamic and not one.is_described:
                clients.delete(actor, one)
                yield Change("delete", "application", one.client_id)


# Administrators.


def _administrator(actor: Actor, references: References, item: Item) -> Change | None:
    known = admins.by_username(actor.session, item["username"])
    fields = AdminFields(item["username"], item.get("name", ""), item["role"])
    verifier = passwords()
    if known is None:
        if "password" not in item:
            raise NoSecretThere("somebody new needs a password")
        fields = replace(fields, password=references.secret(item["password"]))
        admins.create(actor.session, actor.clock, verifier, fields, actor=actor.name)
        return Change("add", "administrator", fields.username)
    before = {"name": known.name, "role": known.role}
    after = {"name": fields.name, "role": fields.role}
    if before == after:
        return None
    admins.change(
        actor.session, actor.clock, verifier, known, fields, known.version, actor=actor.name
    )
    return _changed("administrator", fields.username, before, after)


PARTS = (
    Part("credentials", _credential_key, _credential, _unnamed_credentials),
    Part("connections", lambda _, item: str(item["id"]), _connection, _unnamed_connections),
    Part(
        "groups", lambda _, item: str(item["name"]), group_parts.group, group_parts.unnamed_groups
    ),
    Part(
        "applications", lambda _, item: str(item["client_id"]), _application, _unnamed_applications
    ),
    Part("branding", lambda *_: "the deployment's", _own_look),
    Part("administrators", lambda _, item: str(item["username"]), _administrator),
    WEBHOOKS,
)
"""In the order in which they rest on one another."""
