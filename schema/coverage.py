"""How well a schedule is covered, why, and who else could help."""

from datetime import date
from typing import Annotated

import strawberry

from domain import explanations, figures
from domain import suggestions as suggestions_domain
from domain.ids import GroupId, StaffId
from resolvers import coverage as resolver
from resolvers.pricing import Pricer
from schema.backup_assignments import BackupAssignment, backup_assignment
from schema.cells import CoverageGap, CoverReason, gaps_of
from schema.context import Info
from schema.cover_prices import CoverPrice
from schema.fields import described
from schema.nodes import find_key, page_size
from schema.references import all_referred, referred
from schema.scalars import Day
from schema.schedules import SCHEDULE_ID, readable_board
from schema.staff import StaffGroup, StaffMember, staff_group, staff_member, staff_members


@strawberry.type(description="How well one group is covered.")
class GroupCoverage:
    need_days: int = strawberry.field(description="Open dates with a need.")
    need_units: int = strawberry.field(description="The needs of all dates added up.")
    covered_units: int = strawberry.field(description="How much of that is covered.")
    rate: float | None = strawberry.field(
        description="`coveredUnits` / `needUnits`; null without need."
    )
    first_choice_rate: float | None = strawberry.field(
        description="Covers of rank 1 when recorded / covers; null without covers."
    )
    gaps: list[CoverageGap] = strawberry.field(description="Every need not met.")
    is_provisional: bool = strawberry.field(
        description="Whether some member's day is not decided yet, so that needs may still grow."
    )
    group_id: strawberry.Private[GroupId]

    @described("Which group.")
    async def group(self, info: Info) -> StaffGroup:
        return await referred(info, StaffGroup, self.group_id, staff_group)

    @classmethod
    def from_domain(cls, value: figures.GroupFigures) -> "GroupCoverage":
        return cls(
            need_days=value.need_days,
            need_units=value.need_units,
            covered_units=value.covered_units,
            rate=value.rate,
            first_choice_rate=value.first_choice_rate,
            gaps=gaps_of(value.gaps),
            is_provisional=value.is_provisional,
            group_id=value.group_id,
        )


@strawberry.type(description="How much one person covers.")
class BackupLoad:
    covers: int = strawberry.field(description="How many covers they hold.")
    share: float | None = strawberry.field(
        description="Their covers / all covers; null without covers."
    )
    fair_share: float | None = strawberry.field(
        description="What their share would be if all who could cover took turns."
    )
    staff_id: strawberry.Private[StaffId]

    @described("Who.")
    async def staff(self, info: Info) -> StaffMember:
        return await referred(info, StaffMember, self.staff_id, staff_member)


@strawberry.type(description="How safe one open date is.")
class DaySafety:
    date: Day = strawberry.field(description="Which day.")
    slack: int | None = strawberry.field(
        description=(
            "So many of those who could cover may drop out, whichever they are; negative: so many "
            "needs cannot be met; null without need."
        )
    )
    staff_ids: strawberry.Private[tuple[StaffId, ...]]

    @described("People at work whose absence would open the least possible gap.")
    async def single_points_of_failure(self, info: Info) -> list[StaffMember]:
        return await all_referred(info, StaffMember, self.staff_ids, staff_members)


@strawberry.type(description="How well a schedule is covered. Closed dates are left out.")
class Coverage:
    revision: int = strawberry.field(
        description="The restaurant's revision at which all this was counted."
    )
    groups: list[GroupCoverage] = strawberry.field(description="By group, in their order.")
    backups: list[BackupLoad] = strawberry.field(description="By person who could cover or does.")
    days: list[DaySafety] = strawberry.field(description="By open date.")

    @classmethod
    def from_domain(cls, value: figures.CoverageFigures, revision: int) -> "Coverage":
        return cls(
            revision=revision,
            groups=[GroupCoverage.from_domain(group) for group in value.groups],
            backups=[
                BackupLoad(
                    covers=load.covers,
                    share=load.share,
                    fair_share=load.fair_share,
                    staff_id=load.staff_id,
                )
                for load in value.backups
            ],
            days=[
                DaySafety(
                    date=day.date,
                    slack=day.slack,
                    staff_ids=day.single_points_of_failure,
                )
                for day in value.days
            ],
        )


