"""Asking for days off, and answering."""

from typing import Annotated

import strawberry

from domain import rules as domain
from domain.ids import RequestId, RestaurantId, StaffId
from domain.rules import RequestState
from resolvers import requests
from schema.conflicts import PayloadWithFindings
from schema.context import Info
from schema.inputs import THE_INPUT, EditInput, MutationInput, asking, given
from schema.nodes import decode
from schema.payloads import result
from schema.problems import AnyProblem
from schema.requests import DayOffRequest
from schema.scalars import Day


@strawberry.input(description="Ask for a day off. People with the role STAFF ask for themselves.")
class RequestDayOffInput(MutationInput):
    staff_id: strawberry.ID = strawberry.field(description="For whom.")
    date: Day = strawberry.field(
        description="Which day; they must be employed. What stands in the cell is left alone."
    )
    reason: str | None = strawberry.field(
        default=strawberry.UNSET, description="Why; up to 2,000 characters."
    )

    def to_domain(self) -> domain.DayOffRequest:
        return domain.DayOffRequest(
            id=RequestId(0),
            restaurant_id=RestaurantId(0),
            staff_id=StaffId(decode("StaffMember", self.staff_id, ("staffId",))),
            date=self.date,
            reason=given(self.reason, None),
        )


@strawberry.input(description="Approve or decline a request; a decision may be changed.")
class DecideDayOffRequestInput(EditInput):
    id: strawberry.ID = strawberry.field(description="Which request.")
    decision: RequestState = strawberry.field(description="APPROVED or DECLINED.")


@strawberry.input(description="Take a request back; staff take back their own only.")
class WithdrawDayOffRequestInput(EditInput):
    id: strawberry.ID = strawberry.field(description="Which request.")


@strawberry.type(description="The new request.")
class RequestDayOffPayload(PayloadWithFindings):
    day_off_request: DayOffRequest = strawberry.field(description="As stored.")


@strawberry.type(description="The request after the decision.")
class DecideDayOffRequestPayload(PayloadWithFindings):
    day_off_request: DayOffRequest = strawberry.field(description="As stored.")


@strawberry.type(description="The request that was taken back.")
class WithdrawDayOffRequestPayload(PayloadWithFindings):
    day_off_request: DayOffRequest = strawberry.field(description="The row that stays.")


RequestResult = Annotated[RequestDayOffPayload | AnyProblem, result("RequestDayOffResult")]
DecideResult = Annotated[
    DecideDayOffRequestPayload | AnyProblem, result("DecideDayOffRequestResult")
]
WithdrawResult = Annotated[
    WithdrawDayOffRequestPayload | AnyProblem, result("WithdrawDayOffRequestResult")
]


async def request_day_off(
    info: Info, input: Annotated[RequestDayOffInput, THE_INPUT]
) -> RequestResult:
    made = await requests.request(*asking(info, "requestDayOff", input), input.to_domain())
    await info.context.release_reads()
    request = DayOffRequest.from_domain(made.value)
    return RequestDayOffPayload(
        day_off_request=request, restaurant_id=made.value.restaurant_id, revision=made.revision
    )


async def decide_day_off_request(
    info: Info, input: Annotated[DecideDayOffRequestInput, THE_INPUT]
) -> DecideResult:
    key = RequestId(decode("DayOffRequest", input.id, ("id",)))
    asked = asking(info, "decideDayOffRequest", input)
    made = await requests.decide(*asked, key, input.decision)
    await info.context.release_reads()
    request = DayOffRequest.from_domain(made.value)
    return DecideDayOffRequestPayload(
        day_off_request=request, restaurant_id=made.value.restaurant_id, revision=made.revision
    )


async def withdraw_day_off_request(
    info: Info, input: Annotated[WithdrawDayOffRequestInput, THE_INPUT]
) -> WithdrawResult:
    key = RequestId(decode("DayOffRequest", input.id, ("id",)))
    made = await requests.withdraw(*asking(info, "withdrawDayOffRequest", input), key)
    await info.context.release_reads()
    request = DayOffRequest.from_domain(made.value)
    return WithdrawDayOffRequestPayload(
        day_off_request=request, restaurant_id=made.value.restaurant_id, revision=made.revision
    )
