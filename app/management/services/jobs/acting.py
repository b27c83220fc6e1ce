"""One step of an action on many: some accounts, each told apart."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any, Literal, get_args

from app.accounts.records import editing, listing
from app.accounts.records.listing import Wanted
from app.management.services import accounts, people, people_filters
from app.management.services.actor import Actor
from app.management.services.jobs import store, troubles
from app.management.services.jobs.store import Job
from app.management.services.refusals import REFUSED, refusal_of
from federation.errors import InvalidFields, Problem
from federation.translation import N_

Action = Literal["disable", "enable", "sign_out", "erase"]
ACTIONS: tuple[Action, ...] = get_args(Action)
AT_ONCE = 20
"""Accounts of one step, which is one transaction."""
MOST_CHOSEN = 1000

Chosen = list[tuple[str, int | None]]
"""Accounts, each with the version that it was seen at; None for whatever it is."""


def begin(actor: Actor, action: Action, chosen: Chosen | Wanted) -> Job:
    """Has it done to all of these, by whoever works next.

    :param chosen: accounts by name, or all that a filter finds at the time of each step.
    :raises InvalidFields: nobody is meant.
    """
    session = actor.session
    if isinstance(chosen, Wanted):
        total = listing.count(session, chosen, ceiling=10_000_000).number
        options: dict[str, Any] = {"wanted": asdict(chosen)}
    else:
        total = len(chosen)
        options = {"chosen": [list(one) for one in chosen[:MOST_CHOSEN]]}
    if not total:
        member = "filter" if isinstance(chosen, Wanted) else "subs"
        raise InvalidFields([Problem(member, N_("Choose somebody first."))])
    job = store.create(
        session, actor.clock, action, actor.name, options, state="running", total=total
    )
    actor.note("accounts.action_begun", {"job": job.id, "action": action, "accounts": total})
    return job


def step(actor: Actor, job: Job) -> None:
    """Does it to the next ones; when there are no more, the job is over."""
    session = actor.session
    following, position = _next(actor, job)
    if not following:
        store.change(session, actor.clock, job, state="done", lease_until=0)
        done = {"job": job.id, "action": job.kind, "accounts": job.done}
        actor.note("accounts.action_done", done)
        return
    told = [
        [account_id, *_one(actor, job.kind, account_id, seen)] for account_id, seen in following
    ]
    counts = dict(job.counts)
    for _account_id, what, *_more in told:
        counts[what] = counts.get(what, 0) + 1
    store.put_result(session, job, job.done // AT_ONCE, told)
    values: dict[str, Any] = {
        "position": position,
        "counts": counts,
        "done": job.done + len(told),
        "lease_until": actor.clock() + store.LEASE,
    }
    options = troubles.with_more(job, (one for one in told if one[1] == "refused"))
    if options is not None:
        values["options"] = options
    store.change(session, actor.clock, job, **values)


def _next(actor: Actor, job: Job) -> tuple[Chosen, str]:
    if "chosen" in job.options:
        begun = int(job.position or 0)
        some = [(str(one), seen) for one, seen in job.options["chosen"][begun : begun + AT_ONCE]]
        return some, str(begun + len(some))
    wanted = Wanted(**job.options["wanted"])
    after = people_filters.place(job.position)
    found = listing.ids_after(actor.session, wanted, after, AT_ONCE)
    found = [one for one in found if one.moment <= job.created_at]
    position = people_filters.place_name(found[-1]) if found else ""
    return [(one.account_id, None) for one in found], position


def _one(actor: Actor, action: str, account_id: str, seen: int | None) -> tuple[str, str]:
    """What became of it and, where it was refused, why."""
    try:
        with actor.session.begin_nested():
            if action != "erase":
                editing.demand_version(actor.session, account_id, seen)
            return _ACTS[action](actor, account_id, seen)
    except REFUSED as error:
        return "refused", refusal_of(error).message


def _disable(actor: Actor, account_id: str, _seen: int | None) -> tuple[str, str]:
    was_on = accounts.is_enabled(actor, account_id)
    accounts.disable(actor, account_id)
    return ("done" if was_on else "unchanged"), ""


def _enable(actor: Actor, account_id: str, _seen: int | None) -> tuple[str, str]:
    return ("done" if accounts.enable(actor, account_id) else "unchanged"), ""


def _sign_out(actor: Actor, account_id: str, _seen: int | None) -> tuple[str, str]:
    over = accounts.sign_out(actor, account_id, offline=True)
    return ("done" if over.sessions or over.grants else "unchanged"), ""


def _erase(actor: Actor, account_id: str, seen: int | None) -> tuple[str, str]:
    return "done", people.erase(actor, account_id, seen).id


_ACTS: Mapping[str, Callable[[Actor, str, int | None], tuple[str, str]]] = {
    "disable": _disable,
    "enable": _enable,
    "sign_out": _sign_out,
    "erase": _erase,
}
