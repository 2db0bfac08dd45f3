"""Standing rules "this person may cover that group", and their ranks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from domain.ids import BackupAssignmentId, ConfigurationId, GroupId, RestaurantId, StaffId
from domain.periods import EffectivePeriod


class AssignmentType(StrEnum):
    REGULAR = "REGULAR"
    TEMPORARY = "TEMPORARY"


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupAssignment:
    id: BackupAssignmentId
    restaurant_id: RestaurantId
    configuration_id: ConfigurationId
    staff_id: StaffId
    group_id: GroupId
    assignment_type: AssignmentType = AssignmentType.REGULAR
    priority_order: int = 1
    effective_from: date | None = None
    effective_until: date | None = None
    is_active: bool = True
    notes: str | None = None
    revision: int = 0
    created_at: datetime | None = None
    updated_at: datetime | None = None

    @property
    def period(self) -> EffectivePeriod:
        return EffectivePeriod(
            effective_from=self.effective_from, effective_until=self.effective_until
        )

    def is_in_force_on(self, day: date) -> bool:
        return self.is_active and self.period.contains(day)


def ranks_on(
    assignments: Iterable[BackupAssignment], group_id: GroupId, day: date
) -> dict[BackupAssignmentId, int]:
    """Rank by assignment among those of one group in force on a day: 1, 2, …; ties share one."""
    in_force = [a for a in assignments if a.group_id == group_id and a.is_in_force_on(day)]
    orders = sorted({a.priority_order for a in in_force})
    return {a.id: orders.index(a.priority_order) + 1 for a in in_force}
