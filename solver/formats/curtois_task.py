"""A Curtois instance as lines to choose: option 0 rests, the others are the shifts in order."""

from math import gcd

import numpy as np

from solver.columns.lines import (
    FORBIDDEN,
    Costs,
    Extra,
    Habit,
    Line,
    Marked,
    Pair,
    Row,
    RunRule,
    RunStart,
    Task,
    Total,
)
from solver.formats.curtois import CurtoisInstance, Person

REST = frozenset({0})


def task(instance: CurtoisInstance) -> Task:
    lines = tuple(_line(instance, person) for person in instance.staff)
    extras = [Extra(cost) for d in instance.demands for cost in (d.under, d.over)]
    options = {shift.id: n + 1 for n, shift in enumerate(instance.shifts)}
    rows = tuple(
        Row(
            cells=tuple((p, d.day, options[d.shift], 1.0) for p in range(len(lines))),
            extras=((2 * n, 1.0), (2 * n + 1, -1.0)),
            lower=d.required,
            upper=d.required,
        )
        for n, d in enumerate(instance.demands)
    )
    return Task(lines=lines, rows=rows, extras=tuple(extras))


def _line(instance: CurtoisInstance, person: Person) -> Line:
    open_start = RunStart(is_open=True)
    return Line(
        habit=_habit(instance, person),
        costs=_costs(instance, person),
        runs=(open_start, open_start),
    )


def _costs(instance: CurtoisInstance, person: Person) -> Costs:
    """What each day and option costs by requests; what may not be is forbidden."""
    costs = np.zeros((instance.days, len(instance.shifts) + 1))
    options = {shift.id: n + 1 for n, shift in enumerate(instance.shifts)}
    for request in instance.requests:
        if request.staff != person.id:
            continue
        option = options[request.shift]
        if request.is_on:
            costs[request.day] += request.weight
            costs[request.day, option] -= request.weight
        else:
            costs[request.day, option] += request.weight
    costs[sorted(person.days_off), 1:] = FORBIDDEN
    for code, most in person.most_of_shift.items():
        if most == 0:
            costs[:, options[code]] = FORBIDDEN
    return costs


def _habit(instance: CurtoisInstance, person: Person) -> Habit:
    works = frozenset(range(1, len(instance.shifts) + 1))
    weekends = tuple(0.0 for _ in range(person.most_weekends + 1))
    return Habit(
        days=instance.days,
        options=len(instance.shifts) + 1,
        runs=(
            RunRule(
                listed=works,
                steps=(*(0.0 for _ in range(person.longest_work)), FORBIDDEN),
                breaks=(FORBIDDEN,) * (person.shortest_work - 1),
            ),
            RunRule(listed=REST, steps=(0.0,), breaks=(FORBIDDEN,) * (person.shortest_rest - 1)),
        ),
        pairs=_pairs(instance),
        totals=(_minutes(instance, person), *_most_of_shifts(instance, person)),
        marked=(Marked(listed=works, segments=instance.weekends, costs=weekends),),
    )


def _pairs(instance: CurtoisInstance) -> tuple[Pair, ...]:
    options = {shift.id: n + 1 for n, shift in enumerate(instance.shifts)}
    return tuple(
        Pair(
            first=frozenset({options[shift.id]}),
            second=frozenset(options[code] for code in shift.not_before),
            cost=FORBIDDEN,
        )
        for shift in instance.shifts
        if shift.not_before
    )


def _minutes(instance: CurtoisInstance, person: Person) -> Total:
    """Counted in the largest unit that divides all lengths."""
    unit = gcd(*(shift.minutes for shift in instance.shifts))
    longest = max(shift.minutes for shift in instance.shifts)
    most = min(person.most_minutes, longest * instance.days)
    counts = range(most // unit + 1)
    return Total(
        amounts=(0, *(shift.minutes // unit for shift in instance.shifts)),
        costs=tuple(FORBIDDEN if n * unit < person.least_minutes else 0.0 for n in counts),
    )


def _most_of_shifts(instance: CurtoisInstance, person: Person) -> tuple[Total, ...]:
    """Bounds that minutes and days do not hold already."""
    found = []
    for number, shift in enumerate(instance.shifts):
        most = person.most_of_shift.get(shift.id, instance.days)
        if 0 < most < min(instance.days, person.most_minutes // shift.minutes):
            amounts = tuple(int(n == number + 1) for n in range(len(instance.shifts) + 1))
            found.append(Total(amounts=amounts, costs=(0.0,) * (most + 1)))
    return tuple(found)
