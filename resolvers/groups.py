"""Groups and who belongs to them when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from domain.access import Caller, Right
from domain.ids import GroupId, MembershipId, StaffId
from domain.periods import ONE_DAY
from domain.refusals import ValidationRefusal, not_found
from domain.staff import GroupMembership, NeedPolicy, StaffGroup
from resolvers.entering import (
    Written,
    already_deleted,
    editable_configuration,
    enter_row,
    own_rows,
)
from resolvers.texts import color_of, name_of
from resolvers.transaction import Intent, Transactions, WriteTransaction
from store import backup_assignments, groups, staff

MOST_MEMBERS = 10_000

Result = Written[StaffGroup]


@dataclass(frozen=True, slots=True, kw_only=True)
class Members:
    """Who belongs to a group from now on; `since` is the first day of those who are new."""

    staff_ids: tuple[StaffId, ...]
    since: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupAndMembers(StaffGroup):
    """A group as the log keeps it: with those who belong to it from the change on."""

    member_ids: tuple[StaffId, ...] = ()


async def create(
    transactions: Transactions,
    caller: Caller,
    intent: Intent,
    draft: StaffGroup,
    members: Members,
) -> Result:
    """Add a group; its first members belong to it always unless `since` says from when."""

    async def work(tx: WriteTransaction) -> Result:
        await tx.enter(draft.restaurant_id, Right.EDIT, what="restaurant", path=("restaurantId",))
        configuration = await editable_configuration(tx, draft.configuration_id)
        await _check_members(tx, members.staff_ids)
        await _check_new(tx, members.staff_ids)
        placed = replace(admit(draft), configuration_id=configuration.id, revision=tx.revision)
        made = await groups.insert(tx.connection, placed)
        await _join(tx, made.id, members.staff_ids, members.since)
        tx.record(None, await _logged(tx, made, members.since))
        return Written(value=made, revision=tx.revision)

    return await transactions.write(caller, intent, Result, work)


async def update(  # noqa: PLR0913, PLR0917 - who, what and how
    transactions: Transactions,
    caller: Caller,
    intent: Intent,
    key: GroupId,
    changes: Mapping[str, Any],
    members: Members | None = None,
) -> Result:
    """Change the named fields; with `members` the list of members is replaced.

    Who is no longer named belonged to the group until yesterday; who is new belongs to it from
    `since`, or from today. What was true of earlier days stays true.
    """

    async def work(tx: WriteTransaction) -> Result:
        before = await _standing(tx, key)
        since = None if members is None else members.since
        logged = await _logged(tx, before, since)
        after = admit(replace(before, **changes, revision=tx.revision))
        written = await groups.update(tx.connection, after)
        if members is not None:
            await _replace_members(tx, key, members)
        tx.record(logged, await _logged(tx, written, since))
        return Written(value=written, revision=tx.revision)

    return await transactions.write(caller, intent, Result, work)


async def delete(
    transactions: Transactions, caller: Caller, intent: Intent, key: GroupId
) -> Result:
    """Take a group out of force, and with it the rules who backs it up.

    A backup that came or changed after the expected revision makes the delete stale too.
    """

    async def work(tx: WriteTransaction) -> Result:
        before = await _standing(tx, key)
        assignments = await backup_assignments.active_of_group(tx.connection, key)
        tx.expect(before, *assignments)
        after = replace(before, is_active=False, deactivated_on=tx.today, revision=tx.revision)
        written = await groups.update(tx.connection, after)
        tx.record(await _logged(tx, before, None), await _logged(tx, written, None))
        for assignment in assignments:
            ended = replace(assignment, is_active=False, revision=tx.revision)
            tx.record(assignment, await backup_assignments.update(tx.connection, ended))
        return Written(value=written, revision=tx.revision)

    return await transactions.write(caller, intent, Result, work)


def admit(group: StaffGroup) -> StaffGroup:
    """The group as it may be stored; raises ValidationRefusal."""
    if not 1 <= group.criticality <= 5:
        raise ValidationRefusal(
            code="OUT_OF_RANGE",
            message="criticality is from 1 (least) to 5.",
            path=("criticality",),
        )
    named = replace(group, name=name_of(group.name), color=color_of(group.color))
    if group.need_policy is not NeedPolicy.MINIMUM_PRESENT:
        return replace(named, minimum_present=None)
    if group.minimum_present is None or not 1 <= group.minimum_present <= MOST_MEMBERS:
        raise ValidationRefusal(
            code="MINIMUM_PRESENT_NEEDED",
            message="MINIMUM_PRESENT needs minimumPresent: how many, at least 1.",
            path=("minimumPresent",),
        )
    return named


async def _standing(tx: WriteTransaction, key: GroupId) -> StaffGroup:
    before = await enter_row(tx, groups.by_ids, key, what="group")
    await editable_configuration(tx, before.configuration_id, ("id",))
    if not before.is_active:
        raise already_deleted(before, "group")
    tx.expect(before)
    return before


async def _check_members(tx: WriteTransaction, staff_ids: Sequence[StaffId]) -> None:
    if len(set(staff_ids)) < len(staff_ids):
        raise ValidationRefusal(
            code="DUPLICATE", message="memberIds names somebody twice.", path=("memberIds",)
        )
    await own_rows(tx, staff.by_ids, staff_ids, what="staff member", path=("memberIds",))


async def _check_new(tx: WriteTransaction, staff_ids: Sequence[StaffId]) -> None:
    """Nobody joins who has been deleted: they would be written and never be seen."""
    found = await staff.by_ids(tx.connection, staff_ids)
    if not all(member.is_active for member in found.values()):
        raise not_found("staff member", ("memberIds",))


async def _logged(tx: WriteTransaction, group: StaffGroup, since: date | None) -> GroupAndMembers:
    day = tx.today if since is None else since
    rows = await groups.memberships_of_groups(tx.connection, [group.id])
    members = sorted({m.staff_id for m in rows if m.period.contains(day)})
    own = {field.name: getattr(group, field.name) for field in fields(group)}
    return GroupAndMembers(**own, member_ids=tuple(members))


async def _join(
    tx: WriteTransaction, group_id: GroupId, staff_ids: Sequence[StaffId], since: date | None
) -> None:
    rows = [
        GroupMembership(
            id=MembershipId(0), group_id=group_id, staff_id=staff_id, effective_from=since
        )
        for staff_id in staff_ids
    ]
    await groups.insert_memberships(tx.connection, rows)


async def _replace_members(tx: WriteTransaction, group_id: GroupId, members: Members) -> None:
    since = members.since or tx.today
    standing = [
        m
        for m in await groups.memberships_of_groups(tx.connection, [group_id])
        if m.effective_until is None or m.effective_until >= since
    ]
    rows_of = {m.staff_id: [o for o in standing if o.staff_id == m.staff_id] for m in standing}
    new = [staff_id for staff_id in members.staff_ids if staff_id not in rows_of]
    await _check_members(tx, members.staff_ids)
    await _check_new(tx, new)
    for staff_id, rows in rows_of.items():
        if staff_id in members.staff_ids:
            await _stay(tx, rows, since)
        else:
            for membership in rows:
                await _leave(tx, membership, since)
    await _join(tx, group_id, new, since)


async def _stay(tx: WriteTransaction, rows: Sequence[GroupMembership], since: date) -> None:
    """Make one membership of them that holds from `since` on for good."""
    first, *later = sorted(rows, key=lambda m: m.effective_from or date.min)
    for membership in later:
        await groups.delete_membership(tx.connection, membership.id)
    begins = None if first.effective_from is None else min(first.effective_from, since)
    for_good = replace(first, effective_from=begins, effective_until=None)
    if for_good != first:
        await groups.update_membership(tx.connection, for_good)


async def _leave(tx: WriteTransaction, membership: GroupMembership, since: date) -> None:
    """End a membership the day before; one that had not begun never was."""
    if (membership.effective_from or date.min) >= since:
        await groups.delete_membership(tx.connection, membership.id)
        return
    ended = replace(membership, effective_until=since - ONE_DAY)
    await groups.update_membership(tx.connection, ended)
