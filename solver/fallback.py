"""A full schedule at once: the facts, a plain rest pattern, and covers by matching.

It is what a run returns that is stopped before the search found anything, and the first hint.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from domain.ids import GroupId, ShiftCode, StaffId
from domain.limit_units import counts
from domain.limits import people_in_scope
from domain.need import need_of
from domain.periods import ONE_DAY, days_between, week_start_of
from domain.rules import Level, LimitWindow, WorkLimit
from domain.staff import IdlePolicy, StaffGroup
from domain.supply import unit_weight_of
from solver.assignment import Offer, Request, Want, Weight, assign
from solver.cells import Cell, standby_type
from solver.choices import CoverKey
from solver.expressions import FALSE
from solver.variables import Variables

HALF_DAYS_PER_CELL = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit:
    """What the pattern keeps of somebody's hard limits: rest days a week, days in a row."""

    weekly_rests: int
    longest_run: int | None


@dataclass(frozen=True, slots=True)
class Draft:
    """Cells are replaced while the pattern is laid; covers are only added."""

    cells: dict[Cell, ShiftCode]
    covers: list[CoverKey]


def build(variables: Variables) -> Draft:
    """A schedule that keeps every fact, whatever it does to the rules."""
    builder = _Builder(variables)
    builder.lay_facts()
    for place, person in enumerate(variables.board.staff):
        builder.lay_rests(person.id, place)
    for day in variables.board.open_days:
        builder.match(day)
    return builder.draft


def covered(variables: Variables, cells: Mapping[Cell, ShiftCode]) -> Draft:
    """These cells with the best covers that facts and rests allow, day by day."""
    builder = _Builder(variables)
    builder.lay_facts()
    builder.draft.cells.update(cells)
    for day in variables.board.open_days:
        builder.match(day)
    return builder.draft


