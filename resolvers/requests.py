"""Asking for days off, and answering."""

from dataclasses import replace

from domain.access import Caller, Right, require_self
from domain.ids import RequestId, RestaurantId
from domain.refusals import ConflictRefusal, ValidationRefusal
from domain.rules import DayOffRequest, RequestState
from resolvers.entering import Written, enter_row
from resolvers.texts import note_of
from resolvers.transaction import Intent, Transactions, WriteTransaction
from store import rules, staff

Result = Written[DayOffRequest]


async def request(
    transactions: Transactions, caller: Caller, intent: Intent, draft: DayOffRequest
) -> Result:
    """Ask for an employed day; what stands in the cell already is left as it is."""

    async def work(tx: WriteTransaction) -> Result:
        member = await enter_row(
            tx,
            staff.by_ids,
            draft.staff_id,
            what="staff member",
            right=Right.REQUEST_DAY_OFF,
            path=("staffId",),
        )
        require_self(tx.membership, member.id)
        if not member.is_employed_on(draft.date):
            raise ValidationRefusal(
                code="NOT_EMPLOYED",
                message=f"{member.name} is not employed on {draft.date}.",
                path=("date",),
            )
        await _refuse_second(tx, member.restaurant_id, draft)
        asked = replace(
            draft,
            restaurant_id=member.restaurant_id,
            reason=note_of(draft.reason, ("reason",)),
            revision=tx.revision,
        )
        made = await rules.insert_request(tx.connection, asked)
        tx.record(None, made)
        return Written(value=made, revision=tx.revision)

    return await transactions.write(caller, intent, Result, work)


async def decide(
    transactions: Transactions,
    caller: Caller,
    intent: Intent,
    key: RequestId,
    decision: RequestState,
) -> Result:
    """Approve or decline; a decision may be changed, a withdrawn request may not be decided."""

    async def work(tx: WriteTransaction) -> Result:
        before = await enter_row(tx, rules.requests_by_ids, key, what="day-off request")
        tx.expect(before)
        if decision not in (RequestState.APPROVED, RequestState.DECLINED):
            raise ValidationRefusal(
                code="NOT_A_DECISION",
                message="decision is APPROVED or DECLINED.",
                path=("decision",),
            )
        _refuse_withdrawn(before)
        if decision.is_in_force and not before.state.is_in_force:
            await _refuse_second(tx, before.restaurant_id, before)
        return await _move(tx, before, decision)

    return await transactions.write(caller, intent, Result, work)


async def withdraw(
    transactions: Transactions, caller: Caller, intent: Intent, key: RequestId
) -> Result:
    """Take a request back; staff take back their own only."""

    async def work(tx: WriteTransaction) -> Result:
        before = await enter_row(
            tx,
            rules.requests_by_ids,
            key,
            what="day-off request",
            right=Right.REQUEST_DAY_OFF,
        )
        require_self(tx.membership, before.staff_id)
        tx.expect(before)
        _refuse_withdrawn(before)
        return await _move(tx, before, RequestState.WITHDRAWN)

    return await transactions.write(caller, intent, Result, work)


def _refuse_withdrawn(standing: DayOffRequest) -> None:
    if standing.state is not RequestState.WITHDRAWN:
        return
    raise ConflictRefusal(
        code="ALREADY_WITHDRAWN",
        message="This request has been withdrawn; ask anew if it is needed again.",
        path=("id",),
        current=(standing,),
    )


async def _refuse_second(
    tx: WriteTransaction, restaurant_id: RestaurantId, asked: DayOffRequest
) -> None:
    found = await rules.requests_in_force(tx.connection, restaurant_id, asked.date, asked.date)
    if all(other.staff_id != asked.staff_id or other.id == asked.id for other in found):
        return
    raise ValidationRefusal(
        code="DUPLICATE",
        message=f"A day off on {asked.date} has been asked for already.",
        path=("date",),
    )


async def _move(tx: WriteTransaction, before: DayOffRequest, state: RequestState) -> Result:
    after = await rules.update_request(
        tx.connection, replace(before, state=state, revision=tx.revision)
    )
    tx.record(before, after)
    return Written(value=after, revision=tx.revision)
