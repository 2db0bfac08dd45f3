"""Day-off requests."""

from datetime import datetime

import strawberry

from domain import rules as domain
from domain.rules import RequestState
from schema.context import Info
from schema.fields import described
from schema.nodes import Node, encode, register, stored
from schema.scalars import Day
from schema.staff import StaffMember, staff_member
from store import rules


@strawberry.type(description="Somebody asks for a day off. It is kept until it is declined.")
class DayOffRequest(Node):
    date: Day = strawberry.field(description="Which day.")
    state: RequestState = strawberry.field(description="Where it stands.")
    reason: str | None = strawberry.field(description="Why, if they said so.")
    revision: int = strawberry.field(description="The revision that last changed it.")
    created_at: datetime = strawberry.field(description="When it was made.")
    updated_at: datetime = strawberry.field(description="When it was last changed.")
    value: strawberry.Private[domain.DayOffRequest]

    @described("Who asks.")
    async def staff(self, info: Info) -> StaffMember:
        return await staff_member(info, self.value.staff_id)

    @classmethod
    def from_domain(cls, value: domain.DayOffRequest) -> "DayOffRequest":
        return cls(
            id=encode("DayOffRequest", value.id),
            date=value.date,
            state=value.state,
            reason=value.reason,
            revision=value.revision,
            created_at=stored(value.created_at),
            updated_at=stored(value.updated_at),
            value=value,
        )


register(domain.DayOffRequest, DayOffRequest, rules.requests_by_ids)
