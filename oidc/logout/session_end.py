"""What must happen whenever a browser session ends, whoever ended it and why.

The host calls :func:`end_sessions` in the transaction that removes its sessions. Time alone is no
logout: a session that merely expired is not announced, as its applications may be in use.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from oidc.clients.client import Client
from oidc.host import EndedSession
from oidc.logout import outbox
from oidc.logout.frontchannel import frame_of
from oidc.logout_pages import Frame
from oidc.provider import Provider
from oidc.shared_signals import emission
from oidc.tokens import held_access, revoking


@dataclass(frozen=True, slots=True)
class LogoutEffects:
    """What followed from the end of sessions.

    :param revoked: grants that ended with them.
    :param deliveries: logout tokens that are now under way to applications.
    :param frames: what the person's browser must load to sign out of applications itself.
    """

    revoked: int = 0
    deliveries: int = 0
    frames: tuple[Frame, ...] = field(default=())


def end_sessions(
    provider: Provider, ended: Iterable[EndedSession], initiator: str = "user"
) -> LogoutEffects:
    """Ends what rests on these sessions and lets their applications know.

    :param initiator: who ended them, for receivers of security events: ``user``, ``admin``,
        ``policy`` or ``system`` (CAEP 1.0 2).

    Grants without ``offline_access`` are revoked (OpenID Connect Back-Channel Logout 2.7); every
    application that was granted something in one of the sessions gets its logout token through
    the outbox, and receivers of security events hear of it. Everything joins the caller's
    transaction; at most five statements where no such receiver is among them.
    """
    subjects = {each.sid: each.subject for each in ended}
    if not subjects:
        return LogoutEffects()
    session, now, sids = provider.session, provider.clock(), list(subjects)
    pairs = held_access.clients_of_sessions(session, sids)
    told = list(_clients(provider, pairs))
    emission.tell_of_sessions(provider, pairs, subjects, initiator)
    revoked = revoking.revoke_of_sessions(session, sids, now)
    deliveries = [
        outbox.Address(sid, client.client_id, subjects[sid])
        for sid, client in told
        if client.metadata.backchannel_logout_uri
    ]
    outbox.post(session, deliveries, now)
    if deliveries:
        provider.delivery_wakeup.wake_after_commit(session)
    frames = [frame_of(client, provider.settings.issuer, sid) for sid, client in told]
    return LogoutEffects(revoked, len(deliveries), tuple(frame for frame in frames if frame))


def _clients(provider: Provider, pairs: Sequence[tuple[str, str]]) -> Iterator[tuple[str, Client]]:
    """The applications among them that want to hear of logouts."""
    for sid, client_id in pairs:
        client = provider.clients.get(provider.session, client_id)
        if client is not None and client.metadata.hears_of_logouts:
            yield sid, client
