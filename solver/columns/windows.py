"""Which counts of an axis need telling apart, day by day.

Below its `bottom` and above its `top` what an axis costs goes along a line, so whatever is sure to
end there is charged on its way and held at the edge of the window. Most states are saved so.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.columns.lines import FORBIDDEN

ALIKE = 1e-9
Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Window:
    """The counts from `low` to `high`, both inclusive."""

    low: int
    high: int

    @property
    def size(self) -> int:
        return self.high - self.low + 1


@dataclass(frozen=True, slots=True)
class Axis:
    """What a count costs in the end: `fall` for each one below `bottom`, `rise` above `top`."""

    costs: tuple[float, ...]
    bottom: int
    top: int
    fall: float
    rise: float

    def placed(self, count: int, window: Window) -> tuple[int, float]:
        """Where a count stands in a window, and what it is charged for that."""
        if count < window.low:
            return 0, self.fall * (window.low - count)
        if count > window.high:
            return window.size - 1, self.rise * (count - window.high)
        return count - window.low, 0.0


@dataclass(frozen=True, slots=True)
class Shift:
    """How one day carries counts from a window to the next: most as they are, some to an edge.

    `kept` of the sources stand from `first_source` on, their targets from `first_target` on; each
    edge names its target, its sources, and what each of these is charged.
    """

    size: int
    first_source: int
    first_target: int
    kept: int
    edges: tuple[tuple[int, slice, Values], ...]

    def is_plain(self, before: int) -> bool:
        """Whether every count of a window of that size stays in its place."""
        moves = self.first_source or self.first_target or self.edges
        return not moves and self.kept == self.size == before

    def carry(self, values: Values, axis: int, carried: Values) -> None:
        """The values of one window as those of the next, on this axis of the arrays."""
        ours, theirs = np.moveaxis(carried, axis, -1), np.moveaxis(values, axis, -1)
        first, end = self.first_target, self.first_target + self.kept
        ours[..., :first] = FORBIDDEN
        ours[..., end:] = FORBIDDEN
        ours[..., first:end] = theirs[..., self.first_source : self.first_source + self.kept]
        for target, sources, charged in self.edges:
            best = (theirs[..., sources] + charged).min(axis=-1)
            np.minimum(ours[..., target], best, out=ours[..., target])

    def sources(self) -> tuple[NDArray[np.int64], Values]:
        """For each target the places it may come from and their charges, filled up to a table."""
        found: list[list[tuple[int, float]]] = [[] for _ in range(self.size)]
        for n in range(self.kept):
            found[self.first_target + n].append((self.first_source + n, 0.0))
        for target, places, charged in self.edges:
            counts = range(places.start, places.stop)
            found[target] += zip(counts, charged.tolist(), strict=True)
        longest = max(1, *map(len, found))
        rows = [row + [(0, FORBIDDEN)] * (longest - len(row)) for row in found]
        table = np.array(rows).reshape(self.size, longest, 2)
        return table[:, :, 0].astype(np.int64), table[:, :, 1]


def axis_of(costs: tuple[float, ...], farthest: int) -> Axis:
    """The axis of these costs where no count goes beyond `farthest`."""
    inside = costs[: farthest + 1]
    last = len(inside) - 1
    if farthest > last:
        top, rise = last, FORBIDDEN
    else:
        back, rise = _straight(inside[::-1])
        top = last - back
    bottom, fall = _straight(inside[: top + 1])
    return Axis(costs, bottom, top, fall, rise)


def _straight(costs: Sequence[float]) -> tuple[int, float]:
    """How far these costs go along a line from the first on, and what each step back adds."""
    if costs[0] == FORBIDDEN:
        finite = (n for n, cost in enumerate(costs) if cost != FORBIDDEN)
        return next(finite, 0), FORBIDDEN
    if len(costs) == 1 or costs[1] == FORBIDDEN:
        return 0, 0.0
    step = costs[0] - costs[1]
    far = 1
    while far + 1 < len(costs) and abs(costs[far] - costs[far + 1] - step) <= ALIKE:
        far += 1
    return far, step


def windows_of(axis: Axis, fewest: int, reach: Sequence[int], most: Sequence[int]) -> list[Window]:
    """The window before each day and after the last.

    `fewest` is the least count before the first day, `reach` the highest count by each time, `most`
    what each day can add.
    """
    later = [sum(most[day:]) for day in range(len(most) + 1)]
    highs = [min(far, axis.top) for far in reach]
    lows = [max(fewest, axis.bottom - more) for more in later]
    return [Window(min(low, high), high) for low, high in zip(lows, highs, strict=True)]


def shift_of(axis: Axis, before: Window, after: Window, added: int) -> Shift:
    """What a day that adds so much does to the counts of a window."""
    first = max(before.low, after.low - added)
    last = min(before.high, after.high - added)
    below = range(before.low, min(before.high + 1, after.low - added))
    above = range(max(before.low, after.high - added + 1), before.high + 1)
    edges = [
        (0, below, [axis.fall * (after.low - added - count) for count in below]),
        (after.size - 1, above, [axis.rise * (count + added - after.high) for count in above]),
    ]
    return Shift(
        size=after.size,
        first_source=first - before.low,
        first_target=first + added - after.low,
        kept=max(0, last - first + 1),
        edges=tuple(
            (target, slice(counts[0] - before.low, counts[-1] - before.low + 1), np.array(charged))
            for target, counts, charged in edges
            if counts and min(charged) < FORBIDDEN
        ),
    )
