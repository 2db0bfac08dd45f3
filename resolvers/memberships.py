"""Who may do what in a restaurant."""

from domain.access import Caller, Membership, Right, Role
from domain.changes import EntityType
from domain.ids import RestaurantId
from domain.refusals import ConflictRefusal, not_found
from resolvers.entering import Written, own_row
from resolvers.texts import name_of
from resolvers.transaction import Intent, Transactions, WriteTransaction
from store import change_log, restaurants, staff

Result = Written[Membership]


async def grant(
    transactions: Transactions, caller: Caller, intent: Intent, given: Membership
) -> Result:
    """Give somebody a role, in place of the one they had."""

    async def work(tx: WriteTransaction) -> Result:
        standing = await _enter(tx, given.restaurant_id)
        subject = name_of(given.subject, ("subject",))
        if given.staff_id is not None:
            what = "staff member"
            await own_row(tx, staff.by_ids, given.staff_id, what=what, path=("staffId",))
        before = standing.get(subject)
        await _expect(tx, subject, before)
        if given.role is not Role.OWNER:
            _refuse_last_owner(standing, subject)
        after = Membership(
            restaurant_id=given.restaurant_id,
            subject=subject,
            role=given.role,
            staff_id=given.staff_id,
        )
        await restaurants.grant(tx.connection, after)
        tx.record(before, after)
        return Written(value=after, revision=tx.revision)

    return await transactions.write(caller, intent, Result, work)


async def revoke(
    transactions: Transactions,
    caller: Caller,
    intent: Intent,
    restaurant_id: RestaurantId,
    subject: str,
) -> Result:
    """Take somebody's role away; the last owner keeps theirs."""

    async def work(tx: WriteTransaction) -> Result:
        standing = await _enter(tx, restaurant_id)
        if subject not in standing:
            raise not_found("membership", ("subject",))
        await _expect(tx, subject, standing[subject])
        _refuse_last_owner(standing, subject)
        await restaurants.revoke(tx.connection, restaurant_id, subject)
        tx.record(standing[subject], None)
        return Written(value=standing[subject], revision=tx.revision)

    return await transactions.write(caller, intent, Result, work)


async def _enter(tx: WriteTransaction, restaurant_id: RestaurantId) -> dict[str, Membership]:
    await tx.enter(restaurant_id, Right.GRANT, what="restaurant", path=("restaurantId",))
    found = await restaurants.memberships_of(tx.connection, restaurant_id)
    return {membership.subject: membership for membership in found}


async def _expect(tx: WriteTransaction, subject: str, standing: Membership | None) -> None:
    """Refuse when this person's role has changed after the expected revision."""
    expected = tx.intent.expected_revision
    own = (EntityType.MEMBERSHIP,)
    if expected is None or not await change_log.has_changed_after(
        tx.connection, tx.restaurant.id, expected, own, subject
    ):
        return
    now = "has no role" if standing is None else f"is {standing.role}"
    raise ConflictRefusal(
        code="STALE_REVISION",
        message=f"This has changed after revision {expected}; {subject} {now} now.",
        path=("expectedRevision",),
    )


def _refuse_last_owner(standing: dict[str, Membership], subject: str) -> None:
    owners = {s for s, membership in standing.items() if membership.role is Role.OWNER}
    if owners != {subject}:
        return
    raise ConflictRefusal(
        code="LAST_OWNER",
        message="This is the last owner; make somebody else an owner first.",
        path=("subject",),
    )
