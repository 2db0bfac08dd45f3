"""Who may cover which group: create, edit, delete, reorder."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from domain.access import Caller
from domain.backups import BackupAssignment, admit
from domain.ids import BackupAssignmentId, GroupId
from domain.refusals import ValidationRefusal, not_found
from domain.staff import GroupMembership, StaffGroup
from resolvers.assignment_findings import AssignmentKept, AssignmentWritten, with_findings
from resolvers.entering import (
    Written,
    already_deleted,
    editable_configuration,
    enter_row,
    own_row,
    own_rows,
)
from resolvers.texts import note_of
from resolvers.transaction import Intent, Transactions, WriteTransaction
from store import backup_assignments, groups, staff

LARGEST_ORDER = 1_000_000


async def create(
    transactions: Transactions,
    caller: Caller,
    intent: Intent,
    draft: BackupAssignment,
    order: int | None,
) -> AssignmentWritten:
    """Add an assignment; without an order it is asked after the last active one of the group."""

    async def work(tx: WriteTransaction) -> AssignmentKept:
        group = await _enter_group(tx, draft.group_id)
        await own_row(tx, staff.by_ids, draft.staff_id, what="staff member", path=("staffId",))
        existing = await backup_assignments.active_of_group(tx.connection, group.id)
        placed = replace(
            draft,
            restaurant_id=group.restaurant_id,
            configuration_id=group.configuration_id,
            priority_order=_after_last(existing) if order is None else order,
            revision=tx.revision,
        )
        admitted = await _admit(tx, placed, group, existing)
        made = await backup_assignments.insert(tx.connection, admitted)
        tx.record(None, made)
        return AssignmentKept(assignment=made, revision=tx.revision, today=tx.today)

    kept = await transactions.write(caller, intent, AssignmentKept, work)
    return await with_findings(transactions, caller, intent, kept)


async def update(
    transactions: Transactions,
    caller: Caller,
    intent: Intent,
    key: BackupAssignmentId,
    changes: Mapping[str, Any],
) -> AssignmentWritten:
    """Change the named fields; covers that were recorded under it stay as they are."""

    async def work(tx: WriteTransaction) -> AssignmentKept:
        before = await _standing(tx, key, revives=changes.get("is_active") is True)
        group = (await groups.by_ids(tx.connection, [before.group_id]))[before.group_id]
        if not group.is_active:
            raise already_deleted(group, "group")
        existing = await backup_assignments.active_of_group(tx.connection, group.id)
        changed = replace(before, **changes, revision=tx.revision)
        others = [row for row in existing if row.id != key]
        admitted = await _admit(tx, changed, group, others, before)
        after = await backup_assignments.update(tx.connection, admitted)
        tx.record(before, after)
        return AssignmentKept(assignment=after, revision=tx.revision, today=tx.today)

    kept = await transactions.write(caller, intent, AssignmentKept, work)
    return await with_findings(transactions, caller, intent, kept)


async def delete(
    transactions: Transactions, caller: Caller, intent: Intent, key: BackupAssignmentId
) -> Written[BackupAssignment]:
    """Take an assignment out of force; creating it again makes a new row."""

    async def work(tx: WriteTransaction) -> Written[BackupAssignment]:
        before = await _standing(tx, key, revives=False)
        ended = replace(before, is_active=False, revision=tx.revision)
        after = await backup_assignments.update(tx.connection, ended)
        tx.record(before, after)
        return Written(value=after, revision=tx.revision)

    return await transactions.write(caller, intent, Written[BackupAssignment], work)


async def reorder(
    transactions: Transactions,
    caller: Caller,
    intent: Intent,
    group_id: GroupId,
    keys: Sequence[BackupAssignmentId],
) -> Written[tuple[BackupAssignment, ...]]:
    """Ask the group's backups in this order from now on: 1, 2, …"""

    async def work(tx: WriteTransaction) -> Written[tuple[BackupAssignment, ...]]:
        group = await _enter_group(tx, group_id)
        existing = await backup_assignments.active_of_group(tx.connection, group.id)
        found = {row.id: row for row in existing}
        what, path = "backup assignment", ("ids",)
        named = await own_rows(tx, backup_assignments.by_ids, keys, what=what, path=path)
        tx.expect(*(named | found).values())
        if sorted(keys) != sorted(found):
            raise ValidationRefusal(
                code="ORDER_INCOMPLETE",
                message="ids must name each active assignment of the group exactly once.",
                path=path,
            )
        written = [await _place(tx, found[key], n) for n, key in enumerate(keys, start=1)]
        return Written(value=tuple(written), revision=tx.revision)

    return await transactions.write(caller, intent, Written[tuple[BackupAssignment, ...]], work)


async def _place(tx: WriteTransaction, before: BackupAssignment, order: int) -> BackupAssignment:
    if before.priority_order == order:
        return before
    moved = replace(before, priority_order=order, revision=tx.revision)
    after = await backup_assignments.update(tx.connection, moved)
    tx.record(before, after)
    return after


async def _enter_group(tx: WriteTransaction, group_id: GroupId) -> StaffGroup:
    """The group to write for; a deleted one is gone for good."""
    path = ("groupId",)
    group = await enter_row(tx, groups.by_ids, group_id, what="group", path=path)
    if not group.is_active:
        raise not_found("group", path)
    await editable_configuration(tx, group.configuration_id, path)
    return group


async def _standing(
    tx: WriteTransaction, key: BackupAssignmentId, *, revives: bool
) -> BackupAssignment:
    before = await enter_row(tx, backup_assignments.by_ids, key, what="backup assignment")
    await editable_configuration(tx, before.configuration_id, ("id",))
    if not before.is_active and not revives:
        raise already_deleted(before, "backup assignment")
    tx.expect(before)
    return before


def _after_last(existing: Sequence[BackupAssignment]) -> int:
    return max((row.priority_order for row in existing), default=0) + 1


async def _admit(
    tx: WriteTransaction,
    draft: BackupAssignment,
    group: StaffGroup,
    others: Sequence[BackupAssignment],
    before: BackupAssignment | None = None,
) -> BackupAssignment:
    """The assignment as it may be stored; raises a refusal.

    One whose person has joined the group since stands and may be edited: that it is useless
    is a finding, and shortening it is the way out.
    """
    if draft.priority_order > LARGEST_ORDER:
        raise ValidationRefusal(
            code="OUT_OF_RANGE",
            message=f"priorityOrder is {LARGEST_ORDER} at most.",
            path=("priorityOrder",),
        )
    members = await groups.memberships_of_groups(tx.connection, [group.id])
    stood = before is not None and before.is_active and _is_member(tx, before, members)
    is_member = not stood and _is_member(tx, draft, members)
    admit(draft, group, is_member=is_member, existing=others)
    return replace(draft, notes=note_of(draft.notes, ("notes",)))


def _is_member(
    tx: WriteTransaction, draft: BackupAssignment, members: Sequence[GroupMembership]
) -> bool:
    """Whether the backup belongs to the group on the first day on which they could cover."""
    first = max(tx.today, draft.effective_from or tx.today)
    if draft.effective_until is not None and draft.effective_until < first:
        return False
    return any(m.staff_id == draft.staff_id and m.period.contains(first) for m in members)
