"""People, the groups that must stay manned, and who belongs to which group when."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from domain.ids import ConfigurationId, GroupId, MembershipId, RestaurantId, StaffId
from domain.periods import EffectivePeriod


class EmploymentType(StrEnum):
    REGULAR = "REGULAR"
    TEMPORARY = "TEMPORARY"
    PART_TIME = "PART_TIME"


class IdlePolicy(StrEnum):
    FREE = "FREE"
    STANDBY = "STANDBY"
    WORK = "WORK"


class HolidayPolicy(StrEnum):
    WORK = "WORK"
    OFF = "OFF"


class NeedPolicy(StrEnum):
    ANY_ABSENT = "ANY_ABSENT"
    PER_ABSENCE = "PER_ABSENCE"
    MINIMUM_PRESENT = "MINIMUM_PRESENT"


class CoverageMode(StrEnum):
    REQUIRED = "REQUIRED"
    DESIRED = "DESIRED"


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffMember:
    id: StaffId
    restaurant_id: RestaurantId
    name: str
    employment_type: EmploymentType
    employed_from: date
    employed_until: date | None = None
    position: str | None = None
    idle_policy: IdlePolicy = IdlePolicy.FREE
    holiday_policy: HolidayPolicy = HolidayPolicy.WORK
    maximum_groups_per_day: int = 1
    deactivated_on: date | None = None
    revision: int = 0
    created_at: datetime | None = None
    updated_at: datetime | None = None

    @property
    def is_active(self) -> bool:
        return self.deactivated_on is None

    def is_employed_on(self, day: date) -> bool:
        """Judged by the day, never by the clock; the day of deactivation no longer counts."""
        if self.deactivated_on is not None and day >= self.deactivated_on:
            return False
        return self.employed_from <= day and (
            self.employed_until is None or day <= self.employed_until
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffGroup:
    """`minimum_present` is set with, and only with, the policy MINIMUM_PRESENT.

    `lineage_id` is the group that this one was first copied from; None for that one itself.
    `deactivated_on` is the day on which it was deleted, which no longer counts.
    """

    id: GroupId
    restaurant_id: RestaurantId
    configuration_id: ConfigurationId
    name: str
    color: str | None = None
    need_policy: NeedPolicy = NeedPolicy.ANY_ABSENT
    minimum_present: int | None = None
    count_vacancy: bool = False
    coverage_mode: CoverageMode = CoverageMode.REQUIRED
    criticality: int = 3
    lineage_id: GroupId | None = None
    is_active: bool = True
    deactivated_on: date | None = None
    revision: int = 0
    created_at: datetime | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupMembership:
    id: MembershipId
    group_id: GroupId
    staff_id: StaffId
    effective_from: date | None = None
    effective_until: date | None = None

    @property
    def period(self) -> EffectivePeriod:
        return EffectivePeriod(
            effective_from=self.effective_from, effective_until=self.effective_until
        )
