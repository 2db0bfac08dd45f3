"""One question of eligibility: may this person cover that group on that day?"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property

from domain.covers import Reason
from domain.facts import FILL, SET_FACTS, Fact, fact_for
from domain.ids import GroupId, StaffId
from domain.runs import GenerationMode
from domain.schedules import Board
from domain.shifts import ShiftType
from domain.staff import StaffGroup, StaffMember


class Setting(StrEnum):
    """IN_RUN leaves free cells open; AS_IT_STANDS takes every set cell for fixed."""

    IN_RUN = "IN_RUN"
    AS_IT_STANDS = "AS_IT_STANDS"


@dataclass(frozen=True, kw_only=True)
class Question:
    board: Board
    staff_id: StaffId
    group_id: GroupId
    day: date
    mode: GenerationMode = FILL
    setting: Setting = Setting.AS_IT_STANDS

    @property
    def key(self) -> tuple[StaffId, date]:
        return self.staff_id, self.day

    @property
    def person(self) -> StaffMember:
        return self.board.people[self.staff_id]

    @property
    def group(self) -> StaffGroup:
        return self.board.group_by_id[self.group_id]

    @cached_property
    def is_employed(self) -> bool:
        return self.person.is_employed_on(self.day)

    @cached_property
    def fact(self) -> Fact | None:
        if not self.is_employed:
            return None
        return fact_for(self.board, self.staff_id, self.day, self.mode)

    @cached_property
    def fixed(self) -> ShiftType | None:
        """The type that the cell is fixed on."""
        return _fixed(self)

    @property
    def covering(self) -> ShiftType | None:
        """The type that a cover would put into the cell, or leave there."""
        fixed = self.fixed
        return fixed if fixed is not None and fixed.can_cover else self.board.standard_type

    @property
    def homes(self) -> tuple[GroupId, ...]:
        """The other groups that the person is a member of that day."""
        found = self.board.groups_of.get(self.key, ())
        return tuple(group_id for group_id in found if group_id != self.group_id)

    def because(self, code: str, message: str) -> Reason:
        return Reason(code=code, message=message, staff_id=self.staff_id)


def _fixed(q: Question) -> ShiftType | None:
    """As it stands whatever is set in the cell; in a run, and in an empty cell, what facts say."""
    cell = q.board.cells.get(q.key)
    if q.setting is Setting.AS_IT_STANDS and cell is not None:
        return q.board.types[cell.shift_type]
    if q.fact is not None and q.fact.kind in SET_FACTS and q.fact.shift_type:
        return q.board.types[q.fact.shift_type]
    return None
