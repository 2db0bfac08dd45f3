"""The whole search by columns: a bound, a first choice, then better ones around the best."""

import math
import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from solver.columns.dives import dive
from solver.columns.generation import EPSILON, Choice, Generation, Pool
from solver.columns.lines import Task
from solver.columns.master import OutOfTime
from solver.columns.slim import slim

ROOT_SHARE, DIVE_SHARE = 0.6, 0.75
FREE_PEOPLE, FREE_DAYS = 0.3, 0.25
MOST_FREE, FEWEST_FREE = 0.6, 0.1
GROWTH = 1.15
Seconds = Callable[[], float]


@dataclass(frozen=True, slots=True)
class News:
    """What is known by now: no choice can cost less than `bound`."""

    bound: float
    best: Choice | None


def search(task: Task, seconds_left: Seconds, *, seed: int = 0, workers: int = 1) -> Iterator[News]:
    """News whenever there are some, until the best is proved or the time is over.

    Costs are taken to be whole numbers: a choice within one of the bound is the best there is.
    """
    pool = Pool(slim(task), workers)
    whole = seconds_left()
    root = Generation(pool, lambda: seconds_left() - whole * (1 - ROOT_SHARE))
    with suppress(OutOfTime):
        root.converge()
    bound = root.bound
    yield News(bound, None)
    end = seconds_left() * (1 - DIVE_SHARE)
    root.seconds_left = lambda: seconds_left() - end
    best = _dive(root, math.inf)
    yield News(bound, best)
    neighbours = _Neighbours(pool, seconds_left, seed)
    while seconds_left() > 0 and not _is_proved(bound, best):
        found = neighbours.better(best)
        if found is not None:
            best = found
            yield News(bound, best)


class _Share:
    """Which part is opened next: more as long as less brings nothing."""

    def __init__(self, value: float) -> None:
        self._value = value

    def of(self, whole: int) -> int:
        return min(whole, max(2, round(whole * self._value)))

    def learn(self, *, is_better: bool) -> None:
        self._value *= 1 / GROWTH if is_better else GROWTH**0.25
        self._value = min(MOST_FREE, max(FEWEST_FREE, self._value))


class _Neighbours:
    """The choices near the best: some people with other lines, then everybody on some days."""

    def __init__(self, pool: Pool, seconds_left: Seconds, seed: int) -> None:
        self._pool = pool
        self._seconds_left = seconds_left
        self._dice = random.Random(seed)  # noqa: S311 - a search, no secret
        self._people, self._days = _Share(FREE_PEOPLE), _Share(FREE_DAYS)
        self._turns = 0

    def better(self, best: Choice | None) -> Choice | None:
        """A better choice, if this turn finds any."""
        self._turns += 1
        if best is None or self._turns % 2:
            return self._of_people(best)
        return self._of_days(best)

    def _of_people(self, best: Choice | None) -> Choice | None:
        everybody = range(len(self._pool.task.lines))
        free = frozenset(self._dice.sample(everybody, self._people.of(len(everybody))))
        found = _around(self._pool, best, free, self._seconds_left)
        self._people.learn(is_better=found is not None)
        return found

    def _of_days(self, best: Choice) -> Choice | None:
        days = self._pool.task.lines[0].habit.days
        count = self._days.of(days)
        first = self._dice.randrange(days - count + 1)
        found = _within(self._pool, best, range(first, first + count), self._seconds_left)
        self._days.learn(is_better=found is not None)
        return found


def _around(
    pool: Pool, best: Choice | None, free: frozenset[int], seconds_left: Seconds
) -> Choice | None:
    """A better choice in which only these people's lines differ."""
    kept = () if best is None else tuple(c for c in best.columns if c.person not in free)
    ceiling = math.inf if best is None else best.cost - 1
    return _dive(Generation(pool, seconds_left, kept), ceiling)


def _within(pool: Pool, best: Choice, free: range, seconds_left: Seconds) -> Choice | None:
    """A better choice that differs on these days only."""
    generation = Generation(pool, seconds_left)
    options = np.array([column.options for column in best.columns])
    people, days = np.nonzero(~np.isin(np.indices(options.shape)[1], free))
    generation.decide(people, days, options[people, days])
    return _dive(generation, best.cost - 1)


def _dive(generation: Generation, ceiling: float) -> Choice | None:
    with suppress(OutOfTime):
        return dive(generation, ceiling)
    return None


def _is_proved(bound: float, best: Choice | None) -> bool:
    if best is None or best.missing > EPSILON:
        return False
    return best.cost <= math.ceil(bound - EPSILON) + EPSILON