class _Builder:
    def __init__(self, variables: Variables) -> None:
        self.variables = variables
        self.board = variables.board
        self.draft = Draft({}, [])
        self._habits = {p.id: _habit(variables, p.id) for p in self.board.staff}
        self._covered: list[Cell] = [(c.staff_id, c.date) for c in variables.kept]
        self._loads = Counter(self.board.past_cover_counts)
        self._loads.update(staff_id for staff_id, _ in self._covered)

    # Cells

    def lay_facts(self) -> None:
        """Facts as they are; every open cell works if it may, on standby it stays idle."""
        for staff_id, day in self.variables.employed_cells():
            codes = list(self.variables.codes(staff_id, day))
            self.draft.cells[staff_id, day] = self._idle(staff_id, codes)

    def _idle(self, staff_id: StaffId, codes: list[ShiftCode]) -> ShiftCode:
        standby, standard = standby_type(self.board), self.board.standard_type
        is_standby = self.board.people[staff_id].idle_policy is IdlePolicy.STANDBY
        if is_standby and standby is not None and standby.code in codes:
            return standby.code
        return standard.code if standard is not None and standard.code in codes else codes[0]

    def lay_rests(self, staff_id: StaffId, place: int) -> None:
        """Two days off in each week, a step later for the next person, then runs cut short."""
        habit = self._habits[staff_id]
        days = [d for d in self.board.open_days_of[staff_id] if self._may_rest(staff_id, d)]
        first = self.board.restaurant.week_start
        weeks: dict[date, list[date]] = {}
        for day in days:
            weeks.setdefault(week_start_of(day, first), []).append(day)
        for start, inside in weeks.items():
            wanted = self._share(habit, start) - self._rests_in_week(staff_id, start)
            inside.sort(key=lambda d: ((d.toordinal() - 2 * place) % 7, d))
            for day in inside[: max(0, wanted)]:
                self._rest(staff_id, day)
        if habit.longest_run is not None:
            self._cut_runs(staff_id, days, habit.longest_run)

    def _share(self, habit: Habit, start: date) -> int:
        """The part of a week's rests that falls before the schedule's end."""
        inside = min(7, (self.board.schedule.end - start).days + 1)
        return habit.weekly_rests * inside // 7

    def _may_rest(self, staff_id: StaffId, day: date) -> bool:
        rest = self.board.rest_type
        codes = list(self.variables.codes(staff_id, day))
        return rest is not None and rest.code in codes and len(codes) > 1

    def _rest(self, staff_id: StaffId, day: date) -> None:
        if self.board.rest_type is not None:
            self.draft.cells[staff_id, day] = self.board.rest_type.code

    def _cut_runs(self, staff_id: StaffId, days: Iterable[date], longest: int) -> None:
        for day in days:
            if self._works(staff_id, day) and self._run_through(staff_id, day) > longest:
                self._rest(staff_id, day)

    def _works(self, staff_id: StaffId, day: date) -> bool:
        code = self.draft.cells.get((staff_id, day))
        if code is None and (cell := self.board.history_cells.get((staff_id, day))):
            code = cell.shift_type
        return code is not None and self.board.types[code].works

    def _run_through(self, staff_id: StaffId, day: date) -> int:
        """Days worked in a row up to this one, and on through those that cannot become rests."""
        first = last = day
        while self._works(staff_id, first - ONE_DAY):
            first -= ONE_DAY
        while self._works(staff_id, last + ONE_DAY):
            last += ONE_DAY
            if (staff_id, last) in self.draft.cells and self._may_rest(staff_id, last):
                last -= ONE_DAY
                break
        return (last - first).days + 1

    def _rests_in_week(self, staff_id: StaffId, start: date) -> int:
        week = days_between(start, start + 6 * ONE_DAY)
        return sum(self._rests(staff_id, day) for day in week)

    def _rests(self, staff_id: StaffId, day: date) -> bool:
        code = self.draft.cells.get((staff_id, day))
        if code is None and (cell := self.board.history_cells.get((staff_id, day))):
            code = cell.shift_type
        is_open = day not in self.board.closed_days
        return is_open and code is not None and self.board.types[code].rest_half_days == 2

    # Covers

    def match(self, day: date) -> None:
        """The needs that facts and the pattern leave, met by one flow."""
        wants: list[Want] = []
        offers: list[Offer] = []
        for group in self.board.groups:
            units, weight = self._missing(group, day)
            if units > 0:
                wants.append(Want(day=day, group_id=group.id, units=units, weight=weight))
                offers += self._offers(group.id, day)
        request = Request(
            wants=tuple(wants),
            offers=tuple(offers),
            capacity={(o.staff_id, day): self._capacity(o.staff_id, day) for o in offers},
            loads=self._loads,
            last=self.board.last_cover_dates,
            standing=tuple(self._covered),
        )
        for offer in assign(request):
            self._cover(offer.staff_id, offer.group_id, day)

    def _missing(self, group: StaffGroup, day: date) -> tuple[int, Weight]:
        """The units that a group lacks, and what each weighs."""
        members = self.board.members(group.id, day)
        absent = sum(self._is_absent(m, group.id, day) for m in members)
        need = need_of(group, len(members), absent, closed=False)
        kept = [x for x in self.variables.kept_of(group.id, day) if x != FALSE]
        return need - len(kept), unit_weight_of(group, absent)

    def _is_absent(self, staff_id: StaffId, group_id: GroupId, day: date) -> bool:
        away = self.board.types[self.draft.cells[staff_id, day]].absent_for_coverage
        return away or bool(self.variables.kept_by(staff_id, day) - {group_id})

    def _offers(self, group_id: GroupId, day: date) -> Iterator[Offer]:
        """Backups who are no member anywhere and whose rests allow it."""
        variables = self.variables
        for staff_id in variables.open_holders(group_id, day):
            if not variables.homes(staff_id, day) and self._can_come(staff_id, day):
                steps = (variables.rank(staff_id, group_id, day) or 1) - 1
                yield Offer(day=day, group_id=group_id, staff_id=staff_id, steps=steps)

    def _capacity(self, staff_id: StaffId, day: date) -> int:
        most = self.board.people[staff_id].maximum_groups_per_day
        return max(0, most - len(self.variables.kept_by(staff_id, day)))

    def _can_come(self, staff_id: StaffId, day: date) -> bool:
        if self.board.types[self.draft.cells[staff_id, day]].can_cover:
            return True
        standard = self.board.standard_type
        if standard is None or standard.code not in self.variables.codes(staff_id, day):
            return False
        return self._works(staff_id, day) or self._can_give_up_rest(staff_id, day)

    def _can_give_up_rest(self, staff_id: StaffId, day: date) -> bool:
        habit = self._habits[staff_id]
        start = week_start_of(day, self.board.restaurant.week_start)
        if self._rests_in_week(staff_id, start) <= habit.weekly_rests:
            return False
        if habit.longest_run is None:
            return True
        first = last = day
        while self._works(staff_id, first - ONE_DAY):
            first -= ONE_DAY
        while self._works(staff_id, last + ONE_DAY):
            last += ONE_DAY
        return (last - first).days < habit.longest_run

    def _cover(self, staff_id: StaffId, group_id: GroupId, day: date) -> None:
        standard = self.board.standard_type
        code = self.draft.cells[staff_id, day]
        if standard is not None and standard.code in self.variables.codes(staff_id, day):
            code = standard.code
        self.draft.cells[staff_id, day] = code
        self.draft.covers.append((staff_id, group_id, day))
        self._covered.append((staff_id, day))
        self._loads[staff_id] += 1


def _habit(variables: Variables, staff_id: StaffId) -> Habit:
    board = variables.board
    hard = [
        limit
        for limit in board.work_limits
        if limit.level is Level.HARD
        and any(person.id == staff_id for person in people_in_scope(board, limit))
    ]
    weekly = [_rests_asked(variables, limit) for limit in hard]
    runs = [_longest_run(variables, limit) for limit in hard]
    return Habit(
        weekly_rests=max(weekly, default=0),
        longest_run=min((run for run in runs if run is not None), default=None),
    )


def _rests_asked(variables: Variables, limit: WorkLimit) -> int:
    rest = variables.board.rest_type
    if limit.window is not LimitWindow.WEEK or limit.minimum_half_days is None or rest is None:
        return 0
    if rest.code not in counts(variables.board, limit).usual:
        return 0
    return -(-limit.minimum_half_days // HALF_DAYS_PER_CELL)


def _longest_run(variables: Variables, limit: WorkLimit) -> int | None:
    standard = variables.board.standard_type
    is_run = limit.window is LimitWindow.CONSECUTIVE_DAYS and limit.maximum_half_days is not None
    if not is_run or standard is None or standard.code not in limit.shift_types:
        return None
    return max(1, (limit.maximum_half_days or 0) // HALF_DAYS_PER_CELL)
