"""A board's soft rules as lines to choose, for a bound that the search can stand beside.

This is a relaxation: whatever a line or a row cannot say is left out, so its least cost is never
above what a schedule pays. Left out are limits of a day and of rolling days, those in hours that
lines would count in too small steps, successions next to closed days, and what a cover by a member
does to their own group. Hard rules must be kept in full, which is so only where the first tier has
come to 0.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from domain.ids import GroupId, StaffId
from domain.limit_units import HALF_DAYS_PER_CELL
from domain.need import gap_weight, need_of
from domain.rules import StandingRuleKind
from domain.runs import TierName
from domain.staff import CoverageMode, NeedPolicy, StaffGroup
from domain.tiers import comparable_people
from solver.columns.lines import (
    FORBIDDEN,
    Extra,
    Row,
    Task,
)
from solver.columns.people import line_of
from solver.expressions import FALSE
from solver.rules.backup_load import covers_before
from solver.variables import Variables

Cells = tuple[tuple[int, int, int, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """What one unit of BACKUP_LOAD and one of REST_BALANCE count beside SOFT_RULES; 0: not at all.

    Of BACKUP_LOAD only what the schedule adds counts: not the covers kept, nor those before it.
    """

    load: float = 0.0
    balance: float = 0.0


def task(variables: Variables, kept: Mapping[TierName, int], weights: Weights) -> Task:
    """The tier SOFT_RULES to be minimised with what has weights, other tiers kept at their values.

    Of `kept` REQUIRED_GAPS, DESIRED_GAPS and PRIORITY_ORDER are read.
    """
    return _Translator(variables, kept, weights).task()


class _Translator:
    def __init__(
        self, variables: Variables, kept: Mapping[TierName, int], weights: Weights
    ) -> None:
        self._variables = variables
        self._weights = weights
        self._kept = kept
        self._board = variables.board
        self._codes = [t.code for t in self._board.shift_types]
        self._nothing = len(self._codes)
        self._days = {day: n for n, day in enumerate(self._board.days)}
        self._people = {person.id: n for n, person in enumerate(self._board.staff)}
        self._weight_together = sum(
            rule.weight
            for rule in self._board.standing_rules
            if rule.kind is StandingRuleKind.GROUP_ABSENT_TOGETHER
        )
        self._rows: list[Row] = []
        self._extras: list[Extra] = []

    def task(self) -> Task:
        lines = tuple(line_of(self._variables, person) for person in self._board.staff)
        self._groups()
        if self._weights.balance:
            self._balance_rest()
        return Task(lines=lines, rows=tuple(self._rows), extras=tuple(self._extras))

    def _extra(self, cost: float = 0.0, upper: float = FORBIDDEN) -> int:
        self._extras.append(Extra(cost, upper))
        return len(self._extras) - 1

    def _absences(self, group_id: GroupId, day: date, factor: float = 1.0) -> Cells:
        """The cells that make a member absent, whoever may be lent beside."""
        return tuple(
            (self._people[member], self._days[day], option, factor)
            for member in self._board.members(group_id, day)
            for option, kind in enumerate(self._board.shift_types)
            if kind.absent_for_coverage
        )

    def _anybody_absent(self, group: StaffGroup, day: date) -> int:
        """Whether anybody is; members absent together are paid beyond this one, not beyond 1.

        Said so, half a day off of each of two people is not free: it needs half a cover.
        """
        anybody = self._extra(upper=1.0)
        for member in self._board.members(group.id, day):
            away = (c for c in self._absences(group.id, day, -1.0))
            cells = tuple(cell for cell in away if cell[0] == self._people[member])
            self._rows.append(Row(cells, ((anybody, 1.0),), 0.0, FORBIDDEN))
        if self._weight_together:
            beyond = self._extra(float(HALF_DAYS_PER_CELL * self._weight_together))
            cells = self._absences(group.id, day)
            extras = ((beyond, -1.0), (anybody, -1.0))
            self._rows.append(Row(cells, extras, -FORBIDDEN, 0.0))
        return anybody

    def _groups(self) -> None:
        """Who is absent together, and what absences call for as far as earlier tiers are kept."""
        gaps: dict[CoverageMode, list[tuple[int, float]]] = {mode: [] for mode in CoverageMode}
        covers: dict[tuple[StaffId, GroupId, date], int] = {}
        for group in self._board.groups:
            for day in self._board.open_days:
                anybody = self._anybody_absent(group, day)
                if _tier_of(group) in self._kept:
                    held = self._held(group.id, day, covers)
                    units = self._extra()
                    gaps[group.coverage_mode].append((units, float(gap_weight(group))))
                    self._needs(group, day, held, (units, anybody))
        for mode, terms in gaps.items():
            if terms:
                most = self._kept[_TIERS[mode]]
                self._rows.append(Row((), tuple(terms), -FORBIDDEN, float(most)))
        self._keep_ranks(covers)
        self._hold_covers_to_cells(covers)
        if self._weights.load:
            self._spread_covers(covers)

    def _held(
        self, group_id: GroupId, day: date, covers: dict[tuple[StaffId, GroupId, date], int]
    ) -> "_Held":
        own = []
        for staff_id in self._variables.open_holders(group_id, day):
            place = self._extra(upper=1.0)
            covers[staff_id, group_id, day] = place
            own.append((place, 1.0))
        known = sum(literal != FALSE for literal in self._variables.kept_of(group_id, day))
        return _Held(extras=tuple(own), known=known)

    def _needs(
        self, group: StaffGroup, day: date, held: "_Held", gap_and_absence: tuple[int, int]
    ) -> None:
        """Covers and gap units meet the need; with ANY_ABSENT each absence that nobody covers."""
        units, anybody = gap_and_absence
        members = len(self._board.members(group.id, day))
        away = self._absences(group.id, day, -1.0)
        short = (units, 1.0)
        if group.need_policy is not NeedPolicy.ANY_ABSENT:
            # A need grows by one an absence from some number on: the line through its end is below.
            least = need_of(group, members, members, closed=False) - members
            row = Row(away, (*held.extras, short), float(least - held.known), FORBIDDEN)
            self._rows.append(row)
        elif not held.known:
            many = tuple((place, float(members)) for place, _ in held.extras)
            self._rows.append(Row((), (*held.extras, short, (anybody, -1.0)), 0.0, FORBIDDEN))
            self._rows.append(Row(away, (*many, short), 0.0, FORBIDDEN))

    def _keep_ranks(self, covers: Mapping[tuple[StaffId, GroupId, date], int]) -> None:
        if TierName.PRIORITY_ORDER not in self._kept:
            return
        steps = (
            (place, float((self._variables.rank(*key) or 1) - 1)) for key, place in covers.items()
        )
        terms = tuple((place, step) for place, step in steps if step)
        if terms:
            most = float(self._kept[TierName.PRIORITY_ORDER])
            self._rows.append(Row((), terms, -FORBIDDEN, most))

    def _hold_covers_to_cells(self, covers: Mapping[tuple[StaffId, GroupId, date], int]) -> None:
        """Whoever covers works a covering type, in as many groups as they may."""
        held: dict[tuple[StaffId, date], list[int]] = {}
        for (staff_id, _, day), place in covers.items():
            held.setdefault((staff_id, day), []).append(place)
        covering = [n for n, kind in enumerate(self._board.shift_types) if kind.can_cover]
        for (staff_id, day), places in held.items():
            most = self._board.people[staff_id].maximum_groups_per_day
            cells = tuple(
                (self._people[staff_id], self._days[day], option, float(most))
                for option in covering
            )
            extras = tuple((place, -1.0) for place in places)
            self._rows.append(Row(cells, extras, 0.0, FORBIDDEN))

    def _spread_covers(self, covers: Mapping[tuple[StaffId, GroupId, date], int]) -> None:
        """The next cover after n earlier ones costs 2n + 1, so the cheapest steps come first."""
        held: dict[StaffId, list[int]] = {}
        for (staff_id, _, _), place in covers.items():
            held.setdefault(staff_id, []).append(place)
        for staff_id, places in held.items():
            before = covers_before(self._variables, staff_id)
            most = min(len(places), self._most_covers(staff_id))
            steps = [
                self._extra(self._weights.load * (2 * (before + n) + 1), upper=1.0)
                for n in range(most)
            ]
            terms = (*((p, -1.0) for p in places), *((s, 1.0) for s in steps))
            self._rows.append(Row((), terms, 0.0, FORBIDDEN))

    def _balance_rest(self) -> None:
        """Nobody rests more than the most of their kind, nor less than the least."""
        weight = self._weights.balance
        most = HALF_DAYS_PER_CELL * len(self._board.open_days)
        for people in comparable_people(self._board):
            highest, lowest = self._extra(weight), self._extra(-weight, upper=float(most))
            for staff_id in people:
                rest = self._rest(staff_id)
                self._rows.append(Row(rest, ((highest, -1.0),), -FORBIDDEN, 0.0))
                self._rows.append(Row(rest, ((lowest, -1.0),), 0.0, FORBIDDEN))

    def _rest(self, staff_id: StaffId) -> Cells:
        return tuple(
            (self._people[staff_id], self._days[day], option, float(kind.rest_half_days))
            for day in self._board.open_days
            for option, kind in enumerate(self._board.shift_types)
            if kind.rest_half_days
        )

    def _most_covers(self, staff_id: StaffId) -> int:
        most = self._board.people[staff_id].maximum_groups_per_day
        return most * len(self._board.open_days)


@dataclass(frozen=True, slots=True)
class _Held:
    """The covers that may be recorded for one need, and how many are kept already."""

    extras: tuple[tuple[int, float], ...]
    known: int


_TIERS = {
    CoverageMode.REQUIRED: TierName.REQUIRED_GAPS,
    CoverageMode.DESIRED: TierName.DESIRED_GAPS,
}


def _tier_of(group: StaffGroup) -> TierName:
    return _TIERS[group.coverage_mode]
