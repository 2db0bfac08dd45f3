"""Adding, editing and deleting people."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from domain.access import Caller, Right
from domain.ids import StaffId
from domain.refusals import ValidationRefusal, not_found
from domain.staff import StaffMember
from resolvers.entering import Written, already_deleted, enter_row
from resolvers.texts import LONGEST_NAME, name_of, note_of
from resolvers.transaction import Intent, Transactions, WriteTransaction
from store import staff

MOST_GROUPS_PER_DAY = 100

Result = Written[StaffMember]


async def create(
    transactions: Transactions, caller: Caller, intent: Intent, draft: StaffMember
) -> Result:
    async def work(tx: WriteTransaction) -> Result:
        await tx.enter(draft.restaurant_id, Right.EDIT, what="restaurant", path=("restaurantId",))
        made = await staff.insert(tx.connection, replace(admit(draft), revision=tx.revision))
        tx.record(None, made)
        return Written(value=made, revision=tx.revision)

    return await transactions.write(caller, intent, Result, work)


async def update(
    transactions: Transactions,
    caller: Caller,
    intent: Intent,
    key: StaffId,
    changes: Mapping[str, Any],
) -> Result:
    """Change the named fields; cells that new dates leave outside stay as history."""

    async def work(tx: WriteTransaction) -> Result:
        before = await _standing(tx, key)
        if changes.get("restaurant_id", before.restaurant_id) != before.restaurant_id:
            raise not_found("restaurant", ("restaurantId",))
        return await _write(tx, before, admit(replace(before, **changes)))

    return await transactions.write(caller, intent, Result, work)


async def delete(
    transactions: Transactions, caller: Caller, intent: Intent, key: StaffId
) -> Result:
    """Deactivate somebody from today on; what they did before stays as it was."""

    async def work(tx: WriteTransaction) -> Result:
        before = await _standing(tx, key)
        return await _write(tx, before, replace(before, deactivated_on=tx.today))

    return await transactions.write(caller, intent, Result, work)


def admit(member: StaffMember) -> StaffMember:
    """The person as they may be stored; raises ValidationRefusal."""
    if member.employed_until is not None and member.employed_until < member.employed_from:
        raise ValidationRefusal(
            code="FROM_AFTER_UNTIL",
            message="employedFrom lies after employedUntil; exchange them.",
            path=("employedFrom",),
        )
    if not 1 <= member.maximum_groups_per_day <= MOST_GROUPS_PER_DAY:
        raise ValidationRefusal(
            code="OUT_OF_RANGE",
            message=f"maximumGroupsPerDay is from 1 to {MOST_GROUPS_PER_DAY}.",
            path=("maximumGroupsPerDay",),
        )
    return replace(
        member,
        name=name_of(member.name),
        position=note_of(member.position, ("position",), LONGEST_NAME),
    )


async def _standing(tx: WriteTransaction, key: StaffId) -> StaffMember:
    before = await enter_row(tx, staff.by_ids, key, what="staff member")
    if not before.is_active:
        raise already_deleted(before, "staff member")
    tx.expect(before)
    return before


async def _write(tx: WriteTransaction, before: StaffMember, after: StaffMember) -> Result:
    written = await staff.update(tx.connection, replace(after, revision=tx.revision))
    tx.record(before, written)
    return Written(value=written, revision=tx.revision)
