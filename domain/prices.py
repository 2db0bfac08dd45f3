"""What it would cost to let somebody cover who was passed over."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from domain.covers import Reason
from domain.ids import GroupId, ShiftCode, StaffId
from domain.need import counting_covers
from domain.runs import GenerationMode, TierName
from domain.schedules import Board
from domain.tiers import tier_order


@dataclass(frozen=True, slots=True, kw_only=True)
class CellChange:
    """A cell in two boards; None where it is not set."""

    staff_id: StaffId
    date: date
    before: ShiftCode | None
    after: ShiftCode | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """`tier` is the first that gets worse, None when none does; `cells` differ from now.

    Without `is_proved` a cheaper way may exist.
    """

    tier: TierName | None
    by: int
    cells: tuple[CellChange, ...]
    is_proved: bool
    reason: Reason


def cell_changes(before: Board, after: Board) -> tuple[CellChange, ...]:
    """The cells whose type differs, by date and staff order."""
    keys = sorted(
        before.cells.keys() | after.cells.keys(), key=lambda k: (k[1], before.staff_order[k[0]])
    )
    return tuple(
        CellChange(staff_id=key[0], date=key[1], before=old, after=new)
        for key in keys
        if (old := _code(before, key)) != (new := _code(after, key))
    )


def _code(board: Board, key: tuple[StaffId, date]) -> ShiftCode | None:
    cell = board.cells.get(key)
    return None if cell is None else cell.shift_type


def first_worse(
    without: Mapping[TierName, int], with_cover: Mapping[TierName, int]
) -> tuple[TierName | None, int]:
    """The first tier that is higher with the cover, in the order given, and by how much."""
    for name, value in with_cover.items():
        if value > without[name]:
            return name, value - without[name]
    return None, 0


def price_reason(  # noqa: PLR0913, PLR0917 - whose price, where, and what it is
    board: Board,
    staff_id: StaffId,
    group_id: GroupId,
    day: date,
    tier: TierName | None,
    by: int,
    *,
    is_proved: bool,
) -> Reason:
    """COSTS_MORE for a tier before the order of backups, OUTRANKED for that and later ones."""
    name = board.people[staff_id].name
    if tier is None:
        said = f"{name} could come on {day} as well: nothing would get worse."
        return Reason(code="AVAILABLE", message=said, staff_id=staff_id)
    order = tier_order(board.restaurant, GenerationMode.FILL)
    is_earlier = order.index(tier) < order.index(TierName.PRIORITY_ORDER)
    others = _others(board, staff_id, group_id, day)
    instead = f" instead of {others}" if others else ""
    doubt = "" if is_proved else " A cheaper way may exist; the search for it was cut short."
    return Reason(
        code="COSTS_MORE" if is_earlier else "OUTRANKED",
        message=f"With {name}{instead} on {day}, {_words(tier, by)}.{doubt}",
        staff_id=staff_id,
    )


def _others(board: Board, staff_id: StaffId, group_id: GroupId, day: date) -> str:
    held = counting_covers(board, group_id, day)
    return ", ".join(board.people[c.staff_id].name for c in held if c.staff_id != staff_id)


def _words(tier: TierName, by: int) -> str:
    said = {
        TierName.HARD_RULES: f"hard rules would be broken further, by {_days(by)}",
        TierName.REQUIRED_GAPS: f"gaps of groups that must be covered would weigh {by} more",
        TierName.DESIRED_GAPS: f"gaps of groups that should be covered would weigh {by} more",
        TierName.PRIORITY_ORDER: f"covers would go {by} further down the order of backups",
        TierName.SOFT_RULES: f"soft rules would cost {by} more",
        TierName.BACKUP_LOAD: f"covers would be spread less evenly, by {by}",
        TierName.REST_BALANCE: f"rest would be spread less evenly, by {_days(by)}",
        TierName.CHANGES: f"{by} more cells or covers would have to change",
        TierName.CANONICAL: "all would be equal, and the fixed order decides",
    }
    return said[tier]


def _days(half_days: int) -> str:
    return "1 day" if half_days == 2 else f"{half_days / 2:g} days"
