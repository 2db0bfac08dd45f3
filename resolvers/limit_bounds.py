"""The bounds of a work limit as clients give them, days or hours, and as they are held."""

from collections.abc import Mapping
from typing import Any

from domain.refusals import ValidationRefusal
from domain.rules import LimitUnit, WorkLimit

HALF_DAYS_PER_DAY = 2
MINUTES_PER_HOUR = 60
SIDES = ("minimum", "maximum")


def bounds_of(unit: LimitUnit, given: Mapping[str, float | None]) -> dict[str, Any]:
    """The unit with the four bounds of a limit; raises for numbers that it cannot hold."""
    held: dict[str, Any] = {"unit": unit}
    for side in SIDES:
        value = given.get(side)
        is_in_hours = unit is LimitUnit.HOURS
        held[f"{side}_half_days"] = None if is_in_hours else _half_days(value, side)
        held[f"{side}_minutes"] = _minutes(value, side) if is_in_hours else None
    return held


def with_bounds(before: WorkLimit, changes: Mapping[str, Any]) -> dict[str, Any]:
    """The changes with `unit`, `minimum` and `maximum` as they are held.

    Bounds that are left out stay, unless the unit is another one: then they are none.
    """
    unit = changes.get("unit", before.unit)
    kept = tuple(side for side in SIDES if unit is before.unit and side not in changes)
    read = bounds_of(unit, changes)
    others = {name: value for name, value in changes.items() if name not in SIDES}
    return {**others, **{name: v for name, v in read.items() if not name.startswith(kept)}}


def told(limit: WorkLimit, bound: int | None) -> float | None:
    """A bound in the unit of the limit."""
    if bound is None:
        return None
    per = MINUTES_PER_HOUR if limit.unit is LimitUnit.HOURS else HALF_DAYS_PER_DAY
    return bound / per


def _half_days(days: float | None, field: str) -> int | None:
    if days is None:
        return None
    doubled = days * HALF_DAYS_PER_DAY
    if doubled.is_integer():
        return int(doubled)
    raise ValidationRefusal(
        code="NOT_HALF_DAYS", message=f"{field} is a multiple of 0.5 days.", path=(field,)
    )


def _minutes(hours: float | None, field: str) -> int | None:
    if hours is None:
        return None
    quarters = hours * 4
    if quarters.is_integer():
        return int(quarters) * 15
    raise ValidationRefusal(
        code="NOT_QUARTER_HOURS", message=f"{field} is a multiple of 0.25 hours.", path=(field,)
    )
