"""What column generation is asked: each person's line of days, and the rows that join them.

Days and options are indexes from 0. Costs are floats, infinite where something may not be.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Costs = NDArray[np.float64]
FORBIDDEN = float("inf")


@dataclass(frozen=True, slots=True)
class RunRule:
    """Unbroken runs of listed options.

    `steps[k]` is what the day costs that makes a run k + 1 days long, the last entry for all longer
    ones; `breaks[k]` what it costs to end at k + 1 days, nothing beyond. A run that the last day
    cuts is not ended.
    """

    listed: frozenset[int]
    steps: tuple[float, ...]
    breaks: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class RunStart:
    """The run that the days before end with; an open one is never too short."""

    length: int = 0
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """What `second` costs right after `first`; only on the given days, or on all of them."""

    first: frozenset[int]
    second: frozenset[int]
    cost: float
    days: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """Days from `first` to `last`, with `costs[total]` of what they hold; forbidden beyond."""

    first: int
    last: int
    costs: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """Amounts counted in segments that do not overlap, such as weeks."""

    amounts: tuple[int, ...]
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Total:
    """Amounts counted from the first day to the last: `costs[total]`, forbidden beyond."""

    amounts: tuple[int, ...]
    costs: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Marked:
    """Segments with any listed option, counted from the first day to the last: `costs[count]`."""

    listed: frozenset[int]
    segments: tuple[tuple[int, int], ...]
    costs: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Habit:
    """What people share whose lines obey the same rules; one graph serves them all."""

    days: int
    options: int
    runs: tuple[RunRule, ...] = ()
    pairs: tuple[Pair, ...] = ()
    tallies: tuple[Tally, ...] = ()
    totals: tuple[Total, ...] = ()
    marked: tuple[Marked, ...] = ()


def axes_of(habit: Habit) -> tuple[tuple[float, ...], ...]:
    """What each total and each count of marked segments costs, in that order."""
    return (*(t.costs for t in habit.totals), *(m.costs for m in habit.marked))


@dataclass(frozen=True, slots=True)
class Line:
    """One person: `costs[day, option]`, and where the days before left each counter.

    `before` is the option of the day before, None if unknown; `tallied` what each tally's first
    segment already holds; `counted` the same for totals and marked segments, in that order.
    """

    habit: Habit
    costs: Costs
    before: int | None = None
    runs: tuple[RunStart, ...] = ()
    tallied: tuple[int, ...] = ()
    counted: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """lower ≤ Σ cells + Σ extras ≤ upper; a cell is (person, day, option) with its factor."""

    cells: tuple[tuple[int, int, int, float], ...]
    extras: tuple[tuple[int, float], ...]
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class Extra:
    """A variable beside the lines: what one unit costs, how much there may be, whether whole."""

    cost: float
    upper: float = FORBIDDEN
    lower: float = 0.0
    is_whole: bool = False


@dataclass(frozen=True, slots=True)
class Task:
    """The whole: choose one line a person so that all rows hold and the sum of costs is least."""

    lines: tuple[Line, ...]
    rows: tuple[Row, ...]
    extras: tuple[Extra, ...]
