"""``prune``: what has expired goes, in small transactions beside the traffic."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import click
from sqlalchemy.orm import Session

from app.accounts import passkeys
from app.accounts.identification import association, keys, source_tokens
from app.accounts.records import merge
from app.audit import client_refusals, trail
from app.elements import current_federation
from app.management.cli.command import as_json, command, print_json
from app.management.cli.deployment import clock, session, settings
from app.management.cli.durations import Duration
from app.management.cli.transactions import in_transaction
from app.management.services.jobs import store as account_jobs
from app.notifications import outbox
from app.sessions import at_source, browser
from app.sessions.lifetimes import SessionLifetimes
from app.statistics import rolling
from app.statistics.expired import note_expired
from oidc.database.pruning import PRUNABLE, Prunable

DAY = 86400


@dataclass(frozen=True)
class Chore:
    """One kind of row.

    :param batches: given a batch size, removes batch after batch and says how many rows each had.
    """

    name: str
    batches: Callable[[int], Iterator[int]]


@command("prune")
@click.option(
    "--batch",
    default=1000,
    show_default=True,
    type=click.IntRange(1, 10_000),
    help="Rows that one transaction removes.",
)
@click.option(
    "--audit-after",
    type=Duration(),
    help="Also remove audit events older than this, such as 400d; they are kept otherwise.",
)
@as_json
def prune(batch: int, audit_after: int | None, as_json: bool) -> None:
    """Remove what has expired.

    It is safe beside the traffic, at any time, on several nodes at once. Run it every hour.

    Tickets, authorization requests, grants whose last token is dead, codes that were never
    redeemed, replay marks, device codes, sessions, tokens at sources, push receipts, unanswered
    questions, merges that can no longer be undone; imports and actions on many of a month ago;
    addresses and devices in the log (QIAO_LOG_RETENTION_DAYS); refusals of applications that did
    not come again for a month; notifications of a month ago.

    \b
    qiao prune
    qiao prune --batch 500 --audit-after 400d
    """
    removed = {chore.name: _run(chore, batch, as_json) for chore in chores(audit_after)}
    if as_json:
        print_json(removed)
    elif not any(removed.values()):
        click.echo("Nothing has expired.")


def chores(audit_after: int | None) -> Iterator[Chore]:
    """Everything that is removed, in order."""
    db, now = session(), clock()
    lifetimes = SessionLifetimes(settings().session_idle_lifetime, settings().session_lifetime)
    yield Chore("tickets", partial(_prune_tickets, db))
    yield Chore("push receipts", partial(_until_fewer, partial(_prune_pushes, db)))
    for prunable in PRUNABLE:
        yield Chore(prunable.name, partial(_by_key, prunable))
    sessions = partial(browser.prune, db, now, lifetimes=lifetimes)
    yield Chore("sessions", partial(_until_fewer, lambda limit: len(sessions(limit))))
    there = partial(at_source.prune, db, now())
    yield Chore("sessions at sources", partial(_until_fewer, there))
    tokens = partial(source_tokens.prune, db, now())
    yield Chore("tokens at sources", partial(_until_fewer, tokens))
    yield Chore("questions", partial(_until_fewer, partial(association.prune, db, now)))
    asked = partial(passkeys.prune, db, now)
    yield Chore("passkey questions", partial(_until_fewer, asked))
    yield Chore("merges", partial(_until_fewer, partial(merge.prune, db, now)))
    turns = partial(keys.prune_turns, db, now() - 3600)
    yield Chore("phone turns", partial(_until_fewer, turns))
    jobs = partial(account_jobs.prune, db, now)
    yield Chore("imports and actions", partial(_until_fewer, jobs))
    origins = partial(trail.forget_origins, db, now() - settings().log_retention_days * DAY)
    yield Chore("addresses in the log", partial(_until_fewer, origins))
    refusals = partial(client_refusals.prune, db, now() - client_refusals.KEPT)
    yield Chore("refusals", partial(_until_fewer, refusals))
    notices = partial(outbox.prune, db, now() - outbox.KEPT)
    yield Chore("notifications", partial(_until_fewer, notices))
    yield Chore("numbers", partial(_prune_numbers, db))
    if audit_after is not None:
        yield Chore("audit events", partial(_prune_events, db, audit_after))


def _prune_tickets(db: Session, batch: int) -> Iterator[int]:
    """What ran out without a word is written down before it goes."""
    for _noted in _until_fewer(lambda limit: note_expired(db, clock(), limit=limit), batch):
        pass
    yield from _until_fewer(partial(current_federation().tickets.prune, db), batch)


def _prune_numbers(db: Session, _batch: int) -> Iterator[int]:
    """Hours are counted first: what is not counted yet must not go with its events."""
    while in_transaction(partial(rolling.roll_hour, db, clock())):
        pass
    yield in_transaction(partial(rolling.prune, db, clock()() - rolling.KEPT))


def _prune_events(db: Session, older: int, batch: int) -> Iterator[int]:
    before = min(clock()() - older, rolling.counted_until(db) or 0)
    yield from _until_fewer(partial(trail.prune, db, before), batch)


def _prune_pushes(db: Session, limit: int) -> int:
    return sum(receiver.prune(db, limit) for receiver in current_federation().pushes.values())


def _run(chore: Chore, batch: int, quiet: bool) -> int:
    total = 0
    for gone in chore.batches(batch):
        total += gone
        if gone == batch and not quiet:
            click.echo(f"{chore.name}: {total} so far", err=True)
    if total and not quiet:
        click.echo(f"{chore.name}: {total} removed")
    return total


def _until_fewer(step: Callable[[int], int], batch: int) -> Iterator[int]:
    gone = batch
    while gone == batch:
        gone = in_transaction(partial(step, batch))
        yield gone


def _by_key(prunable: Prunable, batch: int) -> Iterator[int]:
    after: str | None = ""
    while after is not None:
        step = in_transaction(partial(prunable.step, session(), clock()(), batch, after))
        after = step.last
        yield step.gone
