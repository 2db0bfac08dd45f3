"""Adding a priority rule: its person says which restaurant it belongs to."""

from dataclasses import replace

from domain.access import Caller
from domain.rules import PriorityRule
from resolvers import setting_rows
from resolvers.entering import Written, enter_row
from resolvers.rules import PRIORITY_RULE
from resolvers.transaction import Intent, Transactions, WriteTransaction
from store import staff

Result = Written[PriorityRule]


async def create(
    transactions: Transactions, caller: Caller, intent: Intent, draft: PriorityRule
) -> Result:
    async def work(tx: WriteTransaction) -> Result:
        path = ("staffId",)
        member = await enter_row(tx, staff.by_ids, draft.staff_id, what="staff member", path=path)
        own = replace(draft, restaurant_id=member.restaurant_id)
        return await setting_rows.add(PRIORITY_RULE, tx, own)

    return await transactions.write(caller, intent, Result, work)
