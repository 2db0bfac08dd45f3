"""What a line remembers from day to day, one small counter for each rule.

A counter begins with a value and takes one step a day: the value after it, what the step costs, and
what it adds to the counts of marked segments. Values are whole numbers, so that nodes are tuples.
"""

from dataclasses import dataclass
from typing import Protocol

from solver.columns.lines import FORBIDDEN, Habit, Line, Marked, Pair, RunRule, RunStart, Tally

State = tuple[int, ...]
Outcome = tuple[int, float, tuple[int, ...]]
NOBODY_KNOWS = -1


class Counter(Protocol):
    def begin(self, line: Line) -> int: ...

    def step(self, value: int, day: int, option: int) -> Outcome: ...


def counters_of(habit: Habit) -> tuple[Counter, ...]:
    """One counter a rule, in the order that each line names its beginnings."""
    counters: list[Counter] = [_Last(habit.pairs, habit.options)] if habit.pairs else []
    counters += [_Run(rule, place) for place, rule in enumerate(habit.runs)]
    counters += [_Tallied(tally, place) for place, tally in enumerate(habit.tallies)]
    counters += [_Mark(marked) for marked in habit.marked]
    return tuple(counters)


class _Last:
    """The option of the day before, by the class of those that all pairs treat alike."""

    def __init__(self, pairs: tuple[Pair, ...], options: int) -> None:
        treated = [tuple(option in pair.first for pair in pairs) for option in range(options)]
        seen: dict[tuple[bool, ...], int] = {}
        self._pairs = pairs
        self._classes = [seen.setdefault(key, len(seen)) for key in treated]
        self._treated = list(seen)

    def begin(self, line: Line) -> int:
        return NOBODY_KNOWS if line.before is None else self._classes[line.before]

    def step(self, value: int, day: int, option: int) -> Outcome:
        return self._classes[option], self._cost(value, day, option), ()

    def _cost(self, value: int, day: int, option: int) -> float:
        if value == NOBODY_KNOWS:
            return 0.0
        broken = zip(self._pairs, self._treated[value], strict=True)
        return sum(
            pair.cost
            for pair, is_first in broken
            if is_first and option in pair.second and (pair.days is None or day in pair.days)
        )


class _Run:
    """The length of a run, held at the last that matters; negative while its start is open."""

    def __init__(self, rule: RunRule, place: int) -> None:
        self._rule = rule
        self._place = place
        self._cap = max(len(rule.steps), len(rule.breaks) + 1)
        self._open = -self._cap - 1  # an open start with nothing listed yet

    def begin(self, line: Line) -> int:
        start = line.runs[self._place] if line.runs else RunStart()
        length = min(start.length, self._cap)
        if start.is_open:
            return -length if length else self._open
        return length

    def step(self, value: int, day: int, option: int) -> Outcome:  # noqa: ARG002 - every day alike
        length = 0 if value == self._open else abs(value)
        if option in self._rule.listed:
            longer = min(length + 1, self._cap)
            return (-longer if value < 0 else longer), self._price_of_length(length), ()
        is_short = 0 < value <= len(self._rule.breaks)
        return 0, self._rule.breaks[value - 1] if is_short else 0.0, ()

    def _price_of_length(self, before: int) -> float:
        steps = self._rule.steps
        return steps[min(before, len(steps) - 1)] if steps else 0.0


class _Tallied:
    """What the segment at hand holds so far."""

    def __init__(self, tally: Tally, place: int) -> None:
        self._amounts = tally.amounts
        self._place = place
        self._segments = {
            day: segment
            for segment in tally.segments
            for day in range(segment.first, segment.last + 1)
        }

    def begin(self, line: Line) -> int:
        return line.tallied[self._place] if line.tallied else 0

    def step(self, value: int, day: int, option: int) -> Outcome:
        segment = self._segments.get(day)
        if segment is None:
            return 0, 0.0, ()
        value += self._amounts[option]
        is_over = value >= len(segment.costs)
        if day == segment.last:
            return 0, FORBIDDEN if is_over else segment.costs[value], ()
        return value, FORBIDDEN if is_over else 0.0, ()


@dataclass(frozen=True)
class _Mark:
    """Whether the segment at hand has been counted."""

    marked: Marked

    def begin(self, line: Line) -> int:  # noqa: ARG002 - a segment begins with nothing marked
        return 0

    def step(self, value: int, day: int, option: int) -> Outcome:
        segment = next((s for s in self.marked.segments if s[0] <= day <= s[1]), None)
        if segment is None:
            return 0, 0.0, (0,)
        is_listed = option in self.marked.listed
        is_new = is_listed and not value
        after = 0 if day == segment[1] else int(value or is_listed)
        return after, 0.0, (int(is_new),)
