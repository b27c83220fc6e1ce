"""Who may come in to an application, what it is told of groups, and who asks to be let in."""

from app.accounts.records import directory
from app.groups import access, catalog, people
from app.groups.access import Access
from app.management.services.actor import Actor, differences
from app.management.services.refusals import NoAccount


def save(actor: Actor, wanted: Access) -> Access:
    """Saves what was read at ``wanted.version``.

    :raises federation.errors.InvalidFields: with every problem at once.
    :raises federation.errors.VersionConflict: somebody else saved first.
    """
    before = access.of_client(actor.session, wanted.client_id)
    after = access.save(actor.session, actor.clock, wanted)
    detail = differences(_told(actor, before), _told(actor, after))
    actor.note("client.access_changed", detail, client_id=wanted.client_id)
    return after


def decide(actor: Actor, client_id: str, account_id: str, state: str, seen: str = "") -> bool:
    """Lets somebody in, or refuses them; False where it was so.

    :param state: ``allowed`` or ``refused``.
    :param seen: the state in which whoever decides has seen it.
    :raises NoAccount: the account is gone, or merged into another.
    :raises federation.errors.VersionConflict: somebody else has decided otherwise since.
    """
    known = directory.get(actor.session, account_id)
    if known is None or known.merged_into is not None:
        raise NoAccount
    decided = people.decide(
        actor.session, actor.clock, client_id, account_id, state, actor=actor.name, seen=seen
    )
    if decided:
        kind = "access.allowed" if state == "allowed" else "access.declined"
        actor.note(kind, subject=account_id, client_id=client_id)
    return decided


def withdraw(actor: Actor, client_id: str, account_id: str, seen: str = "") -> bool:
    """Forgets what was decided of somebody, who may ask again; False where nothing was.

    :param seen: and what is raised: as for `decide`.
    """
    gone = people.withdraw(actor.session, client_id, account_id, seen)
    if gone:
        actor.note("access.withdrawn", subject=account_id, client_id=client_id)
    return gone


def _told(actor: Actor, one: Access) -> dict[str, object]:
    names = catalog.names_of(actor.session, one.groups)
    groups = {
        names.get(group_id, group_id): [
            *(["enters"] if there.enters else []),
            *(["seen"] if there.seen else []),
            *there.roles,
        ]
        for group_id, there in one.groups.items()
    }
    plain = ("mode", "seen", "form", "contact")
    return {**{name: getattr(one, name) for name in plain}, "groups": groups}
