"""An instance of the competition as lines to choose: option 0 rests, others are shift and skill."""

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
from solver.formats.inrc2 import Inrc2Instance, Nurse, Range
from solver.formats.inrc2_score import OPTIMUM, REQUEST, SAME, TOTAL, WEEKEND, WORK

REST = frozenset({0})


def options_of(instance: Inrc2Instance) -> tuple[str | None, ...]:
    """What each option is in a roster."""
    return (None, *(f"{shift}:{skill}" for shift in instance.shifts for skill in instance.skills))


def task(instance: Inrc2Instance) -> Task:
    options = {name: n for n, name in enumerate(options_of(instance))}
    rows: list[Row] = []
    extras: list[Extra] = []
    for demand in instance.demands:
        option = options[f"{demand.shift}:{demand.skill}"]
        cells = tuple((p, demand.day, option, 1.0) for p in range(len(instance.nurses)))
        if demand.minimum:
            rows.append(Row(cells=cells, extras=(), lower=demand.minimum, upper=FORBIDDEN))
        if demand.optimum > demand.minimum:
            short = ((len(extras), 1.0),)
            rows.append(Row(cells=cells, extras=short, lower=demand.optimum, upper=FORBIDDEN))
            extras.append(Extra(OPTIMUM))
    lines = tuple(_line(instance, nurse) for nurse in instance.nurses)
    return Task(lines=lines, rows=tuple(rows), extras=tuple(extras))


def _of_shift(instance: Inrc2Instance, shift: str) -> frozenset[int]:
    first = 1 + instance.shifts.index(shift) * len(instance.skills)
    return frozenset(range(first, first + len(instance.skills)))


def _line(instance: Inrc2Instance, nurse: Nurse) -> Line:
    history = nurse.history
    same = (
        RunStart(length=history.same if history.last == shift else 0) for shift in instance.shifts
    )
    before = 0 if history.last is None else min(_of_shift(instance, history.last))
    return Line(
        habit=_habit(instance, nurse),
        costs=_costs(instance, nurse),
        before=before,
        runs=(RunStart(length=history.work), RunStart(length=history.rest), *same),
    )


def _costs(instance: Inrc2Instance, nurse: Nurse) -> Costs:
    costs = np.zeros((instance.days, len(options_of(instance))))
    for option, name in enumerate(options_of(instance)):
        if name is not None and name.split(":")[1] not in nurse.skills:
            costs[:, option] = FORBIDDEN
    for request in instance.requests:
        if request.nurse != nurse.id:
            continue
        shifts = instance.shifts if request.shift is None else (request.shift,)
        for shift in shifts:
            costs[request.day, sorted(_of_shift(instance, shift))] += REQUEST
    return costs


def _habit(instance: Inrc2Instance, nurse: Nurse) -> Habit:
    contract, history = nurse.contract, nurse.history
    works = frozenset(range(1, len(options_of(instance))))
    saturdays = range(5, instance.days, len("MTWTFSS"))
    same = (_run(_of_shift(instance, s), bounds, SAME) for s, bounds in instance.runs.items())
    return Habit(
        days=instance.days,
        options=len(options_of(instance)),
        runs=(_run(works, contract.work, WORK), _run(REST, contract.rest, WORK), *same),
        pairs=(
            *_successions(instance),
            *(_halves(works, instance) if contract.whole_weekends else ()),
        ),
        totals=(_total(instance, contract.total, history.total, works),),
        marked=(
            Marked(
                listed=works,
                segments=tuple((day, day + 1) for day in saturdays),
                costs=_weekends(len(saturdays), history.weekends, contract.most_weekends),
            ),
        ),
    )


def _run(listed: frozenset[int], bounds: Range, cost: int) -> RunRule:
    return RunRule(
        listed=listed,
        steps=(*(0.0 for _ in range(bounds.most)), float(cost)),
        breaks=tuple(float(cost * (bounds.least - length)) for length in range(1, bounds.least)),
    )


def _successions(instance: Inrc2Instance) -> tuple[Pair, ...]:
    return tuple(
        Pair(
            first=_of_shift(instance, shift),
            second=frozenset[int]().union(*(_of_shift(instance, s) for s in forbidden)),
            cost=FORBIDDEN,
        )
        for shift, forbidden in instance.not_after.items()
        if forbidden
    )


def _halves(works: frozenset[int], instance: Inrc2Instance) -> tuple[Pair, ...]:
    sundays = frozenset(range(6, instance.days, 7))
    return (Pair(works, REST, WEEKEND, sundays), Pair(REST, works, WEEKEND, sundays))


def _total(instance: Inrc2Instance, bounds: Range, known: int, works: frozenset[int]) -> Total:
    def cost(count: int) -> float:
        total = known + count
        return float(TOTAL * (max(0, bounds.least - total) + max(0, total - bounds.most)))

    return Total(
        amounts=tuple(int(option in works) for option in range(len(options_of(instance)))),
        costs=tuple(cost(count) for count in range(instance.days + 1)),
    )


def _weekends(count: int, known: int, most: int) -> tuple[float, ...]:
    return tuple(float(WEEKEND * max(0, known + n - most)) for n in range(count + 1))
