"""What would be if: hypothetical facts laid over a schedule, nothing written."""

from datetime import date
from typing import Annotated, Any

import strawberry

from domain.ids import BackupAssignmentId, GroupId, StaffId
from domain.periods import EffectivePeriod
from domain.profiles import CoverageProfile
from domain.refusals import not_found
from domain.runs import Outcome, TierName
from domain.supposing import Supposed
from domain.what_if import AssignmentChange, Changes, MembershipChange
from resolvers import what_if as resolver
from resolvers.what_if import WhatIfMode
from schema.cells import CoverageGap, gaps_of
from schema.context import Info
from schema.cover_prices import CellChange, cells_of
from schema.enums import describe
from schema.nodes import decode
from schema.problems import AnyProblem
from schema.scalars import Day
from schema.schedule_mutations import ShiftInput, shift_draft
from schema.schedules import SCHEDULE_ID, readable_board
from schema.supposed_covers import SupposedCover, supposed_covers

USUAL_SECONDS = 10.0
PROFILE = (
    "Whose rules decide what would be, once the changes are laid; null means STANDARD. With "
    "another one the whole schedule is asked, also where `changes` is empty, and as it stands a "
    "backup's cell may move to the standard type too. A cover counts wherever it is recorded, also "
    "when one person covers several groups."
)
Path = tuple[str, ...]

describe(
    WhatIfMode,
    "How a supposition is answered.",
    AS_IT_STANDS="At once: cells stay, and the covers of the days concerned are matched anew.",
    REPLANNED="By a search that may move all else, and moves as little as possible.",
)
describe(
    CoverageProfile,
    "Whose rules of coverage decide what would be; for comparison only, nothing works by it.",
    STANDARD="The restaurant's own, as everywhere else.",
    ORIGINAL_2025_11=(
        "Those of the first version: every backup comes who could, to any number of groups a "
        "day, whatever their order, dates and limits, also from a rest that was neither pinned nor "
        "asked for; members are not lent."
    ),
)


@strawberry.input(description="Somebody on a date.")
class StaffDayInput:
    staff_id: strawberry.ID = strawberry.field(description="Who.")
    date: Day = strawberry.field(description="A date of the schedule on which they are employed.")


@strawberry.input(
    description=(
        "A new assignment, or with `id` that one as it would be. What is left out stays; "
        "whoever gives one of the two dates gives both."
    )
)
class SupposedAssignmentInput:
    id: strawberry.ID | None = strawberry.field(
        default=None, description="One that stands; without it a new one is supposed."
    )
    staff_id: strawberry.ID | None = strawberry.field(
        default=None, description="Who covers; only for a new one."
    )
    group_id: strawberry.ID | None = strawberry.field(
        default=None, description="Which group; only for a new one."
    )
    priority_order: int | None = strawberry.field(
        default=None, description="From 1 on; a new one is asked last unless it says."
    )
    effective_from: Day | None = strawberry.field(
        default=strawberry.UNSET, description="The first day; null means since ever."
    )
    effective_until: Day | None = strawberry.field(
        default=strawberry.UNSET, description="The last day, included; null means for ever."
    )
    is_active: bool = strawberry.field(
        default=True, description="False: as if it were deactivated."
    )


@strawberry.input(
    description="From when to when somebody would belong to a group, in place of what stands."
)
class SupposedMembershipInput:
    staff_id: strawberry.ID = strawberry.field(description="Who.")
    group_id: strawberry.ID = strawberry.field(description="Which group.")
    effective_from: Day | None = strawberry.field(
        default=None, description="The first day; null means since ever."
    )
    effective_until: Day | None = strawberry.field(
        default=None, description="The last day, included; null means for ever."
    )
    is_member: bool = strawberry.field(
        default=True, description="False: as if they did not belong to it at all."
    )


@strawberry.input(description="What is supposed; 500 entries at most in all.")
class WhatIfInput:
    absences: list[StaffDayInput] = strawberry.field(
        default_factory=list,
        description="Who would be absent, be they pinned or not; their covers are released.",
    )
    requests: list[StaffDayInput] = strawberry.field(
        default_factory=list,
        description=(
            "Days off that would be asked for. As it stands the cell stays and the person does "
            "not cover; replanned, the day off is kept."
        ),
    )
    shifts: list[ShiftInput] = strawberry.field(
        default_factory=list, description="Cells that would be set, pinned or cleared by hand."
    )
    assignments: list[SupposedAssignmentInput] = strawberry.field(
        default_factory=list, description="Who else might cover, until when, or no more."
    )
    memberships: list[SupposedMembershipInput] = strawberry.field(
        default_factory=list, description="Who would belong to which group from when to when."
    )

    def to_domain(self) -> Changes:
        return Changes(
            absences=_days(self.absences, "absences"),
            requests=_days(self.requests, "requests"),
            shifts=tuple(
                shift_draft(shift, ("changes", "shifts", str(n)))
                for n, shift in enumerate(self.shifts)
            ),
            assignments=tuple(
                _assignment(part, ("changes", "assignments", str(n)))
                for n, part in enumerate(self.assignments)
            ),
            memberships=tuple(
                _membership(part, ("changes", "memberships", str(n)))
                for n, part in enumerate(self.memberships)
            ),
        )


def _days(days: list[StaffDayInput], name: str) -> tuple[tuple[StaffId, date], ...]:
    return tuple(
        (_staff(day.staff_id, ("changes", name, str(n))), day.date) for n, day in enumerate(days)
    )


