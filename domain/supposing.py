"""A schedule as it stands beside what it would be."""

from dataclasses import dataclass
from datetime import date

from domain.coverage import gaps
from domain.covers import Cover, CoverageGap
from domain.ids import GroupId, StaffId
from domain.need import missing
from domain.prices import CellChange, cell_changes
from domain.runs import GenerationMode, Outcome, TierName
from domain.schedules import Board
from domain.tiers import tier_values

CoverKey = tuple[date, GroupId, StaffId]


@dataclass(frozen=True, slots=True, kw_only=True)
class TierDifference:
    name: TierName
    before: int
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Supposed:
    """What would be, and how it differs from now; `outcome` is None where nothing was searched.

    Gaps opened are larger than now, as they would be; gaps closed are smaller, as they are now.
    """

    before: Board
    after: Board
    outcome: Outcome | None
    gaps: tuple[CoverageGap, ...]
    gaps_opened: tuple[CoverageGap, ...]
    gaps_closed: tuple[CoverageGap, ...]
    covers_gained: tuple[Cover, ...]
    covers_lost: tuple[Cover, ...]
    cells: tuple[CellChange, ...]
    tiers: tuple[TierDifference, ...]


def supposed(
    before: Board, after: Board, mode: GenerationMode, outcome: Outcome | None = None
) -> Supposed:
    """The difference between two boards of one schedule; each is judged by its own settings."""
    stood, stands = _keys(before), _keys(after)
    old, new = tier_values(before, before, mode), tier_values(before, after, mode)
    return Supposed(
        before=before,
        after=after,
        outcome=outcome,
        gaps=gaps(after),
        gaps_opened=_larger(gaps(after), than=before),
        gaps_closed=_larger(gaps(before), than=after),
        covers_gained=tuple(c for c in after.covers if _key(c) not in stood),
        covers_lost=tuple(c for c in before.covers if _key(c) not in stands),
        cells=cell_changes(before, after),
        tiers=tuple(
            TierDifference(name=name, before=old[name], after=value) for name, value in new.items()
        ),
    )


def _larger(found: tuple[CoverageGap, ...], *, than: Board) -> tuple[CoverageGap, ...]:
    return tuple(gap for gap in found if gap.missing > missing(than, gap.group_id, gap.date))


def _keys(board: Board) -> set[CoverKey]:
    return {_key(cover) for cover in board.covers}


def _key(cover: Cover) -> CoverKey:
    return cover.date, cover.group_id, cover.staff_id
