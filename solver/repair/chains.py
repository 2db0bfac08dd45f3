"""Chains of small edits: one closes a hole, the next one what the first has opened elsewhere.

Edits are tried from the schedule that has changed least on, up to a length and a number of tries.
What is kept is the best by all tiers, so of two that close a hole the one that changes less.
Nothing here asks a clock.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count

from domain.runs import TierName
from domain.schedules import Board
from domain.staff import CoverageMode
from domain.tiers import changes_at, tier_values, value_of
from solver.choices import Choices
from solver.repair.edits import edits_for
from solver.repair.holes import Hole, opened, weight_of
from solver.repair.laying import Laid, laid

LINKS = 3
MOST_LINKS = 5
MOST_TRIES = 600
FIRST = (TierName.HARD_RULES, TierName.REQUIRED_GAPS)
Worth = dict[TierName, int]
Leading = tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """A schedule on the way, what is still to be closed there, and by how many edits more."""

    board: Board
    changes: int
    pending: tuple[Hole, ...]
    links: int


class Chains:
    """The best schedule so far, and how many more may be tried."""

    def __init__(self, choices: Choices, board: Board) -> None:
        self.choices = choices
        self.board = board
        self.worth = self._worth_of(board)
        self.tries_left = MOST_TRIES
        self._waiting: list[tuple[int, int, int, Chain]] = []
        self._count = count()

    def _worth_of(self, board: Board) -> Worth:
        return tier_values(self.choices.board, board, self.choices.mode)

    @property
    def _leading(self) -> Leading:
        return tuple(self.worth[name] for name in (*FIRST, TierName.CHANGES))

    def close(self, holes: Iterable[Hole]) -> Iterator[Board]:
        """Try to close these holes together; tells the first better schedule, and the best."""
        pending = tuple(holes)
        closed = self._once_closed(pending)
        links = min(MOST_LINKS, LINKS + len(pending) - 1)
        told = before = self.board
        self._waiting = []
        self._wait(before, self.worth[TierName.CHANGES], pending, links)
        while self._waiting and self.tries_left > 0:
            *_, chain = heappop(self._waiting)
            if not self._is_dear(chain, closed):
                self._lengthen(chain)
            if told is before and self.board is not before:
                told = self.board
                yield told
        if self.board is not told:
            yield self.board

    def _once_closed(self, pending: tuple[Hole, ...]) -> Leading:
        """What hard rules and required gaps would be worth with nothing else changed."""
        weights = {hole: weight_of(self.board, hole) for hole in pending}
        groups = self.board.groups
        required = {g.id for g in groups if g.coverage_mode is CoverageMode.REQUIRED}
        hard = sum(weight for hole, weight in weights.items() if hole.group_id is None)
        gaps = sum(weight for hole, weight in weights.items() if hole.group_id in required)
        worth = self.worth
        return worth[TierName.HARD_RULES] - hard, worth[TierName.REQUIRED_GAPS] - gaps

    def _is_dear(self, chain: Chain, closed: Leading) -> bool:
        """Whether all is closed at a price that this chain can only raise.

        A gap may be closed by somebody at work, which changes no cell; a row or a day may not.
        """
        *reached, least = self._leading
        is_closed = all(now <= then for now, then in zip(reached, closed, strict=True))
        is_gap = chain.pending[0].group_id is not None
        return is_closed and chain.changes + (not is_gap) > least

    def _wait(self, board: Board, changes: int, pending: tuple[Hole, ...], links: int) -> None:
        """Each hole will take a change; of equal prices the chain nearest its end goes on."""
        if pending and links > 0:
            chain = Chain(board=board, changes=changes, pending=pending, links=links)
            heappush(self._waiting, (changes + len(pending), links, next(self._count), chain))

    def _lengthen(self, chain: Chain) -> None:
        """Every edit that might close the chain's first hole, and the chain without that hole."""
        hole, rest = chain.pending[0], chain.pending[1:]
        self._wait(chain.board, chain.changes, rest, chain.links)
        if not weight_of(chain.board, hole):
            return
        for edit in edits_for(self.choices, chain.board, hole):
            if self.tries_left <= 0:
                return
            after = laid(self.choices, chain.board, edit)
            changes = chain.changes + self._more(chain.board, after)
            self._try(after.board, changes)
            new = opened(chain.board, after.board, after.places)
            self._wait(after.board, changes, (*new, *rest), chain.links - 1)

    def _more(self, board: Board, after: Laid) -> int:
        before = self.choices.board
        now = changes_at(before, after.board, after.places)
        return now - changes_at(before, board, after.places)

    def _try(self, board: Board, changes: int) -> None:
        """Keep the schedule if it is the best by now."""
        self.tries_left -= 1
        before = self.choices.board
        leading = (*(value_of(name, before, board) for name in FIRST), changes)
        if leading <= self._leading:
            worth = self._worth_of(board)
            if [*worth.values()] < [*self.worth.values()]:
                self.board, self.worth = board, worth
