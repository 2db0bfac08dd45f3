"""Whom absences call: covers up to the need, and what is left open is a gap."""

from collections.abc import Iterable
from datetime import date

from domain.need import gap_weight, need_of
from domain.staff import NeedPolicy, StaffGroup
from solver.expressions import Literal, Sum, count, times, total
from solver.rules.penalty import TIER_OF_MODE, Penalty
from solver.variables import Variables


def add(variables: Variables) -> Iterable[Penalty]:
    for group in variables.board.groups:
        for day in variables.board.open_days:
            absences = variables.absences(group.id, day)
            need = _need(variables, group, absences)
            _as_few_as_needed(variables, group, day, need)
            units = _gap_units(variables, group, day, absences, need)
            yield Penalty(TIER_OF_MODE[group.coverage_mode], units * gap_weight(group))


def _need(variables: Variables, group: StaffGroup, absences: list[Literal]) -> Sum:
    """The group's policy over every number of absences that is possible, as one sum."""
    employed = len(absences)
    needs = [need_of(group, employed, n, closed=False) for n in range(employed + 1)]
    absent = count(absences)
    if all(need == needs[0] + n for n, need in enumerate(needs)):
        return absent + needs[0]
    rises = [
        times(variables.model.at_least(absent, n) if n > 1 else variables.model.any_of(absences), r)
        for n in range(1, employed + 1)
        if (r := needs[n] - needs[n - 1])
    ]
    return total(rises) + needs[0]


def _as_few_as_needed(variables: Variables, group: StaffGroup, day: date, need: Sum) -> None:
    """Covers kept beyond the need are no fault of the run, but it may not add to them."""
    covers = variables.open_covers_of(group.id, day)
    kept = count(variables.kept_of(group.id, day))
    beyond = count(covers) + kept - need
    if variables.model.most(kept) == 0:
        variables.model.require_at_most(beyond, 0)
        return
    for cover in covers:
        variables.model.require_at_most(beyond, 0, when=cover)


def _gap_units(
    variables: Variables, group: StaffGroup, day: date, absences: list[Literal], need: Sum
) -> Sum:
    """Missing people; with ANY_ABSENT each absence that nobody covers."""
    covers = [*variables.open_covers_of(group.id, day), *variables.kept_of(group.id, day)]
    model = variables.model
    if group.need_policy is not NeedPolicy.ANY_ABSENT:
        return model.excess(need - count(covers))
    uncovered = [~cover for cover in covers]
    return total(model.all_of([absence, *uncovered]) for absence in absences)
