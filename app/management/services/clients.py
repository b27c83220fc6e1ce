"""Applications: registering, changing, stopping and ending them, with all that rests on them."""

from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.exc import IntegrityError

from app.accounts.claims import GROUPS
from app.audit import client_refusals
from app.branding import store as looks
from app.elements import current_elements, passwords_are_on
from app.enablement import sources
from app.groups import access
from app.groups.access import Access
from app.management.services import presets
from app.management.services.actor import Actor, differences
from app.management.services.refusals import NoSecret, TakenId
from federation.errors import VersionConflict
from oidc.clients.client import Client
from oidc.clients.metadata import ClientMetadata
from oidc.clients.metadata_parsing import InvalidMetadata, RegistrationPolicy, parse
from oidc.clients.secrets import needs_plain_secret, needs_secret
from oidc.interactions.consents import forget_client
from oidc.logout import outbox
from oidc.protocol import redirect_uris
from oidc.provider import Provider
from oidc.shared_signals import streams
from oidc.tokens import revoking
from oidc.tokens.revoking import GrantFilter

NO_MOBILE_APP = "must be a list of the ids that a source gives to mobile apps"


def metadata_of(provider: Provider, document: Mapping[str, Any]) -> ClientMetadata:
    """What a registration document (RFC 7591) says; our own switches may be set.

    :raises oidc.clients.metadata_parsing.InvalidMetadata: with every problem at once.
    """
    policy = RegistrationPolicy(
        trusted=True,
        http_on_loopback=provider.settings.allow_http_loopback,
        own_address=provider.settings.issuer,
        signing_algs=provider.settings.signing_algorithms,
        loopback_callbacks=True,
        subject_types=provider.subjects.types,
        grant_types=tuple(grant.GRANT_TYPE for grant, _extensions in provider.grant_types),
    )
    metadata = parse(document, policy=policy)
    if metadata.subject_type not in provider.subjects.types:
        raise InvalidMetadata([("subject_type", "must be public on this server")])
    if not all(map(_is_mobile_app, metadata.mobile_app_ids)):
        raise InvalidMetadata([("mobile_app_ids", NO_MOBILE_APP)])
    return metadata


def words_of_care(metadata: ClientMetadata, connections: Collection[str]) -> list[str]:
    """What whoever registers an application should know, in sentences.

    :param connections: those that are enabled for it.
    """
    said = []
    if not metadata.client_name:
        said.append(
            "It has no name, so people read its client ID; give it one with"
            " `clients change ID --name NAME`."
        )
    loopback = [uri for uri in metadata.redirect_uris if _is_loopback(uri)]
    if loopback and metadata.application_type == "web":
        said.append(
            f"{loopback[0]} is whatever program answers there on the computer of the person who "
            "signs in; remove it where the application does not run for you alone."
        )
    if "authorization_code" in metadata.grant_types and not connections:
        who = "only who has a password" if passwords_are_on() else "nobody"
        said.append(
            f"No connection is enabled for it, so {who} can sign in yet; enable one with"
            " `connections enable CONNECTION --client ID`."
        )
    return said


def _is_loopback(uri: str) -> bool:
    parts = urlsplit(uri)
    return parts.scheme == "http" and parts.hostname in redirect_uris.LOOPBACK_HOSTS


def _is_mobile_app(app_id: str) -> bool:
    """Whether one of the sources calls mobile apps like that."""
    known = [source.entries for source in current_elements().sources if source.entries]
    return any(entries.mobile_app_id(app_id) is None for entries in known)


def create(
    actor: Actor, metadata: ClientMetadata, client_id: str | None = None, secret: str | None = None
) -> tuple[Client, str | None]:
    """Registers an application; it and its secret, which is told this once.

    :param client_id: made up unless given.
    :param secret: one that it had elsewhere.
    :raises TakenId: the id is another's.
    """
    try:
        with actor.session.begin_nested():
            client, made = actor.provider.clients.add(
                actor.session, metadata, client_id=client_id, secret=secret
            )
    except IntegrityError as error:
        raise TakenId from error
    actor.note("client.created", differences({}, client.metadata.to_document()), **_about(client))
    _show_groups(actor, client)
    return client, made


def _show_groups(actor: Actor, client: Client) -> None:
    """A program of the list that maps groups is told of them: it was chosen for that."""
    preset = presets.of_client(client.metadata.preset)
    if preset is not None and GROUPS in preset.claims:
        access.save(actor.session, actor.clock, Access(client.client_id, seen="all"))


def change(actor: Actor, client: Client, metadata: ClientMetadata) -> tuple[Client, str | None]:
    """Replaces what is known of the application, at the version at which it was read.

    Gives it as it is now, and a secret where it needs one now and has none.

    :raises federation.errors.VersionConflict: somebody else changed it first.
    """
    done, secret = actor.provider.clients.reregister(actor.session, client, metadata)
    after = _reread(actor, client, done)
    detail = differences(client.metadata.to_document(), after.metadata.to_document())
    if secret:
        detail["secret"] = "made"
    actor.note("client.changed", detail, **_about(client))
    return after, secret


def lacks_secret(provider: Provider, client: Client, metadata: ClientMetadata) -> bool:
    """Whether `change` would make a secret."""
    if not needs_secret(metadata):
        return False
    unusable = needs_plain_secret(metadata) and not provider.clients.plain_secrets(client)
    return unusable or not client.live_secrets()


def rotate_secret(actor: Actor, client: Client, overlap: int) -> tuple[Client, str]:
    """Another secret; the old ones work on for ``overlap`` seconds.

    :raises NoSecret: it authenticates without one.
    :raises federation.errors.VersionConflict: somebody else changed it first.
    """
    if not needs_secret(client.metadata):
        raise NoSecret
    secret = actor.provider.clients.rotate_secret(actor.session, client, overlap)
    after = _reread(actor, client, secret is not None)
    actor.note("client.secret_rotated", {"overlap": overlap}, **_about(client))
    return after, str(secret)


def switch(actor: Actor, client: Client, *, enabled: bool) -> Client:
    """Stops the application, its tokens included, or lets it work again.

    :raises federation.errors.VersionConflict: somebody else changed it first.
    """
    done = actor.provider.clients.change(actor.session, client, disabled=not enabled)
    after = _reread(actor, client, done)
    outcome = "enabled" if enabled else "disabled"
    detail = differences({"disabled": client.disabled}, {"disabled": after.disabled})
    actor.note(f"client.{outcome}", detail, outcome=outcome, **_about(client))
    return after


def delete(actor: Actor, client: Client) -> int:
    """Removes the client with its consents and everything it was granted; how many grants."""
    client_id = client.client_id
    whose = GrantFilter(client_id=client_id)
    revoked = revoking.revoke_all(actor.session, whose, actor.clock())
    forget_client(actor.session, client_id)
    outbox.forget_client(actor.session, client_id)
    streams.forget_client(actor.session, client_id)
    sources.forget_client(actor.session, client_id)
    client_refusals.forget_client(actor.session, client_id)
    looks.forget_client(actor.session, client_id)
    access.forget_client(actor.session, client_id)
    actor.provider.clients.delete(actor.session, client_id)
    detail = {"name": client.metadata.client_name or client_id, "grants_revoked": revoked}
    actor.note("client.deleted", detail, **_about(client))
    return revoked


def _about(client: Client) -> dict[str, str]:
    return {"client_id": client.client_id}


def _reread(actor: Actor, client: Client, changed: bool) -> Client:
    found = actor.provider.clients.stored(actor.session, client.client_id) if changed else None
    if found is None:
        raise VersionConflict
    return found