@strawberry.type(description="Somebody who could be asked to cover, or does.")
class CoverCandidate:
    priority_order: int | None = strawberry.field(
        description="Their assignment's order; null without an assignment."
    )
    chosen: bool = strawberry.field(description="Whether they cover.")
    reasons: list[CoverReason] = strawberry.field(
        description="Why they do, or every test that they fail, the first being the reason."
    )
    value: strawberry.Private[explanations.ExplainedCandidate]
    pricer: strawberry.Private[Pricer]

    @described(
        "What choosing them instead would cost; null for whoever covers and for those whom no "
        "search could choose. Searched when it is asked for."
    )
    async def price(self) -> CoverPrice | None:
        found = await self.pricer.price(self.value)
        return None if found is None else CoverPrice.from_domain(found, self.pricer.board)

    @described("Who.")
    async def staff(self, info: Info) -> StaffMember:
        return await referred(info, StaffMember, self.value.staff_id, staff_member)

    @described("Their assignment to the group; null without one.")
    async def backup_assignment(self, info: Info) -> BackupAssignment | None:
        key = self.value.backup_assignment_id
        if key is None:
            return None
        return await referred(info, BackupAssignment, key, backup_assignment)

    @classmethod
    def from_domain(
        cls, value: explanations.ExplainedCandidate, pricer: Pricer
    ) -> "CoverCandidate":
        return cls(
            priority_order=value.priority_order,
            chosen=value.chosen,
            reasons=[CoverReason.from_domain(reason) for reason in value.reasons],
            value=value,
            pricer=pricer,
        )


@strawberry.type(description="Who covers a group on a date, who does not, and why.")
class CoverExplanation:
    needed: int = strawberry.field(description="How many covers the group needs.")
    covered: int = strawberry.field(description="How many count.")
    is_provisional: bool = strawberry.field(
        description="Whether a member's day is not decided yet, so that the need may still grow."
    )
    candidates: list[CoverCandidate] = strawberry.field(description="In order of rank.")
    absent_member_ids: strawberry.Private[tuple[StaffId, ...]]

    @described("The members who are absent that day.")
    async def absent_members(self, info: Info) -> list[StaffMember]:
        return await all_referred(info, StaffMember, self.absent_member_ids, staff_members)

    @classmethod
    def from_domain(
        cls, value: explanations.CoverExplanation, pricer: Pricer
    ) -> "CoverExplanation":
        return cls(
            needed=value.needed,
            covered=value.covered,
            is_provisional=value.is_provisional,
            candidates=[CoverCandidate.from_domain(c, pricer) for c in value.candidates],
            absent_member_ids=value.absent_member_ids,
        )


@strawberry.type(
    description="An assignment that would help. Applying it is one createBackupAssignment."
)
class BackupSuggestion:
    gaps_before: int = strawberry.field(description="Missing units of the schedule as it stands.")
    gaps_after: int = strawberry.field(description="The same with this assignment alone.")
    dates_gained: list[date] = strawberry.field(description="Where it helps.")
    fragile_days_before: int = strawberry.field(
        description="Dates with a single point of failure as it stands."
    )
    fragile_days_after: int = strawberry.field(description="The same with this assignment.")
    message: str = strawberry.field(description="A sentence for a manager.")
    value: strawberry.Private[suggestions_domain.BackupSuggestion]

    @described("Who could cover.")
    async def staff(self, info: Info) -> StaffMember:
        return await referred(info, StaffMember, self.value.staff_id, staff_member)

    @described("Which group.")
    async def group(self, info: Info) -> StaffGroup:
        return await referred(info, StaffGroup, self.value.group_id, staff_group)

    @classmethod
    def from_domain(cls, value: suggestions_domain.BackupSuggestion) -> "BackupSuggestion":
        return cls(
            gaps_before=value.gaps_before,
            gaps_after=value.gaps_after,
            dates_gained=list(value.dates_gained),
            fragile_days_before=value.fragile_days_before,
            fragile_days_after=value.fragile_days_after,
            message=value.message,
            value=value,
        )


GROUP_ID = strawberry.argument(description="The global id of the group.")


async def coverage(
    info: Info, schedule_id: Annotated[strawberry.ID, SCHEDULE_ID]
) -> Coverage | None:
    board = await readable_board(info, schedule_id)
    if board is None:
        return None
    return Coverage.from_domain(await resolver.figures_of(board), board.restaurant.revision)


async def explain_cover(
    info: Info,
    schedule_id: Annotated[strawberry.ID, SCHEDULE_ID],
    group_id: Annotated[strawberry.ID, GROUP_ID],
    date: Annotated[date, strawberry.argument(description="A date of the schedule.")],
) -> CoverExplanation | None:
    board = await readable_board(info, schedule_id)
    key = GroupId(find_key("StaffGroup", group_id) or 0)
    if board is None or key not in board.group_by_id or date not in board.days:
        return None
    pricer = Pricer(board=board, group_id=key, day=date)
    return CoverExplanation.from_domain(await resolver.explain(board, key, date), pricer)


async def suggest_backups(
    info: Info,
    schedule_id: Annotated[strawberry.ID, SCHEDULE_ID],
    group_id: Annotated[
        strawberry.ID | None, strawberry.argument(description="Only for this group.")
    ] = None,
    first: Annotated[
        int | None, strawberry.argument(description="How many at most, from 1 to 100.")
    ] = 5,
) -> list[BackupSuggestion] | None:
    board = await readable_board(info, schedule_id)
    key = None if group_id is None else GroupId(find_key("StaffGroup", group_id) or 0)
    if board is None or (key is not None and key not in board.group_by_id):
        return None
    found = await resolver.suggest(board, key, page_size(5 if first is None else first))
    return [BackupSuggestion.from_domain(suggestion) for suggestion in found]
