"""Credentials of the sources: storing, changing, checking and deleting them."""

from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import select

from app.audit.pushes_seen import pushes_seen
from app.management.services import connections
from app.management.services.actor import Actor, differences
from app.management.services.connections import EndedAccess
from app.management.services.refusals import Dependent, InUse
from app.tables.people import EXTERNAL_KEY
from federation import Connection, Credential, CredentialFields, Source
from federation.credential_store import CredentialStore
from federation.credentials import CredentialForm, ErrorCode
from federation.errors import InvalidFields, Misconfigured
from federation.setup import Binding, Facts
from federation.source import Quota

SEEN = 50
"""Sign-ins that are looked at for a shared name."""
ENOUGH = 16
"""Characters of a secret whose last four tell nothing of the rest."""


def store_of(actor: Actor, source: Source) -> CredentialStore:
    return actor.federation.credentials.of(source.id)


def create(actor: Actor, source: Source, fields: CredentialFields) -> Credential:
    """Stores a credential.

    :raises federation.errors.InvalidFields: with every problem at once.
    """
    made = store_of(actor, source).create(actor.session, fields)
    actor.note(f"{source.credentials.noun}.created", _detail(source, None, made))
    return made


def change(
    actor: Actor, source: Source, before: Credential, wanted: CredentialFields, version: int
) -> Credential:
    """Saves a form that was opened at ``version``; secrets that are empty stay.

    :raises federation.errors.InvalidFields: with every problem at once.
    :raises federation.errors.VersionConflict: somebody else saved first.
    """
    form = source.credentials
    after = store_of(actor, source).update(actor.session, before.id, wanted, version)
    replaced = any(wanted.values.get(one.name) for one in form.secrets_of(before.kind))
    kind = "secret_replaced" if replaced else "changed"
    actor.note(f"{form.noun}.{kind}", _detail(source, before, after))
    return after


def replace_secrets(
    actor: Actor, source: Source, credential: Credential, secrets: dict[str, str]
) -> Credential:
    """Stores other secrets, all that it cannot be used without; the old ones cannot be had back.

    :raises federation.errors.InvalidFields: one is missing or not well-formed.
    :raises federation.errors.VersionConflict: somebody else saved at the same moment.
    """
    form = source.credentials
    kept = CredentialFields.of(credential, form)
    wanted = replace(kept, values={**kept.values, **secrets})
    needed = {one.name for one in form.secrets_of(credential.kind)}
    problems = [one for one in wanted.problems(form, is_new=True) if one.field in needed]
    if problems:
        raise InvalidFields(problems)
    return change(actor, source, credential, wanted, credential.version)


def delete(actor: Actor, source: Source, credential: Credential) -> None:
    """Forgets a credential that no connection uses, be it as the default one.

    :raises app.management.services.refusals.InUse: with those that do.
    """
    if users := used_by(actor, source, credential):
        raise InUse([Dependent("connection", one.id) for one in users])
    store_of(actor, source).delete(actor.session, credential.id)
    detail = {"app_id": credential.id, "name": credential.name, "kind": credential.kind}
    actor.note(f"{source.credentials.noun}.deleted", {"source": source.id, **detail})


def used_by(actor: Actor, source: Source, credential: Credential) -> list[Connection]:
    """The connections that rest on the credential."""
    known = actor.federation.connections.all(actor.session)
    return [one for one in known if one.source is source and one.credential.id == credential.id]


def take_down(actor: Actor, source: Source, credential: Credential, *, revoke: bool) -> EndedAccess:
    """Switches off every connection of the credential; see `connections.switch`."""
    over = [
        connections.switch(actor, one, enabled=False, revoke=revoke)
        for one in used_by(actor, source, credential)
        if one.enabled or revoke
    ]
    return EndedAccess(sum(one.sessions for one in over), sum(one.grants for one in over))


def check(actor: Actor, source: Source, credential: Credential) -> None:
    """Asks the source whether it takes the credential, and remembers the answer.

    The caller lets go of the database before: it may take seconds.

    :raises federation.errors.Misconfigured: it refuses; commit, so that the refusal is kept.
    :raises federation.errors.Unavailable: it could not be asked.
    """
    store = store_of(actor, source)
    try:
        actor.federation.check_credential(source, credential)
    except Misconfigured as error:
        store.note_fault(actor.session, credential.id, error.errcode)
        raise
    store.clear_fault(actor.session, credential.id)


def binding(actor: Actor, source: Source, credential: Credential) -> Binding:
    """Whether the source gives a name that its credentials share, and whose it is.

    ``unknown`` while nobody has signed in; ``unlabelled`` where nobody has said here which
    credentials share it.
    """
    namespace = source.own_namespace(credential)
    query = select(EXTERNAL_KEY.c.shared_value).where(EXTERNAL_KEY.c.namespace == namespace)
    seen = list(actor.session.scalars(query.limit(SEEN)))
    if not seen:
        return "unknown"
    if not any(seen):
        return "unbound"
    return "bound" if source.shared_namespace(credential) else "unlabelled"


def facts(actor: Actor, source: Source, credential: Credential) -> Facts:
    """What is known here of how far the credential is set up; the source is not asked."""
    faults = {one.credential_id: one for one in store_of(actor, source).faults(actor.session)}
    fault, now = faults.get(credential.id), actor.clock()
    seen = pushes_seen(actor.session, source.id, credential.id)
    return Facts(
        binding=binding(actor, source, credential) if source.binding else None,
        fault=fault.errcode if fault else None,
        pushed=None if seen.received_at is None else now - seen.received_at,
        refused=None if seen.refused_at is None else now - seen.refused_at,
    )


def quotas(actor: Actor, source: Source, credential: Credential) -> list[Quota]:
    """What is left today of what the source counts; it is asked, as by `check`."""
    return actor.federation.quotas(source, credential)


def advice_about(source: Source, errcode: ErrorCode | None) -> str:
    """What to do about an error of the source, as a sentence (a message id)."""
    if errcode is None:
        return source.refused
    # A document keeps errors as text, also where the source numbers them.
    known = {str(code): sentence for code, sentence in source.refusals.items()}
    return known.get(str(errcode), source.refused_unknown)


def _detail(source: Source, before: Credential | None, after: Credential) -> dict[str, Any]:
    """What changed; of what is secret at most the ends."""
    form = source.credentials
    changed = differences(_values(before, form) if before else {}, _values(after, form))
    hidden = {one.name for one in form.fields if one.secret or one.confidential}
    for name in hidden & changed.keys():
        changed[name] = [_end(value) for value in changed[name]]
    return {**changed, "source": source.id, "app_id": after.id}


def _values(credential: Credential, form: CredentialForm) -> dict[str, Any]:
    fields = asdict(CredentialFields.of(credential, form))
    flat = {one.name: credential[one.name] for one in form.fields}
    return flat | {name: fields[name] for name in ("kind", "name", "is_default")}


def _end(secret: str | None) -> str:
    if not secret:
        return ""
    return f"…{secret[-4:]}" if len(secret) >= ENOUGH else "…"
