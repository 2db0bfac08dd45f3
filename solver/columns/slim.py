"""A task whose walks fit into their time: totals that would need too many states become rows.

A walk that tells counts apart prices a total exactly. As a row of its person it is just as exact
for whole choices, and only the bound grows weaker. Maxima go first: most of them bind nobody.
"""

import math
from dataclasses import replace
from functools import partial

from solver.columns.lines import FORBIDDEN, Extra, Habit, Line, Row, Task
from solver.columns.windows import Axis, axis_of

MOST_STATES = 2_300_000
Counted = tuple[int, ...]


def slim(task: Task, most_states: int = MOST_STATES) -> Task:
    """The same choices at the same costs, with as many totals in rows as the walks ask for."""
    states = most_states / sum(line.habit.days for line in task.lines)
    kinds = {(line.habit, line.counted) for line in task.lines}
    too_many = {kind: _too_many(*kind, states) for kind in kinds}
    if not any(too_many.values()):
        return task
    lines, rows, extras = [], list(task.rows), list(task.extras)
    for person, line in enumerate(task.lines):
        gone = too_many[line.habit, line.counted]
        rows += [_row(person, line, n, extras) for n in sorted(gone)]
        lines.append(_without(line, gone))
    return Task(lines=tuple(lines), rows=tuple(rows), extras=tuple(extras))


def _too_many(habit: Habit, counted: Counted, states: float) -> frozenset[int]:
    """The totals for which there are not states enough, by their place."""
    axes = [_axis(habit, counted, n) for n in range(len(habit.totals))]
    sizes = {n: _middle(habit, n, axis) for n, axis in enumerate(axes)}
    others = math.prod(len(marked.costs) for marked in habit.marked)
    ranges = [n for n, axis in enumerate(axes) if _is_range(axis)]
    gone: set[int] = set()
    for n in sorted(ranges, key=partial(_by_use, habit)):
        if others * math.prod(size for k, size in sizes.items() if k not in gone) <= states:
            break
        gone.add(n)
    return frozenset(gone)


def _middle(habit: Habit, number: int, axis: Axis) -> int:
    """How many counts are told apart on a day in the middle."""
    half = max(habit.totals[number].amounts) * habit.days // 2
    return max(1, min(half, axis.top) - max(0, axis.bottom - half) + 1)


def _axis(habit: Habit, counted: Counted, number: int) -> Axis:
    total = habit.totals[number]
    before = counted[number] if counted else 0
    return axis_of(total.costs, before + max(total.amounts) * habit.days)


def _is_range(axis: Axis) -> bool:
    """Whether the total costs nothing inside a range, and by the unit outside."""
    return not any(axis.costs[axis.bottom : axis.top + 1]) and min(axis.fall, axis.rise) >= 0


def _by_use(habit: Habit, number: int) -> tuple[bool, int]:
    costs = habit.totals[number].costs
    return bool(costs[0]), -len(costs)


def _without(line: Line, gone: frozenset[int]) -> Line:
    totals = tuple(t for n, t in enumerate(line.habit.totals) if n not in gone)
    counted = tuple(count for n, count in enumerate(line.counted) if n not in gone)
    return replace(line, habit=replace(line.habit, totals=totals), counted=counted)


def _row(person: int, line: Line, number: int, extras: list[Extra]) -> Row:
    """The total as a row: what it lacks and what it has too much are paid by the unit."""
    total = line.habit.totals[number]
    axis = _axis(line.habit, line.counted, number)
    before = line.counted[number] if line.counted else 0
    cells = tuple(
        (person, day, option, float(amount))
        for day in range(line.habit.days)
        for option, amount in enumerate(total.amounts)
        if amount
    )
    paid = []
    for price, factor in ((axis.fall, 1.0), (axis.rise, -1.0)):
        if 0 < price < FORBIDDEN:
            paid.append((len(extras), factor))
            extras.append(Extra(price))
    lower = float(axis.bottom - before) if axis.fall else -FORBIDDEN
    upper = float(axis.top - before) if axis.rise else FORBIDDEN
    return Row(cells, tuple(paid), lower, upper)
