"""Short words for searches in tests: repeatable ones, checked before anybody looks at them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from domain.checker import check
from domain.coverage import gaps
from domain.runs import GenerationMode, GenerationRequest, TierName
from domain.schedules import Board
from solver.problem import Problem
from solver.rules import RULES, Rule
from solver.search import solve
from solver.solution import Solution, board_after

FILL = GenerationMode.FILL


@dataclass(frozen=True, kw_only=True)
class Found:
    """A solution and the board it makes."""

    solution: Solution
    board: Board

    def symbol(self, staff_id: int, day: date) -> str:
        cell = self.board.cells[staff_id, day]
        return self.board.types[cell.shift_type].symbol

    def symbols(self, staff_id: int) -> str:
        return "".join(self.symbol(staff_id, day) for day in self.board.days)

    def covers(self) -> set[tuple[int, int, int]]:
        """Each cover as day of the month, group and holder."""
        return {(c.date.day, c.group_id, c.staff_id) for c in self.board.covers}

    def gaps(self) -> dict[tuple[int, int], str]:
        """The first reason of each gap, by day of the month and group."""
        return {(g.date.day, g.group_id): g.reasons[0].code for g in gaps(self.board)}

    def tier(self, name: TierName) -> int:
        return next(t.value for t in self.solution.tiers if t.name is name)


def problem_of(board: Board, **request: Any) -> Problem:
    given = {"reproducible": True, "time_limit_seconds": 60, **request}
    return Problem(board=board, request=GenerationRequest(**given))


def search(board: Board, *, rules: Mapping[str, Rule] = RULES, **request: Any) -> Found:
    """Search without a look at the result: with fewer rules it may well be wrong."""
    problem = problem_of(board, **request)
    solution = solve(problem, rules=rules)
    return Found(solution=solution, board=board_after(problem, solution))


def generate(board: Board, **request: Any) -> Found:
    """Search, and have the checker agree with facts and tiers."""
    found = search(board, **request)
    mode = request.get("mode", FILL)
    report = check(problem_of(board, **request).board, found.board, mode)
    assert report.broken_facts == ()
    assert {t.name: t.value for t in found.solution.tiers} == report.tiers
    return found
