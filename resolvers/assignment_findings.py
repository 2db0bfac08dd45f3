"""What a written backup assignment brings about: looked for when nobody waits for it any more."""

import asyncio
from dataclasses import dataclass, replace
from datetime import date, timedelta

from domain.access import Caller
from domain.backups import BackupAssignment
from domain.conflicts import conflicts_of
from domain.findings import Conflict
from resolvers.schedules import LATEST
from resolvers.transaction import Intent, Transactions, WriteTransaction
from store import backup_assignments, boards, configurations, idempotency
from store.codec import from_row, to_row
from store.engine import ReadConnection

FORESEEN = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentWritten:
    """What was written, and what it brings about: findings, never refusals."""

    assignment: BackupAssignment
    conflicts: tuple[Conflict, ...]
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentKept:
    """The first result of a write; `conflicts` is None until they have been looked for."""

    assignment: BackupAssignment
    revision: int
    today: date
    conflicts: tuple[Conflict, ...] | None = None


async def with_findings(
    transactions: Transactions, caller: Caller, intent: Intent, kept: AssignmentKept
) -> AssignmentWritten:
    """The result with its findings; for a repeated call those that were answered first.

    They are read after the commit, so that neither the restaurant's next writer nor its followers
    wait for them.
    """
    if kept.conflicts is None:
        found = await _look(transactions, kept)
        kept = await _settle(transactions, caller, intent, replace(kept, conflicts=found))
    return AssignmentWritten(
        assignment=kept.assignment, conflicts=kept.conflicts or (), revision=kept.revision
    )


async def _look(transactions: Transactions, kept: AssignmentKept) -> tuple[Conflict, ...]:
    """The findings of the month that begins with the assignment, as things stand by now."""
    start, end = _month(kept.assignment, kept.today)
    async with transactions.read() as connection:
        standing = await _in_force(connection, kept.assignment)
        if standing is None:
            return ()
        board = await boards.load_period(connection, standing.restaurant_id, start, end, kept.today)
    return await asyncio.to_thread(conflicts_of, board, standing)


async def _in_force(
    connection: ReadConnection, assignment: BackupAssignment
) -> BackupAssignment | None:
    key, restaurant_id = assignment.id, assignment.restaurant_id
    standing = (await backup_assignments.by_ids(connection, [key])).get(key)
    active = (await configurations.active_of(connection, [restaurant_id]))[restaurant_id]
    if standing is None or not standing.is_active or standing.configuration_id != active.id:
        return None
    return standing


def _month(assignment: BackupAssignment, today: date) -> tuple[date, date]:
    start = min(max(today, assignment.effective_from or today), LATEST - FORESEEN)
    last = start + FORESEEN
    return start, max(start, min(last, assignment.effective_until or last))


async def _settle(
    transactions: Transactions, caller: Caller, intent: Intent, found: AssignmentKept
) -> AssignmentKept:
    """Keep the findings beside the key; where a repeated call was faster, answer what it kept."""
    key = intent.client_mutation_id
    if key is None:
        return found

    async def work(tx: WriteTransaction) -> AssignmentKept:
        row = await idempotency.complete(
            tx.connection, caller.subject, key, to_row(found), lacking="conflicts"
        )
        return from_row(AssignmentKept, row)

    unkeyed = Intent(operation=intent.operation, input_hash=intent.input_hash)
    return await transactions.write(caller, unkeyed, AssignmentKept, work)
