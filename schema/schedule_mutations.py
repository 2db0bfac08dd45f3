"""Making, editing and publishing schedules."""

from datetime import date
from typing import Annotated

import strawberry

from domain.edits import ShiftDraft
from domain.ids import CoverId, GroupId, RestaurantId, ScheduleId, ShiftCode, StaffId
from resolvers import covers, schedules
from resolvers.covers import CoverDraft
from schema.cells import Cover, CoverageGap, ShiftAssignment, gaps_of
from schema.conflicts import PayloadWithFindings
from schema.context import Info
from schema.inputs import THE_INPUT, EditInput, MutationInput, asking, given
from schema.nodes import decode
from schema.payloads import Payload, result
from schema.problems import AnyProblem
from schema.scalars import Day
from schema.schedules import Schedule

SCHEDULE = ("scheduleId",)


@strawberry.input(description="A new, empty draft.")
class CreateScheduleInput(MutationInput):
    restaurant_id: strawberry.ID = strawberry.field(description="Where.")
    start: date = strawberry.field(description="The first date.")
    end: date = strawberry.field(description="The last date, included; 1 to 366 days in all.")


@strawberry.input(description="Delete a draft; a published schedule is refused.")
class DeleteScheduleInput(EditInput):
    schedule_id: strawberry.ID = strawberry.field(description="Which schedule.")


@strawberry.input(description="One cell as it should be.")
class ShiftInput:
    staff_id: strawberry.ID = strawberry.field(description="Whose day.")
    date: Day = strawberry.field(description="Which day.")
    shift_type: str | None = strawberry.field(
        default=None, description="The code of the shift type; null clears the cell."
    )
    pinned: bool | None = strawberry.field(
        default=None, description="Whether generation must keep it; default false."
    )


@strawberry.input(
    description=(
        "Cells to set and to clear, all or nothing. `expectedRevision` is judged for each of "
        "these cells, also for those that have been cleared."
    )
)
class SetShiftsInput(EditInput):
    schedule_id: strawberry.ID = strawberry.field(description="Which schedule.")
    shifts: list[ShiftInput] = strawberry.field(description="The cells, each once.")


@strawberry.input(description="One cover as it should be.")
class CoverInput:
    staff_id: strawberry.ID = strawberry.field(description="Who covers.")
    group_id: strawberry.ID = strawberry.field(description="Which group.")
    date: Day = strawberry.field(description="Which day.")
    pinned: bool | None = strawberry.field(
        default=None, description="Whether generation must keep it; default true."
    )


@strawberry.input(description="Covers to record, all or none.")
class SetCoversInput(EditInput):
    schedule_id: strawberry.ID = strawberry.field(description="Which schedule.")
    covers: list[CoverInput] = strawberry.field(description="The covers, each once.")
    override: str | None = strawberry.field(
        default=None,
        description="Why, when somebody fails a test other than having an assignment; logged.",
    )


@strawberry.input(description="Take a cover back; the cell stays.")
class ReleaseCoverInput(EditInput):
    cover_id: strawberry.ID = strawberry.field(description="Which cover.")


@strawberry.input(description="Publish a draft.")
class PublishScheduleInput(EditInput):
    schedule_id: strawberry.ID = strawberry.field(description="Which schedule.")
    override: str | None = strawberry.field(
        default=None,
        description=(
            "Why, when a required gap, a hard violation or an error is left, or the last applied "
            "run is stale; logged."
        ),
    )


@strawberry.type(description="The new schedule.")
class CreateSchedulePayload(Payload):
    schedule: Schedule = strawberry.field(description="As stored.")


@strawberry.type(description="The deleted schedule.")
class DeleteSchedulePayload(Payload):
    schedule: Schedule = strawberry.field(description="The row that stays.")


@strawberry.type(description="The published schedule.")
class PublishSchedulePayload(PayloadWithFindings):
    schedule: Schedule = strawberry.field(description="As stored.")


@strawberry.type(description="What the edit left.")
class SetShiftsPayload(PayloadWithFindings):
    schedule: Schedule = strawberry.field(description="The schedule.")
    shifts: list[ShiftAssignment] = strawberry.field(description="The cells named, if set.")
    gaps: list[CoverageGap] = strawberry.field(description="All gaps of the dates named.")


@strawberry.type(description="What the edit left.")
class SetCoversPayload(PayloadWithFindings):
    schedule: Schedule = strawberry.field(description="The schedule.")
    covers: list[Cover] = strawberry.field(description="The covers named.")
    gaps: list[CoverageGap] = strawberry.field(description="All gaps of the dates named.")


@strawberry.type(description="What the release left.")
class ReleaseCoverPayload(PayloadWithFindings):
    schedule: Schedule = strawberry.field(description="The schedule.")
    gaps: list[CoverageGap] = strawberry.field(description="All gaps of that date.")


