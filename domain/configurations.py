"""A restaurant and the versions of its settings."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.ids import ConfigurationId, RestaurantId
from domain.periods import Weekday


class ConfigurationStatus(StrEnum):
    DRAFT = "DRAFT"
    ACTIVE = "ACTIVE"
    ARCHIVED = "ARCHIVED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Restaurant:
    """`soft_rules_before_priority` puts tier T4 before T3; `epoch` names this history."""

    id: RestaurantId
    name: str
    time_zone: str
    revision: int = 0
    epoch: str = ""
    week_start: Weekday = Weekday.MONDAY
    period_start_day: int = 1
    borrowing: bool = True
    soft_rules_before_priority: bool = False
    created_at: datetime | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigurationVersion:
    id: ConfigurationId
    restaurant_id: RestaurantId
    number: int
    name: str
    status: ConfigurationStatus = ConfigurationStatus.DRAFT
    is_locked: bool = False
    revision: int = 0
    created_at: datetime | None = None
    updated_at: datetime | None = None