def _staff(global_id: str, path: Path) -> StaffId:
    return StaffId(decode("StaffMember", global_id, (*path, "staffId")))


def _group(global_id: str, path: Path) -> GroupId:
    return GroupId(decode("StaffGroup", global_id, (*path, "groupId")))


def _assignment(sent: SupposedAssignmentInput, path: Path) -> AssignmentChange:
    has_dates = any(x is not strawberry.UNSET for x in (sent.effective_from, sent.effective_until))
    key = None if sent.id is None else decode("BackupAssignment", sent.id, (*path, "id"))
    return AssignmentChange(
        id=None if key is None else BackupAssignmentId(key),
        staff_id=None if sent.staff_id is None else _staff(sent.staff_id, path),
        group_id=None if sent.group_id is None else _group(sent.group_id, path),
        priority_order=sent.priority_order,
        dates=_period(sent) if has_dates else None,
        is_active=sent.is_active,
    )


def _membership(sent: SupposedMembershipInput, path: Path) -> MembershipChange:
    return MembershipChange(
        staff_id=_staff(sent.staff_id, path),
        group_id=_group(sent.group_id, path),
        dates=_period(sent) if sent.is_member else None,
    )


def _period(sent: SupposedAssignmentInput | SupposedMembershipInput) -> EffectivePeriod:
    return EffectivePeriod(
        effective_from=sent.effective_from or None, effective_until=sent.effective_until or None
    )


@strawberry.type(description="What one tier counts now and then.")
class TierDifference:
    name: TierName = strawberry.field(description="Which tier.")
    before: int = strawberry.field(description="As it stands.")
    after: int = strawberry.field(description="As it would be.")


@strawberry.type(
    description=(
        "What would be, and the difference to now. Nothing was written, nobody was told. Another "
        "profile only decides who would do what: gaps, their reasons and tiers are counted by the "
        "restaurant's own rules then too, so that now and then have one measure. What a profile "
        "allows and those rules forbid shows as a tier that gets worse, such as `HARD_RULES`."
    )
)
class WhatIf:
    revision: int = strawberry.field(
        description="The restaurant's revision over which the changes were laid."
    )
    mode: WhatIfMode = strawberry.field(description="How it was answered.")
    profile: CoverageProfile = strawberry.field(description="Whose rules decided what would be.")
    outcome: Outcome | None = strawberry.field(
        description=(
            "What the search proved, by the rules of the profile; null where nothing was searched."
        )
    )
    covers: list[SupposedCover] = strawberry.field(description="All covers of the schedule.")
    gaps: list[CoverageGap] = strawberry.field(description="All needs that would not be met.")
    cells: list[CellChange] = strawberry.field(
        description="The cells that would differ from now, the supposed ones too."
    )
    gaps_opened: list[CoverageGap] = strawberry.field(
        description="Gaps that would be there or larger, as they would be."
    )
    gaps_closed: list[CoverageGap] = strawberry.field(
        description="Gaps that would be gone or smaller, as they are now."
    )
    covers_gained: list[SupposedCover] = strawberry.field(description="Covers that are new.")
    covers_lost: list[SupposedCover] = strawberry.field(
        description="Covers of now that would be gone."
    )
    tiers: list[TierDifference] = strawberry.field(
        description="In order of weight; `CHANGES` counts from now."
    )

    @classmethod
    def from_domain(cls, value: Supposed, mode: WhatIfMode, profile: CoverageProfile) -> "WhatIf":
        return cls(
            revision=value.before.restaurant.revision,
            mode=mode,
            profile=profile,
            outcome=value.outcome,
            covers=supposed_covers(value.after.covers),
            gaps=gaps_of(value.gaps),
            cells=cells_of(value.cells, value.after),
            gaps_opened=gaps_of(value.gaps_opened),
            gaps_closed=gaps_of(value.gaps_closed),
            covers_gained=supposed_covers(value.covers_gained),
            covers_lost=supposed_covers(value.covers_lost),
            tiers=[
                TierDifference(name=tier.name, before=tier.before, after=tier.after)
                for tier in value.tiers
            ],
        )


def _answer(name: str) -> Any:
    return strawberry.union(name, description="What would be, or what could not be supposed.")


WhatIfResult = Annotated[WhatIf | AnyProblem, _answer("WhatIfResult")]


async def what_if(  # noqa: PLR0913, PLR0917 - the arguments of the field
    info: Info,
    schedule_id: Annotated[strawberry.ID, SCHEDULE_ID],
    changes: Annotated[WhatIfInput, strawberry.argument(description="What is supposed.")],
    mode: Annotated[
        WhatIfMode, strawberry.argument(description="How to answer.")
    ] = WhatIfMode.AS_IT_STANDS,
    time_limit_seconds: Annotated[
        float, strawberry.argument(description="For REPLANNED; 20 at most.")
    ] = USUAL_SECONDS,
    profile: Annotated[CoverageProfile | None, strawberry.argument(description=PROFILE)] = (
        CoverageProfile.STANDARD
    ),
) -> WhatIfResult:
    board = await readable_board(info, schedule_id)
    if board is None:
        raise not_found("schedule")
    rules = profile or CoverageProfile.STANDARD
    found = await resolver.what_if(board, changes.to_domain(), mode, time_limit_seconds, rules)
    return WhatIf.from_domain(found, mode, rules)
