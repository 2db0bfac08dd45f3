"""What it would cost to let somebody else cover."""

import strawberry

from domain import prices
from domain.ids import ShiftCode, StaffId
from domain.runs import TierName
from domain.schedules import Board
from schema.cells import CoverReason
from schema.context import Info
from schema.fields import described
from schema.references import referred
from schema.scalars import Day
from schema.shift_types import ShiftType
from schema.staff import StaffMember, staff_member


@strawberry.type(description="A cell that would be another one than now.")
class CellChange:
    date: Day = strawberry.field(description="Which day.")
    before: ShiftType | None = strawberry.field(description="As it stands; null if not set.")
    after: ShiftType | None = strawberry.field(description="As it would be; null if not set.")
    staff_id: strawberry.Private[StaffId]

    @described("Whose day.")
    async def staff(self, info: Info) -> StaffMember:
        return await referred(info, StaffMember, self.staff_id, staff_member)


@strawberry.type(
    description=(
        "What it would cost to let this person cover: the schedule is searched once as it likes "
        "and once with this cover forced, both with the absences as they stand. Takes a second."
    )
)
class CoverPrice:
    tier: TierName | None = strawberry.field(
        description="The first tier that gets worse, in order; null when none does."
    )
    by: int = strawberry.field(description="By how much, in the units of that tier.")
    cells: list[CellChange] = strawberry.field(
        description="The cells that would change because of it, by date and person."
    )
    is_proved: bool = strawberry.field(
        description=(
            "Whether this is the least price. If not, time ended before that was proved, or the "
            "schedule is large and only the cells around the cover were searched."
        )
    )
    reason: CoverReason = strawberry.field(
        description="COSTS_MORE, OUTRANKED or AVAILABLE with the figures in words."
    )

    @classmethod
    def from_domain(cls, value: prices.Price, board: Board) -> "CoverPrice":
        return cls(
            tier=value.tier,
            by=value.by,
            cells=cells_of(value.cells, board),
            is_proved=value.is_proved,
            reason=CoverReason.from_domain(value.reason),
        )


def cells_of(values: tuple[prices.CellChange, ...], board: Board) -> list[CellChange]:
    return [
        CellChange(
            date=value.date,
            before=_shift_type(board, value.before),
            after=_shift_type(board, value.after),
            staff_id=value.staff_id,
        )
        for value in values
    ]


def _shift_type(board: Board, code: ShiftCode | None) -> ShiftType | None:
    return None if code is None else ShiftType.from_domain(board.types[code])
