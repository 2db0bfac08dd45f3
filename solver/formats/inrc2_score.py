"""What a roster of the competition costs, counted in plain loops from its published rules.

Cells are `Shift:Skill`. Every soft constraint is counted apart, as the official validator does.
"""

from collections import Counter
from itertools import groupby, pairwise

from solver.formats.inrc2 import Inrc2Instance, Nurse, Range
from solver.formats.rosters import Roster, Score

WORK, SAME, REQUEST, WEEKEND, TOTAL, OPTIMUM = 30, 15, 10, 30, 20, 30


def score(instance: Inrc2Instance, roster: Roster) -> Score:
    """The objective, and every hard rule that is broken."""
    parts = parts_of(instance, roster)
    return Score(objective=sum(parts.values()), broken=tuple(_broken(instance, roster)))


def parts_of(instance: Inrc2Instance, roster: Roster) -> Counter[str]:
    """The cost by constraint."""
    parts: Counter[str] = Counter()
    for nurse in instance.nurses:
        row = [_shift(roster[nurse.id][day]) for day in range(instance.days)]
        parts["consecutive"] += _work(nurse, row) + _same(instance, nurse, row)
        parts["days off"] += _rest(nurse, row)
        parts["total assignments"] += TOTAL * _outside(nurse, row)
        parts["weekends"] += WEEKEND * _weekends(nurse, row)
        parts["complete weekends"] += WEEKEND * _halves(nurse, row)
    for request in instance.requests:
        shift = _shift(roster[request.nurse][request.day])
        if shift is not None and request.shift in (None, shift):
            parts["preferences"] += REQUEST
    for demand in instance.demands:
        cell = f"{demand.shift}:{demand.skill}"
        there = sum(days[demand.day] == cell for days in roster.values())
        parts["optimum"] += OPTIMUM * max(0, demand.optimum - there)
    return parts


def _shift(cell: str | None) -> str | None:
    return None if cell is None else cell.split(":")[0]


def _work(nurse: Nurse, row: list[str | None]) -> int:
    marks = [shift is not None for shift in row]
    return WORK * _of_runs(marks, nurse.contract.work, nurse.history.work)


def _rest(nurse: Nurse, row: list[str | None]) -> int:
    marks = [shift is None for shift in row]
    return WORK * _of_runs(marks, nurse.contract.rest, nurse.history.rest)


def _same(instance: Inrc2Instance, nurse: Nurse, row: list[str | None]) -> int:
    cost = 0
    for shift, bounds in instance.runs.items():
        before = nurse.history.same if nurse.history.last == shift else 0
        cost += SAME * _of_runs([found == shift for found in row], bounds, before)
    return cost


def _of_runs(marks: list[bool], bounds: Range, before: int) -> int:
    """Days by which runs are too long or too short; what history exceeds is not told again.

    A run that history left is ended by a first day without mark. One that the end cuts is not too
    short.
    """
    days, start = 0, 0
    if before and not marks[0]:
        days += max(0, bounds.least - before)
    for is_marked, group in groupby(marks):
        length = len(list(group))
        is_first, is_last = start == 0, start + length == len(marks)
        start += length
        if not is_marked:
            continue
        known = before if is_first else 0
        days += max(0, known + length - max(bounds.most, known))
        if not is_last:
            days += max(0, bounds.least - known - length)
    return days


def _outside(nurse: Nurse, row: list[str | None]) -> int:
    total = nurse.history.total + sum(shift is not None for shift in row)
    bounds = nurse.contract.total
    return max(0, bounds.least - total) + max(0, total - bounds.most)


def _weekends(nurse: Nurse, row: list[str | None]) -> int:
    worked = sum(
        row[day] is not None or row[day + 1] is not None for day in range(5, len(row) - 1, 7)
    )
    return max(0, nurse.history.weekends + worked - nurse.contract.most_weekends)


def _halves(nurse: Nurse, row: list[str | None]) -> int:
    if not nurse.contract.whole_weekends:
        return 0
    return sum(
        (row[day] is None) is not (row[day + 1] is None) for day in range(5, len(row) - 1, 7)
    )


def _broken(instance: Inrc2Instance, roster: Roster) -> list[str]:
    found = [
        f"{demand.shift}:{demand.skill} on day {demand.day}: {there} of {demand.minimum}"
        for demand in instance.demands
        if (there := _there(roster, demand.day, f"{demand.shift}:{demand.skill}")) < demand.minimum
    ]
    for nurse in instance.nurses:
        cells = roster[nurse.id]
        row = [nurse.history.last, *(_shift(cells[day]) for day in range(instance.days))]
        found += [
            f"{nurse.id}: {second} right after {first} on day {day}"
            for day, (first, second) in enumerate(pairwise(row))
            if first is not None and second in instance.not_after[first]
        ]
        found += [
            f"{nurse.id}: lacks the skill of {cell} on day {day}"
            for day, cell in cells.items()
            if cell is not None and cell.split(":")[1] not in nurse.skills
        ]
    return found


def _there(roster: Roster, day: int, cell: str) -> int:
    return sum(days[day] == cell for days in roster.values())
