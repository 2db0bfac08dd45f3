"""What limits count, half-days or minutes of work; what of it is a breach, and how it is said.

Work is as long as its shift type says by its clock times, between instants, and belongs to the day
on which it begins.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from domain.clock_times import usual_minutes, working_time
from domain.ids import ShiftCode
from domain.kept import once_per_setting
from domain.periods import days_between
from domain.rules import LimitUnit, LimitWindow, WorkLimit
from domain.schedules import Board

HALF_DAYS_PER_CELL = 2
HALF_DAYS_PER_WEEKEND = 2
MINUTES_PER_HALF_DAY = 240
"""A breach in minutes is one half-day for each begun four hours."""
MINUTES_PER_HOUR = 60
MINUTES_PER_STEP = 15
MINUTES_OF_LONGEST_DAY = 25 * MINUTES_PER_HOUR
OF_WHOLE_CELLS = (LimitWindow.CONSECUTIVE_DAYS, LimitWindow.WEEKENDS)
"""Windows in which every listed cell counts alike, rest or not, and never by its hours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What a cell counts by its type; `special` are the days on which lengths differ.

    Those are the days whose shifts are shortened or lengthened by a night that changes the clocks.
    """

    usual: dict[ShiftCode, int]
    special: dict[date, dict[ShiftCode, int]]

    def on(self, day: date) -> dict[ShiftCode, int]:
        return self.special.get(day, self.usual)


@once_per_setting
def counts(board: Board, limit: WorkLimit) -> Counts:
    """What each type counts that counts anything, in half-days or minutes."""
    if limit.unit is LimitUnit.HOURS:
        return _minutes(board, limit)
    found = {code: half_days(board, limit, code) for code in board.types}
    return Counts(usual={code: n for code, n in found.items() if n}, special={})


def half_days(board: Board, limit: WorkLimit, code: ShiftCode) -> int:
    """What one cell of that type counts where days are counted."""
    if code not in limit.shift_types:
        return 0
    if limit.window in OF_WHOLE_CELLS or not _is_rest_limit(board, limit):
        return HALF_DAYS_PER_CELL
    return board.types[code].rest_half_days


def _is_rest_limit(board: Board, limit: WorkLimit) -> bool:
    listed = (board.types[code] for code in limit.shift_types if code in board.types)
    return any(shift_type.rest_half_days == HALF_DAYS_PER_CELL for shift_type in listed)


def _minutes(board: Board, limit: WorkLimit) -> Counts:
    """A type without clock times has no length and counts nothing."""
    usual = {c: usual_minutes(board.types[c]) for c in limit.shift_types if c in board.types}
    known = {code: length for code, length in usual.items() if length}
    first = board.schedule.start - timedelta(days=limit.days_looked_back)
    by_day = {
        day: _minutes_on(board, tuple(known), day)
        for day in days_between(first, board.schedule.end)
    }
    return Counts(usual=known, special={d: found for d, found in by_day.items() if found != known})


def _minutes_on(board: Board, codes: tuple[ShiftCode, ...], day: date) -> dict[ShiftCode, int]:
    zone = ZoneInfo(board.restaurant.time_zone)
    lengths = ((code, working_time(board.types[code], day, zone)) for code in codes)
    return {code: length.minutes for code, length in lengths if length is not None}


def units_per_half_day(limit: WorkLimit) -> int:
    """How much outside its bounds is one half-day of a breach; a part of it is one as well."""
    return MINUTES_PER_HALF_DAY if limit.unit is LimitUnit.HOURS else 1


def half_days_outside(limit: WorkLimit, outside: int) -> int:
    """What so much outside is for the tiers."""
    return -(-outside // units_per_half_day(limit))


def step_of(limit: WorkLimit) -> int:
    """The smallest step between two bounds that people can set."""
    if limit.window is LimitWindow.WEEKENDS:
        return HALF_DAYS_PER_WEEKEND
    return MINUTES_PER_STEP if limit.unit is LimitUnit.HOURS else 1


def most_of_a_cell(limit: WorkLimit) -> int:
    """No cell counts more, not even on a night that is an hour longer."""
    return MINUTES_OF_LONGEST_DAY if limit.unit is LimitUnit.HOURS else HALF_DAYS_PER_CELL


def spoken_amount(limit: WorkLimit, amount: int) -> str:
    """So much of what the limit counts, in words."""
    number = spoken_number(limit, amount)
    if limit.window is not LimitWindow.WEEKENDS and limit.unit is LimitUnit.DAYS:
        return f"{number} days"
    noun = "weekend" if limit.window is LimitWindow.WEEKENDS else "hour"
    return f"{number} {noun}" if number == "1" else f"{number} {noun}s"


def spoken_number(limit: WorkLimit, amount: int) -> str:
    """The same without the noun: days and weekends by halves, hours to the hundredth."""
    if limit.unit is LimitUnit.HOURS:
        return f"{amount / MINUTES_PER_HOUR:.2f}".rstrip("0").rstrip(".")
    return f"{amount / HALF_DAYS_PER_CELL:g}"
