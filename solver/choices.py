"""What a run may still decide: the types of each cell, and who may be recorded as a cover.

It asks facts alone and needs no model, so that a repair can begin before there is one.
"""

from collections.abc import Iterable
from datetime import date

from domain.candidates import ranks_of_people
from domain.eligibility import facts_against
from domain.facts import BY_HAND, facts_of, is_frozen, kept_covers
from domain.ids import GroupId, ShiftCode, StaffId
from domain.staff import IdlePolicy, StaffMember
from solver.cells import Cell, free_codes, standby_type, working_codes
from solver.problem import Problem

CoverKey = tuple[StaffId, GroupId, date]


class Choices:
    """Answers about one problem, each found when it is first asked for."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.board = problem.board
        self.mode = problem.request.mode
        self.facts = facts_of(self.board, self.mode)
        self.kept = kept_covers(self.board)
        self._kept_keys = {(c.staff_id, c.group_id, c.date) for c in self.kept}
        self.recorded = {(c.staff_id, c.group_id, c.date): c for c in self.board.covers}
        self._kept_groups: dict[Cell, set[GroupId]] = {}
        for cover in self.kept:
            self._kept_groups.setdefault((cover.staff_id, cover.date), set()).add(cover.group_id)
        self._codes: dict[Cell, tuple[ShiftCode, ...]] = {}
        self._alike: dict[object, tuple[ShiftCode, ...]] = {}
        self._covers: dict[CoverKey, bool] = {}

    def employed_cells(self) -> Iterable[Cell]:
        """Every cell of the schedule, person by person."""
        for person in self.board.staff:
            for day in filter(person.is_employed_on, self.board.days):
                yield person.id, day

    def codes(self, staff_id: StaffId, day: date) -> tuple[ShiftCode, ...]:
        """The types that an employed cell may have; one where a fact decides it."""
        cell = (staff_id, day)
        if cell not in self._codes:
            self._codes[cell] = self._possible(self.board.people[staff_id], day)
        return self._codes[cell]

    def _possible(self, person: StaffMember, day: date) -> tuple[ShiftCode, ...]:
        cell, fact = self.board.cells.get((person.id, day)), self.facts.get((person.id, day))
        if fact is not None and fact.shift_type is not None:
            return (fact.shift_type,)
        entered = cell.shift_type if cell is not None and cell.source in BY_HAND else None
        kind = (person.employment_type, person.idle_policy, entered, fact is not None)
        if kind not in self._alike:
            self._alike[kind] = tuple(self._undecided(person, day, must_work=fact is not None))
        return self._alike[kind]

    def _undecided(self, person: StaffMember, day: date, *, must_work: bool) -> list[ShiftCode]:
        board = self.board
        working = working_codes(board, person, day)
        if must_work and working:
            return working
        standby = standby_type(board)
        if person.idle_policy is IdlePolicy.STANDBY and standby is not None:
            standard = board.standard_type
            covering = [c for c in working if standard is not None and c == standard.code]
            return [*covering, standby.code]
        return free_codes(board, person, day)

    def covering_code(self, staff_id: StaffId, day: date) -> ShiftCode | None:
        """The type of an employed cell that covers: the fixed one if it can, else the standard."""
        codes, standard = self.codes(staff_id, day), self.board.standard_type
        if len(codes) == 1:
            return codes[0] if self.board.types[codes[0]].can_cover else None
        return None if standard is None or standard.code not in codes else standard.code

    def may_cover(self, key: CoverKey) -> bool:
        """Whether a run may record this cover; those that are kept are recorded already."""
        if key not in self._covers:
            self._covers[key] = self._is_open(*key)
        return self._covers[key]

    def _is_open(self, staff_id: StaffId, group_id: GroupId, day: date) -> bool:
        board = self.board
        if group_id not in board.group_by_id or is_frozen(board, day):
            return False
        is_needed = board.members(group_id, day) or board.group_by_id[group_id].count_vacancy
        if (staff_id, group_id, day) in self._kept_keys or not is_needed:
            return False
        if not board.restaurant.borrowing and self.homes(staff_id, day):
            return False
        return not facts_against(board, staff_id, group_id, day, self.mode)

    def kept_by(self, staff_id: StaffId, day: date) -> set[GroupId]:
        return self._kept_groups.get((staff_id, day), set())

    def homes(self, staff_id: StaffId, day: date) -> tuple[GroupId, ...]:
        return self.board.groups_of.get((staff_id, day), ())

    def rank(self, staff_id: StaffId, group_id: GroupId, day: date) -> int | None:
        """The best rank of somebody's assignments in force that day."""
        return ranks_of_people(self.board, group_id, day).get(staff_id)
