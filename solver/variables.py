"""The questions that rules ask about a schedule still open: who works, who covers, who is away.

A cell that a fact decides has no variable, nor has a type that generation may not write there, nor
a cover that a fact forbids; such questions are answered TRUE or FALSE.
"""

from collections.abc import Iterable
from datetime import date

from domain.ids import GroupId, StaffId
from solver.cells import Cell, Cells, Codes
from solver.choices import Choices, CoverKey
from solver.expressions import FALSE, TRUE, Literal, Values
from solver.problem import Problem


class Variables(Cells):
    """Cells as `has[staff, day, code]`, covers as `covers[backup, group, day]`."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.board)
        self.problem = problem
        self.choices = Choices(problem)
        self.facts = self.choices.facts
        self.kept = self.choices.kept
        self.open_covers: dict[CoverKey, Literal] = {}
        self._holders: dict[tuple[GroupId, date], list[StaffId]] = {}
        self._covered: dict[Cell, list[GroupId]] = {}
        self._kept_keys = {(c.staff_id, c.group_id, c.date) for c in self.kept}
        self._kept_holders: dict[tuple[GroupId, date], set[StaffId]] = {}
        for cover in self.kept:
            self._kept_holders.setdefault((cover.group_id, cover.date), set()).add(cover.staff_id)
        for cell in self.choices.employed_cells():
            self._add(cell, [*self.choices.codes(*cell)])
        for key in self._possible_covers():
            self._add_cover(key)

    # Building

    def _possible_covers(self) -> Iterable[CoverKey]:
        asked = {
            (a.staff_id, a.group_id)
            for a in self.board.backup_assignments
            if a.group_id in self.board.group_by_id
        }
        places = {group.id: n for n, group in enumerate(self.board.groups)}
        order = self.board.staff_order
        for day in self.board.open_days:
            for staff_id, group_id in sorted(asked, key=lambda a: (places[a[1]], order[a[0]])):
                key = (staff_id, group_id, day)
                if self.choices.may_cover(key):
                    yield key

    def _add_cover(self, key: CoverKey) -> None:
        staff_id, group_id, day = key
        self.open_covers[key] = self.model.decide()
        self._holders.setdefault((group_id, day), []).append(staff_id)
        self._covered.setdefault((staff_id, day), []).append(group_id)

    # Questions about covers

    def covers(self, backup: StaffId, group_id: GroupId, day: date) -> Literal:
        if (backup, group_id, day) in self._kept_keys:
            return TRUE
        return self.open_covers.get((backup, group_id, day), FALSE)

    def open_holders(self, group_id: GroupId, day: date) -> list[StaffId]:
        """Who may be recorded by the run for one need, in staff order."""
        return self._holders.get((group_id, day), [])

    def open_covers_of(self, group_id: GroupId, day: date) -> list[Literal]:
        holders = self.open_holders(group_id, day)
        return [self.open_covers[staff_id, group_id, day] for staff_id in holders]

    def open_covers_by(self, staff_id: StaffId, day: date) -> dict[GroupId, Literal]:
        """The covers of one person's day that the run may record, in group order."""
        groups = self._covered.get((staff_id, day), ())
        return {group_id: self.open_covers[staff_id, group_id, day] for group_id in groups}

    def kept_of(self, group_id: GroupId, day: date) -> list[Literal]:
        """For each kept cover of a need whether it counts."""
        holders = self._kept_holders.get((group_id, day), set())
        found = sorted(holders, key=self.board.staff_order.__getitem__)
        return [self.can_cover(holder, day) for holder in found]

    def kept_by(self, staff_id: StaffId, day: date) -> set[GroupId]:
        return self.choices.kept_by(staff_id, day)

    def homes(self, staff_id: StaffId, day: date) -> tuple[GroupId, ...]:
        return self.choices.homes(staff_id, day)

    def rank(self, staff_id: StaffId, group_id: GroupId, day: date) -> int | None:
        """The best rank of somebody's assignments in force that day."""
        return self.choices.rank(staff_id, group_id, day)

    # Questions about groups

    def absent(self, staff_id: StaffId, group_id: GroupId, day: date) -> Literal:
        """Whether an employed member is away from their group on an open day."""
        away = (t.code for t in self.board.shift_types if t.absent_for_coverage)
        lent = [x for g, x in self.open_covers_by(staff_id, day).items() if g != group_id]
        if self.kept_by(staff_id, day) - {group_id}:
            return TRUE
        return self.model.any_of([self.has_one_of(staff_id, day, away), *lent])

    def absences(self, group_id: GroupId, day: date) -> list[Literal]:
        """For each employed member of a group whether they are absent."""
        return [self.absent(m, group_id, day) for m in self.board.members(group_id, day)]

    # Schedules and assignments

    def assign(self, cells: Codes, covers: Iterable[CoverKey]) -> list[int]:
        """The full assignment of a schedule that keeps all facts."""
        decided = self.decided_by(cells)
        decided |= {self.open_covers[key]: 1 for key in covers if key in self.open_covers}
        return self.model.complete(decided)

    def decided_by(self, cells: Codes) -> dict[int, int]:
        """What these cells make of the variables that stand for cells."""
        return {
            literal: int(cells[cell] == code)
            for cell, choice in self._has.items()
            for code, literal in choice.items()
            if literal > 0
        }

    def covers_in(self, values: Values) -> list[CoverKey]:
        """The open covers that hold; kept ones are not among them."""
        return [key for key, literal in self.open_covers.items() if values[literal]]
