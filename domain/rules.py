"""What a configuration asks of a schedule. Bounds are in half-days (7.5 days = 15) or minutes."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from domain.ids import (
    ConfigurationId,
    GroupId,
    RequestId,
    RestaurantId,
    RuleId,
    ShiftCode,
    StaffId,
)
from domain.periods import Weekday
from domain.staff import EmploymentType


class Level(StrEnum):
    HARD = "HARD"
    SOFT = "SOFT"


class LimitWindow(StrEnum):
    DAY = "DAY"
    WEEK = "WEEK"
    PERIOD = "PERIOD"
    ROLLING_DAYS = "ROLLING_DAYS"
    CONSECUTIVE_DAYS = "CONSECUTIVE_DAYS"
    WEEKENDS = "WEEKENDS"


class LimitUnit(StrEnum):
    """In what a limit is told: days, half-days inside, or working hours, minutes inside."""

    DAYS = "DAYS"
    HOURS = "HOURS"


class Side(StrEnum):
    """Which of a limit's bounds."""

    MAXIMUM = "MAXIMUM"
    MINIMUM = "MINIMUM"


class LimitScope(StrEnum):
    ALL = "ALL"
    EMPLOYMENT_TYPE = "EMPLOYMENT_TYPE"
    GROUP = "GROUP"
    STAFF = "STAFF"


class Direction(StrEnum):
    PREFER = "PREFER"
    AVOID = "AVOID"


class CalendarRuleKind(StrEnum):
    CLOSED = "CLOSED"
    MUST_WORK = "MUST_WORK"
    HOLIDAY = "HOLIDAY"


class RequestState(StrEnum):
    REQUESTED = "REQUESTED"
    APPROVED = "APPROVED"
    DECLINED = "DECLINED"
    WITHDRAWN = "WITHDRAWN"

    @property
    def is_in_force(self) -> bool:
        return self in (RequestState.REQUESTED, RequestState.APPROVED)


class StandingRuleKind(StrEnum):
    GROUP_ABSENT_TOGETHER = "GROUP_ABSENT_TOGETHER"
    SHIFT_NOT_ASKED = "SHIFT_NOT_ASKED"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkLimit:
    """Bounds in what `unit` counts, both inclusive, None = no bound; a whole cell is 2 half-days.

    DAYS has bounds in half-days, HOURS in minutes, and neither has the other's. Exactly one of the
    three target tuples is filled, the one that `scope` names; none for ALL.
    """

    id: RuleId
    restaurant_id: RestaurantId
    configuration_id: ConfigurationId
    name: str
    window: LimitWindow
    shift_types: tuple[ShiftCode, ...]
    level: Level
    days: int | None = None
    minimum_half_days: int | None = None
    maximum_half_days: int | None = None
    unit: LimitUnit = LimitUnit.DAYS
    minimum_minutes: int | None = None
    maximum_minutes: int | None = None
    scope: LimitScope = LimitScope.ALL
    target_employment_types: tuple[EmploymentType, ...] = ()
    target_group_ids: tuple[GroupId, ...] = ()
    target_staff_ids: tuple[StaffId, ...] = ()
    weight: int = 10
    is_active: bool = True
    revision: int = 0
    created_at: datetime | None = None
    updated_at: datetime | None = None

    @property
    def minimum(self) -> int | None:
        """In what the limit counts."""
        return self.minimum_minutes if self.unit is LimitUnit.HOURS else self.minimum_half_days

    @property
    def maximum(self) -> int | None:
        return self.maximum_minutes if self.unit is LimitUnit.HOURS else self.maximum_half_days

    @property
    def days_looked_back(self) -> int:
        """How many days before a schedule can decide whether the schedule keeps the limit."""
        if self.window is LimitWindow.ROLLING_DAYS:
            return (self.days or 1) - 1
        if self.window is LimitWindow.CONSECUTIVE_DAYS:
            return max(self.minimum_half_days or 0, self.maximum_half_days or 0) // 2 + 1
        return len(Weekday) - 1 if self.window is LimitWindow.WEEK else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorityRule:
    id: RuleId
    restaurant_id: RestaurantId
    configuration_id: ConfigurationId
    name: str
    staff_id: StaffId
    shift_type: ShiftCode
    weekdays: tuple[Weekday, ...]
    direction: Direction
    level: Level
    weight: int = 10
    is_active: bool = True
    revision: int = 0
    created_at: datetime | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SuccessionRule:
    """`to_type` should not follow `from_type` on the next day."""

    id: RuleId
    restaurant_id: RestaurantId
    configuration_id: ConfigurationId
    from_type: ShiftCode
    to_type: ShiftCode
    level: Level
    weight: int = 10
    is_active: bool = True
    revision: int = 0
    created_at: datetime | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingRule:
    """A soft rule that has a weight and nothing else to set."""

    id: RuleId
    restaurant_id: RestaurantId
    configuration_id: ConfigurationId
    kind: StandingRuleKind
    weight: int = 10
    is_active: bool = True
    revision: int = 0
    created_at: datetime | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarRule:
    id: RuleId
    restaurant_id: RestaurantId
    configuration_id: ConfigurationId
    date: date
    kind: CalendarRuleKind
    reason: str | None = None
    is_active: bool = True
    revision: int = 0
    created_at: datetime | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOffRequest:
    id: RequestId
    restaurant_id: RestaurantId
    staff_id: StaffId
    date: date
    state: RequestState = RequestState.REQUESTED
    reason: str | None = None
    revision: int = 0
    created_at: datetime | None = None
    updated_at: datetime | None = None
