"""What a roster of a Curtois instance costs, counted in plain loops from the format's rules."""

from itertools import groupby, pairwise

from solver.formats.curtois import CurtoisInstance, Person
from solver.formats.rosters import Roster, Score


def score(instance: CurtoisInstance, roster: Roster) -> Score:
    """The objective, and every hard rule that is broken."""
    broken = [line for person in instance.staff for line in _broken(instance, person, roster)]
    cost = sum(
        request.weight
        for request in instance.requests
        if (roster[request.staff][request.day] == request.shift) is not request.is_on
    )
    for demand in instance.demands:
        there = sum(days[demand.day] == demand.shift for days in roster.values())
        cost += demand.under * max(0, demand.required - there)
        cost += demand.over * max(0, there - demand.required)
    return Score(objective=cost, broken=tuple(broken))


def _broken(instance: CurtoisInstance, person: Person, roster: Roster) -> list[str]:
    days = roster[person.id]
    row = [days[day] for day in range(instance.days)]
    return [
        f"{person.id}: {line}"
        for line in (
            *_counts(instance, person, row),
            *_runs(person, row),
            *_pairs(instance, row),
            *(f"works on day {day}, a day off" for day in person.days_off if row[day] is not None),
        )
    ]


def _counts(instance: CurtoisInstance, person: Person, row: list[str | None]) -> list[str]:
    minutes = sum(shift.minutes * row.count(shift.id) for shift in instance.shifts)
    weekends = sum(
        any(row[day] is not None for day in (first, last)) for first, last in instance.weekends
    )
    found = [
        f"{row.count(code)} shifts {code}, at most {most}"
        for code, most in person.most_of_shift.items()
        if row.count(code) > most
    ]
    if minutes > person.most_minutes:
        found.append(f"{minutes} minutes, at most {person.most_minutes}")
    if minutes < person.least_minutes:
        found.append(f"{minutes} minutes, at least {person.least_minutes}")
    if weekends > person.most_weekends:
        found.append(f"{weekends} weekends, at most {person.most_weekends}")
    return found


def _runs(person: Person, row: list[str | None]) -> list[str]:
    found = []
    start = 0
    for works, group in groupby(row, key=lambda shift: shift is not None):
        length = len(list(group))
        touches_an_end = start == 0 or start + length == len(row)
        start += length
        if works and length > person.longest_work:
            found.append(f"{length} days in a row, at most {person.longest_work}")
        shortest = person.shortest_work if works else person.shortest_rest
        if length < shortest and not touches_an_end:
            what = "days in a row" if works else "days off in a row"
            found.append(f"{length} {what}, at least {shortest}")
    return found


def _pairs(instance: CurtoisInstance, row: list[str | None]) -> list[str]:
    forbidden = {shift.id: shift.not_before for shift in instance.shifts}
    return [
        f"{second} right after {first} on day {day + 1}"
        for day, (first, second) in enumerate(pairwise(row))
        if first is not None and second in forbidden[first]
    ]
