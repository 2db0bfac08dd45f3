"""Periods that a reader may ask for."""

from datetime import date

from resolvers.schedules import EARLIEST, LATEST, is_within_calendar
from schema.nodes import coded

LONGEST_SPAN_DAYS = 366


def require_span(start: date, end: date) -> None:
    """Raise a coded error unless the dates, both included, are in order and not too many."""
    if start > end:
        raise coded("FROM_AFTER_UNTIL", "`start` lies after `end`; exchange the two.")
    if (end - start).days >= LONGEST_SPAN_DAYS:
        raise coded("TOO_MANY_DAYS", f"Ask for {LONGEST_SPAN_DAYS} days at most.")
    require_within_calendar(start, end)


def require_within_calendar(start: date, end: date) -> None:
    """Raise a coded error for dates that no schedule could have."""
    if not is_within_calendar(start, end):
        raise coded("DATE_OUT_OF_RANGE", f"Ask for dates between {EARLIEST} and {LATEST}.")
