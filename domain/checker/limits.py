"""Work limits counted window by window and run by run, in half-days or minutes."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from fractions import Fraction
from math import ceil, floor
from zoneinfo import ZoneInfo

from domain.checker.reading import Reading, is_employed
from domain.checker.report import Breach, Finding
from domain.ids import ShiftCode, StaffId
from domain.periods import ONE_DAY, Weekday
from domain.rules import LimitScope, LimitUnit, LimitWindow, WorkLimit
from domain.shifts import ShiftType

Worth = Callable[[date, ShiftCode | None], int]
Bounds = tuple[int | None, int | None]


def limit_breaches(reading: Reading) -> list[Breach]:
    found: list[Breach] = []
    for limit in reading.board.work_limits:
        findings = {
            LimitWindow.DAY: _days,
            LimitWindow.WEEK: _weeks,
            LimitWindow.PERIOD: _periods,
            LimitWindow.ROLLING_DAYS: _rolling,
            LimitWindow.CONSECUTIVE_DAYS: _runs,
            LimitWindow.WEEKENDS: _weekends,
        }[limit.window](reading, limit)
        found += [Breach(level=limit.level, weight=limit.weight, finding=f) for f in findings]
    return found


def _worth(reading: Reading, limit: WorkLimit) -> Worth:
    """What a cell counts: by its day, which may be longer or shorter, and its type."""
    listed = [reading.types[code] for code in limit.shift_types if code in reading.types]
    if limit.unit is LimitUnit.HOURS:
        timed = {t.code: t for t in listed}
        return lambda day, code: 0 if code not in timed else _length(reading, timed[code], day)
    counts_rest = limit.window is not LimitWindow.CONSECUTIVE_DAYS and any(
        t.rest_half_days == 2 for t in listed
    )
    fixed = {t.code: t.rest_half_days if counts_rest else 2 for t in listed}
    return lambda _, code: 0 if code is None else fixed.get(code, 0)


def _length(reading: Reading, kind: ShiftType, day: date) -> int:
    """Minutes from the beginning of a shift to its end, by a clock that never stops."""
    if not kind.works or kind.starts_at is None or kind.ends_at is None:
        return 0
    zone = ZoneInfo(reading.board.restaurant.time_zone)
    last = day + ONE_DAY if kind.ends_at <= kind.starts_at else day
    seconds = (
        datetime.combine(last, kind.ends_at, zone).timestamp()
        - datetime.combine(day, kind.starts_at, zone).timestamp()
    )
    return max(0, round(seconds) // 60)


def _bounds(limit: WorkLimit) -> Bounds:
    if limit.unit is LimitUnit.HOURS:
        return limit.minimum_minutes, limit.maximum_minutes
    return limit.minimum_half_days, limit.maximum_half_days


def _in_scope(reading: Reading, limit: WorkLimit, day: date | None) -> list[StaffId]:
    """Who is counted on a day, or with no day given who is judged at all."""
    found = []
    for member in reading.board.staff:
        if day is not None and (member.id, day) not in reading.employed:
            continue
        if limit.scope is LimitScope.EMPLOYMENT_TYPE:
            fits = member.employment_type in limit.target_employment_types
        elif limit.scope is LimitScope.STAFF:
            fits = member.id in limit.target_staff_ids
        elif limit.scope is LimitScope.GROUP:
            days = reading.days if day is None else (day,)
            fits = any(
                member.id in reading.members.get((group_id, d), frozenset())
                for group_id in limit.target_group_ids
                for d in days
            )
        else:
            fits = True
        if fits:
            found.append(member.id)
    return found


def _outside(total: int, minimum: int | None, maximum: int | None) -> int:
    if maximum is not None and total > maximum:
        return total - maximum
    if minimum is not None and total < minimum:
        return minimum - total
    return 0


def _finding(
    limit: WorkLimit, staff_id: StaffId | None, dates: list[date], outside: int
) -> Iterator[Finding]:
    """Four hours too many or too few, and each begun part of four, weigh like half a day."""
    half_days = outside
    if limit.unit is LimitUnit.HOURS:
        half_days = (outside + 239) // 240
    if half_days > 0:
        yield Finding(code="WORK_LIMIT", staff_id=staff_id, dates=tuple(dates), half_days=half_days)


def _days(reading: Reading, limit: WorkLimit) -> Iterator[Finding]:
    worth = _worth(reading, limit)
    for day in reading.open_days:
        total = 0
        for staff_id in _in_scope(reading, limit, day):
            total += worth(day, reading.cells.get((staff_id, day)))
        yield from _finding(limit, None, [day], _outside(total, *_bounds(limit)))


def _weeks(reading: Reading, limit: WorkLimit) -> Iterator[Finding]:
    first_weekday = list(Weekday).index(reading.board.restaurant.week_start)
    day = reading.days[0]
    while day.weekday() != first_weekday:
        day -= ONE_DAY
    while day <= reading.days[-1]:
        yield from _windows(reading, limit, [day + timedelta(days=n) for n in range(7)])
        day += timedelta(days=7)


def _rolling(reading: Reading, limit: WorkLimit) -> Iterator[Finding]:
    length = limit.days or 1
    for last in reading.days:
        window = [last - timedelta(days=n) for n in reversed(range(length))]
        yield from _windows(reading, limit, window)


def _windows(reading: Reading, limit: WorkLimit, window: list[date]) -> Iterator[Finding]:
    for staff_id in _in_scope(reading, limit, None):
        yield from _window(reading, limit, staff_id, window)


def _window(
    reading: Reading, limit: WorkLimit, staff_id: StaffId, window: list[date]
) -> Iterator[Finding]:
    """One person in one stretch of days, which may stick out of the schedule at both ends."""
    worth = _worth(reading, limit)
    before = inside = 0
    dates: list[date] = []
    is_whole = True
    for day in window:
        if day in reading.closed:
            is_whole = False
        elif (staff_id, day) in reading.employed:
            dates.append(day)
            inside += worth(day, reading.cells.get((staff_id, day)))
            is_whole = is_whole and (staff_id, day) in reading.cells
        elif (staff_id, day) in reading.past:
            before += worth(day, reading.past[staff_id, day])
        else:
            is_whole = False
    minimum, maximum = _bounds(limit)
    if maximum is not None:
        maximum = max(maximum, before)
    outside = _outside(before + inside, minimum if is_whole else None, maximum)
    yield from _finding(limit, staff_id, dates, outside)


def _periods(reading: Reading, limit: WorkLimit) -> Iterator[Finding]:
    worth = _worth(reading, limit)
    days = reading.open_days
    for staff_id in _in_scope(reading, limit, None):
        dates = [day for day in days if (staff_id, day) in reading.employed]
        if not dates:
            continue
        total = sum(worth(day, reading.cells.get((staff_id, day))) for day in dates)
        minimum, maximum = _bounds(limit)
        if minimum is not None:
            minimum = minimum * len(dates) // len(days)
        if maximum is not None:
            maximum = (maximum * len(dates) + len(days) - 1) // len(days)
        yield from _finding(limit, staff_id, dates, _outside(total, minimum, maximum))


def _weekends(reading: Reading, limit: WorkLimit) -> Iterator[Finding]:
    """A weekend is known by its Sunday; it counts once for whoever has a listed type on it."""
    sundays = {day: day + timedelta(days=6 - day.weekday()) for day in reading.open_days}
    days = [day for day in reading.open_days if day.weekday() >= 5]
    every = {sundays[day] for day in days}
    for staff_id in _in_scope(reading, limit, None):
        dates = [day for day in days if (staff_id, day) in reading.employed]
        own = {sundays[day] for day in dates}
        if not own:
            continue
        hit = {sundays[d] for d in dates if reading.cells.get((staff_id, d)) in limit.shift_types}
        share = Fraction(len(own), 2 * len(every))
        minimum, maximum = limit.minimum_half_days, limit.maximum_half_days
        outside = _outside(
            len(hit),
            None if minimum is None else floor(minimum * share),
            None if maximum is None else ceil(maximum * share),
        )
        yield from _finding(limit, staff_id, dates, 2 * outside)


def _runs(reading: Reading, limit: WorkLimit) -> Iterator[Finding]:
    for staff_id in _in_scope(reading, limit, None):
        for run in _runs_of(reading, limit, staff_id):
            yield from _run(reading, limit, staff_id, run)


def _runs_of(reading: Reading, limit: WorkLimit, staff_id: StaffId) -> list[list[date]]:
    """The unbroken runs of listed types, each as its days; history included."""
    known = [day for (other, day) in reading.past if other == staff_id]
    day = min([*known, reading.days[0]])
    runs: list[list[date]] = [[]]
    while day <= reading.days[-1]:
        code = reading.cells.get((staff_id, day), reading.past.get((staff_id, day)))
        if code in limit.shift_types and day not in reading.closed:
            runs[-1].append(day)
        elif runs[-1]:
            runs.append([])
        day += ONE_DAY
    return [run for run in runs if run]


def _run(
    reading: Reading, limit: WorkLimit, staff_id: StaffId, run: list[date]
) -> Iterator[Finding]:
    start, end = reading.days[0], reading.days[-1]
    inside = [day for day in run if day >= start]
    if not inside:
        return
    before = 2 * (len(run) - len(inside))
    maximum = limit.maximum_half_days
    if maximum is not None:
        maximum = max(maximum, before)
    is_judged = run[-1] != end and not _is_unknown(reading, staff_id, run[0] - ONE_DAY)
    minimum = limit.minimum_half_days if is_judged else None
    yield from _finding(limit, staff_id, inside, _outside(2 * len(run), minimum, maximum))


def _is_unknown(reading: Reading, staff_id: StaffId, day: date) -> bool:
    """Whether a day before the start might have belonged to a run, for all that is known."""
    return (
        day < reading.days[0]
        and day not in reading.closed
        and is_employed(reading.people[staff_id], day)
        and (staff_id, day) not in reading.past
    )
