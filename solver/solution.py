"""What one search answers: every cell, every cover, and what they are worth."""

from dataclasses import dataclass, replace

from pydantic import TypeAdapter

from domain.cores import ConflictSet, Repair
from domain.covers import Cover
from domain.runs import ImprovementStep, Outcome, TierResult
from domain.schedules import Board
from domain.shifts import ShiftAssignment
from solver.problem import Problem


@dataclass(frozen=True, kw_only=True)
class Solution:
    """`shifts` has every employed cell of the schedule; tiers stand in the order searched.

    A RELAXED one says what clashes and what would settle it; `is_explained` is False where time did
    not allow to look for all of it. `steps` led to it, the first one first.
    """

    shifts: tuple[ShiftAssignment, ...]
    covers: tuple[Cover, ...]
    outcome: Outcome
    tiers: tuple[TierResult, ...]
    solutions: int
    elapsed_seconds: float
    conflict_sets: tuple[ConflictSet, ...] = ()
    repairs: tuple[Repair, ...] = ()
    is_explained: bool = True
    steps: tuple[ImprovementStep, ...] = ()

    def to_json(self) -> str:
        return _adapter().dump_json(self).decode()

    @classmethod
    def from_json(cls, text: str | bytes) -> "Solution":
        return _adapter().validate_json(text)


_adapters: dict[type, TypeAdapter[Solution]] = {}


def _adapter() -> TypeAdapter[Solution]:
    if Solution not in _adapters:
        _adapters[Solution] = TypeAdapter(Solution)
    return _adapters[Solution]


def board_with(
    board: Board, shifts: tuple[ShiftAssignment, ...], covers: tuple[Cover, ...]
) -> Board:
    """The board with these cells and covers; cells of days nobody is employed stay as history."""
    decided = {(s.staff_id, s.date) for s in shifts}
    left = tuple(s for s in board.shifts if (s.staff_id, s.date) not in decided)
    return replace(board, shifts=(*shifts, *left), covers=covers)


def board_after(problem: Problem, solution: Solution) -> Board:
    return board_with(problem.board, solution.shifts, solution.covers)
