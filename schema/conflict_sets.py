"""Why a run had to break hard rules, and what would settle it."""

from datetime import date

import strawberry

from domain import cores as domain
from domain.cores import MemberKind, RepairKind
from domain.ids import StaffId
from schema.context import Info
from schema.enums import describe
from schema.fields import described
from schema.nodes import encode
from schema.references import referred
from schema.staff import StaffMember, staff_member

describe(
    MemberKind,
    "What kind of fact or hard rule a member of a conflict set is.",
    FROZEN="A cell of the past of a published schedule.",
    PINNED="A pinned cell.",
    TYPED="A cell that a person set.",
    COVER="A cover that is kept.",
    CLOSED="A closed date.",
    REQUEST="A day-off request in force.",
    MUST_WORK="A date on which all must work.",
    HOLIDAY="A holiday of somebody who rests on holidays.",
    WORK_LIMIT="A hard work limit, by one of its bounds.",
    PRIORITY_RULE="A hard priority rule.",
    SUCCESSION="A hard succession rule.",
    IDLE_POLICY="Somebody on standby, who works only to cover.",
)
describe(
    RepairKind,
    "What kind of change a repair is.",
    UNPIN="Take a pin off; the cell may move then.",
    CLEAR_CELL="Clear a cell, so that generation decides it.",
    RELEASE_COVER="Release a cover.",
    DECLINE_REQUEST="Decline a day off.",
    CHANGE_IDLE_POLICY="Let somebody be free when idle.",
    CHANGE_HOLIDAY_POLICY="Let somebody work on holidays.",
    DROP_CALENDAR_RULE="Delete a calendar rule.",
    RAISE_MAXIMUM="Raise the maximum of a work limit to `days` or `hours`.",
    LOWER_MINIMUM="Lower the minimum of a work limit to `days` or `hours`.",
    MAKE_SOFT="Make a hard rule soft.",
)
TYPES = {
    MemberKind.FROZEN: "ShiftAssignment",
    MemberKind.PINNED: "ShiftAssignment",
    MemberKind.TYPED: "ShiftAssignment",
    MemberKind.COVER: "Cover",
    MemberKind.CLOSED: "CalendarRule",
    MemberKind.REQUEST: "DayOffRequest",
    MemberKind.MUST_WORK: "CalendarRule",
    MemberKind.HOLIDAY: "CalendarRule",
    MemberKind.WORK_LIMIT: "WorkLimit",
    MemberKind.PRIORITY_RULE: "PriorityRule",
    MemberKind.SUCCESSION: "SuccessionRule",
    MemberKind.IDLE_POLICY: "StaffMember",
}


@strawberry.type(description="One fact or hard rule that has a part in a contradiction.")
class ConflictMember:
    kind: MemberKind = strawberry.field(description="What it is.")
    message: str = strawberry.field(description="A sentence for a manager: what, whom and when.")
    dates: list[date] = strawberry.field(description="The dates on which it binds here.")
    node_ids: list[strawberry.ID] = strawberry.field(
        description="The rows behind it; `node` reads them. They may have changed since the run."
    )
    staff_id: strawberry.Private[StaffId | None]

    @described("Whom it binds; null where it binds everybody.")
    async def staff(self, info: Info) -> StaffMember | None:
        key = self.staff_id
        return None if key is None else await referred(info, StaffMember, key, staff_member)

    @classmethod
    def from_domain(cls, value: domain.ConflictMember) -> "ConflictMember":
        kind = value.cause.kind
        return cls(
            kind=kind,
            message=value.message,
            dates=list(value.dates),
            node_ids=[encode(TYPES[kind], key) for key in value.row_ids],
            staff_id=value.cause.staff_id,
        )


@strawberry.type(
    description=(
        "Facts and hard rules that cannot all hold. Without any one of its members the others can: "
        "each was tried."
    )
)
class ConflictSet:
    message: str = strawberry.field(description="All of it in sentences for a manager.")
    members: list[ConflictMember] = strawberry.field(description="Facts first, then rules.")

    @classmethod
    def from_domain(cls, value: domain.ConflictSet) -> "ConflictSet":
        members = [ConflictMember.from_domain(member) for member in value.members]
        return cls(message=value.message, members=members)


@strawberry.type(
    description=(
        "A change that settles a conflict set. It was tried: with it the set can hold, and a "
        "schedule was found that breaks hard rules less. Nothing is changed by itself."
    )
)
class Repair:
    kind: RepairKind = strawberry.field(description="What to do.")
    message: str = strawberry.field(description="What to do, as a sentence for a manager.")
    member: ConflictMember = strawberry.field(description="The member that would change.")
    days: float | None = strawberry.field(
        description="The new bound of a work limit in days or weekends; null for other changes."
    )
    hours: float | None = strawberry.field(
        description="The new bound of a work limit in hours; null for other changes."
    )
    conflict_set: int = strawberry.field(
        description="Which of the run's `conflictSets` it settles, from 0."
    )
    hard_rules_before: int = strawberry.field(
        description="Half-days by which hard rules are broken without it."
    )
    hard_rules_after: int = strawberry.field(
        description="The same in the schedule that was found with it; 0 settles everything."
    )

    @classmethod
    def from_domain(cls, value: domain.Repair) -> "Repair":
        half_days, minutes = value.change.half_days, value.change.minutes
        return cls(
            kind=value.change.kind,
            message=value.message,
            member=ConflictMember.from_domain(value.change.member),
            days=None if half_days is None else half_days / 2,
            hours=None if minutes is None else minutes / 60,
            conflict_set=value.conflict_set,
            hard_rules_before=value.hard_rules_before,
            hard_rules_after=value.hard_rules_after,
        )
