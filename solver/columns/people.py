"""One person of a board as a line: what limits, priority rules and successions say of cells."""

from collections.abc import Iterator
from datetime import date
from math import gcd

import numpy as np

from domain.ids import ShiftCode
from domain.limit_runs import run_scopes
from domain.limit_units import (
    HALF_DAYS_PER_CELL,
    HALF_DAYS_PER_WEEKEND,
    Counts,
    counts,
    half_days_outside,
)
from domain.limits import Span, spans, units_outside
from domain.priorities import breaks_priority, is_not_asked
from domain.rules import Level, LimitWindow, StandingRuleKind, WorkLimit
from domain.staff import StaffMember
from solver.columns.lines import (
    FORBIDDEN,
    Costs,
    Habit,
    Line,
    Marked,
    Pair,
    RunRule,
    RunStart,
    Segment,
    Tally,
    Total,
)
from solver.variables import Variables

MOST_AXES = 2
Segments = tuple[tuple[int, int], ...]


def line_of(variables: Variables, person: StaffMember) -> Line:
    """The person's month; the option after all types is a day without a cell, or a closed one."""
    return _Person(variables, person).line()


class _Person:
    def __init__(self, variables: Variables, person: StaffMember) -> None:
        self._variables = variables
        self._board = variables.board
        self._person = person
        self._codes = [t.code for t in self._board.shift_types]
        self._nothing = len(self._codes)
        self._options = {code: n for n, code in enumerate(self._codes)}
        self._days = {day: n for n, day in enumerate(self._board.days)}

    def line(self) -> Line:
        runs = self._runs()
        totals, marked = self._axes()
        return Line(
            habit=Habit(
                days=len(self._days),
                options=self._nothing + 1,
                runs=tuple(rule for rule, _ in runs),
                pairs=tuple(self._pairs()),
                tallies=tuple(self._tallies()),
                totals=totals,
                marked=marked,
            ),
            costs=self._costs(),
            before=self._before(),
            runs=tuple(start for _, start in runs),
        )

    def _costs(self) -> Costs:
        costs = np.full((len(self._days), self._nothing + 1), FORBIDDEN)
        for day, number in self._days.items():
            if day in self._board.closed_days or not self._person.is_employed_on(day):
                costs[number, self._nothing] = 0.0
                continue
            for code in self._variables.codes(self._person.id, day):
                costs[number, self._options[code]] = self._cost(day, code)
        return costs

    def _cost(self, day: date, code: ShiftCode) -> float:
        """What priority rules and standing rules say of one cell."""
        cost = 0.0
        for rule in self._board.priority_rules:
            if rule.staff_id == self._person.id and breaks_priority(rule, day, code):
                cost += _price(rule.level, rule.weight, HALF_DAYS_PER_CELL)
        if is_not_asked(self._board, self._person.id, day, code):
            kind = StandingRuleKind.SHIFT_NOT_ASKED
            weights = (r.weight for r in self._board.standing_rules if r.kind is kind)
            cost += HALF_DAYS_PER_CELL * sum(weights)
        return cost

    def _before(self) -> int | None:
        eve = self._board.schedule.start.toordinal() - 1
        cell = self._board.history_cells.get((self._person.id, date.fromordinal(eve)))
        return None if cell is None else self._options[cell.shift_type]

    def _pairs(self) -> Iterator[Pair]:
        for rule in self._board.succession_rules:
            yield Pair(
                first=frozenset({self._options[rule.from_type]}),
                second=frozenset({self._options[rule.to_type]}),
                cost=_price(rule.level, rule.weight, HALF_DAYS_PER_CELL),
            )

    def _runs(self) -> list[tuple[RunRule, RunStart]]:
        """Runs of days; limits of the same types share a rule."""
        found: dict[frozenset[int], tuple[RunRule, RunStart]] = {}
        for limit in self._board.work_limits:
            scopes = (s for s in run_scopes(self._board, limit) if s.staff_id == self._person.id)
            for scope in scopes:
                if not scope.stretches:
                    continue
                first = scope.stretches[0]
                is_at_start = first.days[0] == self._board.schedule.start
                start = RunStart(first.before, first.open_start) if is_at_start else RunStart()
                rule = _run_rule(limit, self._listed(limit), len(self._days))
                if rule.listed in found:
                    rule = _both(found[rule.listed][0], rule)
                found[rule.listed] = (rule, start)
        return list(found.values())

    def _listed(self, limit: WorkLimit) -> frozenset[int]:
        return frozenset(self._options[c] for c in limit.shift_types if c in self._options)

    def _spans(self, window: LimitWindow) -> Iterator[tuple[Span, int]]:
        """The windows of limits that a line can say, with the step in which each limit counts."""
        for limit in self._board.work_limits:
            step = _step(counts(self._board, limit))
            if limit.window is not window or step is None:
                continue
            for span in spans(self._board, limit):
                if span.staff_id == self._person.id and span.cells:
                    yield span, step

    def _amounts(self, limit: WorkLimit, step: int) -> tuple[int, ...]:
        counted = counts(self._board, limit).usual
        return (*(counted.get(code, 0) // step for code in self._codes), 0)

    def _tallies(self) -> Iterator[Tally]:
        """Weeks; limits that count the same share a tally."""
        found: dict[tuple[int, ...], dict[tuple[int, int], tuple[float, ...]]] = {}
        for span, step in self._spans(LimitWindow.WEEK):
            ends = (self._days[span.dates[0]], self._days[span.dates[-1]])
            weeks = found.setdefault(self._amounts(span.limit, step), {})
            weeks[ends] = _sum(weeks.get(ends), _span_costs(span, step))
        for amounts, weeks in found.items():
            in_order = sorted(weeks.items())
            yield Tally(amounts, tuple(Segment(*ends, costs) for ends, costs in in_order))

    def _axes(self) -> tuple[tuple[Total, ...], tuple[Marked, ...]]:
        """Counts of the whole schedule: of many the few narrowest, the others are left out."""
        found: list[Total | Marked] = [*self._totals(), *self._marked()]
        kept = sorted(found, key=lambda axis: len(axis.costs))[:MOST_AXES]
        return (
            tuple(axis for axis in kept if isinstance(axis, Total)),
            tuple(axis for axis in kept if isinstance(axis, Marked)),
        )

    def _totals(self) -> list[Total]:
        """The whole schedule; limits that count the same share a total."""
        found: dict[tuple[int, ...], tuple[float, ...]] = {}
        for span, step in self._spans(LimitWindow.PERIOD):
            amounts = self._amounts(span.limit, step)
            found[amounts] = _sum(found.get(amounts), _span_costs(span, step))
        return [Total(amounts, costs) for amounts, costs in found.items()]

    def _marked(self) -> list[Marked]:
        """The weekends of the schedule; limits of the same types share a count."""
        found: dict[tuple[frozenset[int], Segments], tuple[float, ...]] = {}
        for span, _ in self._spans(LimitWindow.WEEKENDS):
            ends = ((weekend[0][1], weekend[-1][1]) for weekend in span.weekends)
            segments = tuple((self._days[first], self._days[last]) for first, last in ends)
            key = (self._listed(span.limit), segments)
            costs = _costs_by(span, HALF_DAYS_PER_WEEKEND, len(segments))
            found[key] = _sum(found.get(key), costs)
        return [Marked(*key, costs) for key, costs in found.items()]


def _price(level: Level, weight: int, half_days: int) -> float:
    """What so many half-days outside a rule cost; a hard one forbids any."""
    if half_days <= 0:
        return 0.0
    return FORBIDDEN if level is Level.HARD else float(weight * half_days)


def _step(counted: Counts) -> int | None:
    """In what steps a limit counts, so that a line need not count finer.

    None for what a line does not say: steps finer than half-days, and days that are not alike.
    """
    amounts = counted.usual.values()
    step = gcd(*amounts) or 1
    is_coarse = max(amounts, default=0) <= HALF_DAYS_PER_CELL * step
    return step if is_coarse and not counted.special else None


def _span_costs(span: Span, step: int) -> tuple[float, ...]:
    """By how many steps the window counts in the schedule, without what is known before it."""
    return _costs_by(span, step, HALF_DAYS_PER_CELL * len(span.cells))


def _costs_by(span: Span, step: int, most: int) -> tuple[float, ...]:
    limit, known = span.limit, span.known
    totals = (known + n * step for n in range(most + 1))
    outside = (units_outside(total, span.minimum, span.maximum) for total in totals)
    return tuple(_price(limit.level, limit.weight, half_days_outside(limit, n)) for n in outside)


def _run_rule(limit: WorkLimit, listed: frozenset[int], days: int) -> RunRule:
    high, low = limit.maximum_half_days, limit.minimum_half_days or 0

    def over(length: int) -> int:
        return 0 if high is None else max(0, HALF_DAYS_PER_CELL * length - high)

    longest = 1 if high is None else min(days, high // HALF_DAYS_PER_CELL) + 2
    steps = (over(length) - over(length - 1) for length in range(1, longest + 1))
    shortest = -(-low // HALF_DAYS_PER_CELL)
    missing = (low - HALF_DAYS_PER_CELL * length for length in range(1, shortest))
    return RunRule(
        listed=listed,
        steps=tuple(_price(limit.level, limit.weight, n) for n in steps),
        breaks=tuple(_price(limit.level, limit.weight, n) for n in missing),
    )


def _both(one: RunRule, other: RunRule) -> RunRule:
    """Two rules of the same options as one; the last step of each goes on for ever."""
    length = max(len(one.steps), len(other.steps))
    steps = zip(_stretched(one.steps, length), _stretched(other.steps, length), strict=True)
    return RunRule(one.listed, tuple(a + b for a, b in steps), _sum(one.breaks, other.breaks))


def _stretched(steps: tuple[float, ...], length: int) -> tuple[float, ...]:
    return (*steps, *(steps[-1],) * (length - len(steps)))


def _sum(one: tuple[float, ...] | None, other: tuple[float, ...]) -> tuple[float, ...]:
    """Entry by entry; the shorter one adds nothing beyond its end."""
    if one is None:
        return other
    length = max(len(one), len(other))
    padded = zip(
        (*one, *(0.0,) * (length - len(one))),
        (*other, *(0.0,) * (length - len(other))),
        strict=True,
    )
    return tuple(a + b for a, b in padded)
