"""Dates of a restaurant: both ends of every period are inclusive, None is open."""

from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

ONE_DAY = timedelta(days=1)


class Weekday(StrEnum):
    MONDAY = "MONDAY"
    TUESDAY = "TUESDAY"
    WEDNESDAY = "WEDNESDAY"
    THURSDAY = "THURSDAY"
    FRIDAY = "FRIDAY"
    SATURDAY = "SATURDAY"
    SUNDAY = "SUNDAY"

    @classmethod
    def of(cls, day: date) -> "Weekday":
        return WEEKDAYS[day.weekday()]

    @property
    def number(self) -> int:
        """0 for Monday to 6 for Sunday, as `date.weekday` counts."""
        return WEEKDAYS.index(self)


WEEKDAYS = tuple(Weekday)
WEEKEND = (Weekday.SATURDAY, Weekday.SUNDAY)


def days_between(start: date, end: date) -> Iterator[date]:
    """Each date from start to end, both included; nothing when end is before start."""
    return (start + timedelta(days=n) for n in range((end - start).days + 1))


def week_start_of(day: date, first: Weekday) -> date:
    """The date on which the week that holds `day` began."""
    return day - timedelta(days=(day.weekday() - first.number) % 7)


def consecutive(days: Iterable[date]) -> list[tuple[date, ...]]:
    """Rising dates cut where one is missing."""
    parts: list[list[date]] = []
    for day in days:
        if parts and day - parts[-1][-1] == ONE_DAY:
            parts[-1].append(day)
        else:
            parts.append([day])
    return [tuple(part) for part in parts]


def weekends(days: Iterable[date]) -> list[tuple[date, ...]]:
    """The Saturdays and Sundays among rising dates, by weekend; one of them may be missing."""
    return consecutive(day for day in days if Weekday.of(day) in WEEKEND)


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Whole days, both ends included."""

    start: date
    end: date


def planning_period(day: date, start_day: int) -> Period:
    """The period that holds a day where each begins on that day of the month, from 1 to 31.

    In a shorter month it begins on the last day. Neighbours touch, so no day is in two or in none.
    """
    begun = _period_start(day.year, day.month, start_day)
    if day < begun:
        month_before = day.replace(day=1) - ONE_DAY
        start = _period_start(month_before.year, month_before.month, start_day)
        return Period(start=start, end=begun - ONE_DAY)
    month_after = begun.replace(day=monthrange(begun.year, begun.month)[1]) + ONE_DAY
    following = _period_start(month_after.year, month_after.month, start_day)
    return Period(start=begun, end=following - ONE_DAY)


def _period_start(year: int, month: int, start_day: int) -> date:
    return date(year, month, min(start_day, monthrange(year, month)[1]))


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectivePeriod:
    effective_from: date | None = None
    effective_until: date | None = None

    def contains(self, day: date) -> bool:
        if self.effective_from is not None and day < self.effective_from:
            return False
        return self.effective_until is None or day <= self.effective_until

    def overlaps(self, other: "EffectivePeriod") -> bool:
        return _starts_by(self, other.effective_until) and _starts_by(other, self.effective_until)


def _starts_by(period: EffectivePeriod, last: date | None) -> bool:
    return last is None or period.effective_from is None or period.effective_from <= last