CreateResult = Annotated[CreateSchedulePayload | AnyProblem, result("CreateScheduleResult")]
DeleteResult = Annotated[DeleteSchedulePayload | AnyProblem, result("DeleteScheduleResult")]
PublishResult = Annotated[PublishSchedulePayload | AnyProblem, result("PublishScheduleResult")]
SetShiftsResult = Annotated[SetShiftsPayload | AnyProblem, result("SetShiftsResult")]
SetCoversResult = Annotated[SetCoversPayload | AnyProblem, result("SetCoversResult")]
ReleaseResult = Annotated[ReleaseCoverPayload | AnyProblem, result("ReleaseCoverResult")]


async def create_schedule(
    info: Info, input: Annotated[CreateScheduleInput, THE_INPUT]
) -> CreateResult:
    restaurant_id = RestaurantId(decode("Restaurant", input.restaurant_id, ("restaurantId",)))
    dates = (input.start, input.end)
    made = await schedules.create(*asking(info, "createSchedule", input), restaurant_id, dates)
    await info.context.release_reads()
    schedule = Schedule.from_domain(made.schedule)
    return CreateSchedulePayload(schedule=schedule, revision=made.revision)


async def delete_schedule(
    info: Info, input: Annotated[DeleteScheduleInput, THE_INPUT]
) -> DeleteResult:
    key = ScheduleId(decode("Schedule", input.schedule_id, SCHEDULE))
    made = await schedules.delete(*asking(info, "deleteSchedule", input), key)
    await info.context.release_reads()
    schedule = Schedule.from_domain(made.schedule)
    return DeleteSchedulePayload(schedule=schedule, revision=made.revision)


async def publish_schedule(
    info: Info, input: Annotated[PublishScheduleInput, THE_INPUT]
) -> PublishResult:
    key = ScheduleId(decode("Schedule", input.schedule_id, SCHEDULE))
    asked = asking(info, "publishSchedule", input)
    made = await schedules.publish(*asked, key, input.override)
    await info.context.release_reads()
    schedule = Schedule.from_domain(made.schedule)
    return PublishSchedulePayload(
        schedule=schedule, restaurant_id=made.schedule.restaurant_id, revision=made.revision
    )


async def set_shifts(info: Info, input: Annotated[SetShiftsInput, THE_INPUT]) -> SetShiftsResult:
    key = ScheduleId(decode("Schedule", input.schedule_id, SCHEDULE))
    drafts = [shift_draft(shift, ("shifts", str(n))) for n, shift in enumerate(input.shifts)]
    made = await schedules.set_shifts(*asking(info, "setShifts", input), key, drafts)
    await info.context.show_written(made.schedule.id, made.revision)
    return SetShiftsPayload(
        schedule=Schedule.from_domain(made.schedule),
        shifts=[ShiftAssignment.from_domain(shift) for shift in made.shifts],
        gaps=gaps_of(made.gaps),
        restaurant_id=made.schedule.restaurant_id,
        revision=made.revision,
    )


def shift_draft(shift: ShiftInput, path: tuple[str, ...]) -> ShiftDraft:
    """What one entry asks of its cell; `path` leads to the entry."""
    key = decode("StaffMember", shift.staff_id, (*path, "staffId"))
    return ShiftDraft(
        staff_id=StaffId(key),
        date=shift.date,
        shift_type=None if shift.shift_type is None else ShiftCode(shift.shift_type),
        pinned=given(shift.pinned, False),
    )


async def set_covers(info: Info, input: Annotated[SetCoversInput, THE_INPUT]) -> SetCoversResult:
    key = ScheduleId(decode("Schedule", input.schedule_id, SCHEDULE))
    drafts = [_cover_draft(cover, str(place)) for place, cover in enumerate(input.covers)]
    made = await covers.set_covers(
        *asking(info, "setCovers", input), key, drafts, override=input.override
    )
    await info.context.show_written(made.schedule.id, made.revision)
    return SetCoversPayload(
        schedule=Schedule.from_domain(made.schedule),
        covers=[Cover.from_domain(cover) for cover in made.covers],
        gaps=gaps_of(made.gaps),
        restaurant_id=made.schedule.restaurant_id,
        revision=made.revision,
    )


def _cover_draft(cover: CoverInput, place: str) -> CoverDraft:
    staff_id = decode("StaffMember", cover.staff_id, ("covers", place, "staffId"))
    group_id = decode("StaffGroup", cover.group_id, ("covers", place, "groupId"))
    return CoverDraft(
        staff_id=StaffId(staff_id),
        group_id=GroupId(group_id),
        date=cover.date,
        pinned=given(cover.pinned, True),
    )


async def release_cover(
    info: Info, input: Annotated[ReleaseCoverInput, THE_INPUT]
) -> ReleaseResult:
    key = CoverId(decode("Cover", input.cover_id, ("coverId",)))
    made = await covers.release(*asking(info, "releaseCover", input), key)
    await info.context.show_written(made.schedule.id, made.revision)
    return ReleaseCoverPayload(
        schedule=Schedule.from_domain(made.schedule),
        gaps=gaps_of(made.gaps),
        restaurant_id=made.schedule.restaurant_id,
        revision=made.revision,
    )
