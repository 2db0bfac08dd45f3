"""A dive: decide cells that the programme all but wants, price again, until every line is one."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.columns.generation import EPSILON, Choice, Generation
from solver.columns.master import Optimum

TOLERANCE, ROUNDS = 1e-3, 12
SURE = 0.98
FEWEST, MOST = 0.04, 0.12
FASTER, SLOWER = 1.25, 0.25
RETRY_WHILE = (0.25, 0.5, 0.5, 0.5)
JUMP = 0.004
NEAR = 0.02
EASING = 3.0
Index = NDArray[np.int64]


def dive(generation: Generation, ceiling: float = math.inf) -> Choice | None:
    """One line a person in the generation's time; None if nothing below the ceiling comes of it.

    Raises OutOfTime.
    """
    return _Dive(generation, ceiling).down()


@dataclass(frozen=True, slots=True)
class _Wish:
    """The option that the programme wants most in each cell that is open, by falling share."""

    people: Index
    days: Index
    options: Index
    shares: NDArray[np.float64]

    def first(self, count: int) -> tuple[Index, Index, Index]:
        return self.people[:count], self.days[:count], self.options[:count]


class _Dive:
    """One way down; each decision is kept only where it costs little, as far as time allows."""

    def __init__(self, generation: Generation, ceiling: float) -> None:
        self._generation = generation
        self._ceiling = ceiling + EPSILON
        self._pace = _Pace(generation.seconds_left)

    def down(self) -> Choice | None:
        generation = self._generation
        optimum = self._converge(-math.inf)
        while optimum.value <= self._ceiling:
            wish = self._wish(optimum)
            if not len(wish.people):
                return generation.chosen(optimum)
            if self._pace.is_over:
                return self._end(optimum)
            generation.prune(optimum, NEAR * abs(optimum.value) + 1)
            optimum = self._step(optimum.value, wish)
        return None

    def _end(self, optimum: Optimum) -> Choice | None:
        """Everybody's most wanted line: each keeps its own rules, if not those of all."""
        generation = self._generation
        for column in generation.favourites(optimum):
            days = np.arange(len(column.options))
            generation.decide(np.full_like(days, column.person), days, np.array(column.options))
        last = generation.converge(rounds=0)
        return generation.chosen(last) if last.value <= self._ceiling else None

    def _step(self, before: float, wish: _Wish) -> Optimum:
        """Decide some; as often as time allows, what costs much is taken back for fewer."""
        sure = int((wish.shares >= SURE).sum())
        count = max(sure, self._pace.next_count(len(wish.people)))
        for is_last in (*(False for _ in range(self._pace.retries)), True):
            decision = self._generation.decide(*wish.first(count))
            optimum = self._converge(before)
            if optimum.value <= before + JUMP * abs(before) + EPSILON:
                self._pace.learn(FASTER)
                break
            fewer = max(1, sure, math.ceil(count * SLOWER))
            if is_last or fewer == count:
                break
            self._pace.learn(SLOWER)
            self._generation.reopen(decision)
            count = fewer
        return optimum

    def _converge(self, floor: float) -> Optimum:
        with self._pace:
            return self._generation.converge(TOLERANCE, ROUNDS, floor)

    def _wish(self, optimum: Optimum) -> _Wish:
        shares = self._generation.shares(optimum)
        open_cells = self._generation.open_cells
        options = shares.argmax(axis=2)
        tops = np.where(open_cells, shares.max(axis=2), -1.0)
        order = np.argsort(-tops, axis=None, kind="stable")[: int(open_cells.sum())]
        people, days = np.unravel_index(order, tops.shape)
        return _Wish(people, days, options[people, days], tops[people, days])


class _Pace:
    """Which part of the open cells is decided at a time, so that a dive ends when it should.

    As a context it is told how long it takes to price anew.
    """

    def __init__(self, seconds_left: Callable[[], float]) -> None:
        self._seconds_left = seconds_left
        self._whole = seconds_left()
        self._part = FEWEST
        self._began = seconds_left()
        self._usual = 0.0

    def __enter__(self) -> None:
        self._began = self._seconds_left()

    def __exit__(self, *_: object) -> None:
        left = self._seconds_left()
        took = 0.0 if left == math.inf else self._began - left
        self._usual = took if not self._usual else (self._usual + took) / 2

    @property
    def is_over(self) -> bool:
        """Whether no time is left for another step."""
        return self._seconds_left() <= self._usual

    def next_count(self, open_cells: int) -> int:
        return max(1, math.ceil(open_cells * max(self._needed(open_cells), self._part)))

    @property
    def retries(self) -> int:
        """How often a step may be taken back: freely at first, not at all towards the end."""
        left = self._seconds_left()
        return sum(left > self._whole * part for part in RETRY_WHILE)

    def _needed(self, open_cells: int) -> float:
        """The part that leaves fewer than one cell when the time is over.

        Later steps are faster, and decide many cells that earlier ones have made sure.
        """
        steps = EASING * self._seconds_left() / self._usual if self._usual else math.inf
        return 1.0 - math.exp(-math.log(open_cells) / steps)

    def learn(self, factor: float) -> None:
        self._part = min(MOST, max(FEWEST / 4, self._part * factor))
