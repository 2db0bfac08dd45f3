"""Facts and hard rules that cannot all hold: sets of them, and changes that settle one."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.facts import FactKind
from domain.ids import RuleId, StaffId
from domain.rules import Side


class MemberKind(StrEnum):
    """The facts that decide cells, then the hard rules, then what a person is idle for."""

    FROZEN = "FROZEN"
    PINNED = "PINNED"
    TYPED = "TYPED"
    COVER = "COVER"
    CLOSED = "CLOSED"
    REQUEST = "REQUEST"
    MUST_WORK = "MUST_WORK"
    HOLIDAY = "HOLIDAY"
    WORK_LIMIT = "WORK_LIMIT"
    PRIORITY_RULE = "PRIORITY_RULE"
    SUCCESSION = "SUCCESSION"
    IDLE_POLICY = "IDLE_POLICY"

    @property
    def is_fact(self) -> bool:
        return self.value in FactKind.__members__


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """What can be taken away as one: a fact by its day, a rule by its id and whom it binds.

    `staff_id` is None for what binds everybody whom it counts.
    """

    kind: MemberKind
    staff_id: StaffId | None = None
    day: date | None = None
    rule_id: RuleId | None = None
    side: Side | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictMember:
    """A cause, narrowed to the dates on which it binds in its set.

    `row_ids` are the rows behind it: the cell, the covers that one person holds on one day, the
    request, the rule; for IDLE_POLICY the person. `half_days` is the bound of a limit as it holds
    on these dates, `minutes` that of one in hours.
    """

    cause: Cause
    message: str
    dates: tuple[date, ...]
    row_ids: tuple[int, ...]
    half_days: int | None = None
    minutes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictSet:
    """Members that cannot all hold, while without any one of them the others can."""

    message: str
    members: tuple[ConflictMember, ...]


class RepairKind(StrEnum):
    """Smallest changes, those of single cells first."""

    UNPIN = "UNPIN"
    CLEAR_CELL = "CLEAR_CELL"
    RELEASE_COVER = "RELEASE_COVER"
    DECLINE_REQUEST = "DECLINE_REQUEST"
    CHANGE_IDLE_POLICY = "CHANGE_IDLE_POLICY"
    CHANGE_HOLIDAY_POLICY = "CHANGE_HOLIDAY_POLICY"
    DROP_CALENDAR_RULE = "DROP_CALENDAR_RULE"
    RAISE_MAXIMUM = "RAISE_MAXIMUM"
    LOWER_MINIMUM = "LOWER_MINIMUM"
    MAKE_SOFT = "MAKE_SOFT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change of one row, for the sake of one member.

    `half_days` is a limit's new bound, `minutes` that of one in hours.
    """

    kind: RepairKind
    member: ConflictMember
    half_days: int | None = None
    minutes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """A change that was tried: with it the set can hold, and the hard rules are broken less.

    `conflict_set` is the place of the set among those of its run, from 0. The two counts are those
    of the tier HARD_RULES: in the schedule of the run, and in one that was found after the change.
    """

    change: Change
    message: str
    conflict_set: int
    hard_rules_before: int
    hard_rules_after: int
