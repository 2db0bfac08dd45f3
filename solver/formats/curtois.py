"""The text format of Curtois and Qu: sections of comma-separated rows, day 0 a Monday."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from solver.formats.reading import MOST_DAYS, MOST_STAFF, BadInstance, Place, Row, lines_of

SECTIONS = ("HORIZON", "SHIFTS", "STAFF", "DAYS_OFF", "SHIFT_ON_REQUESTS", "COVER")
OPTIONAL = ("SHIFT_OFF_REQUESTS",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """`not_before` are the shifts that may not follow on the next day."""

    id: str
    minutes: int
    not_before: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Hard bounds; runs are in days, and minima are not judged at both ends of the horizon."""

    id: str
    most_of_shift: dict[str, int]
    most_minutes: int
    least_minutes: int
    longest_work: int
    shortest_work: int
    shortest_rest: int
    most_weekends: int
    days_off: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """`is_on`: paid unless assigned; else paid if assigned."""

    staff: str
    day: int
    shift: str
    weight: int
    is_on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    day: int
    shift: str
    required: int
    under: int
    over: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CurtoisInstance:
    days: int
    shifts: tuple[Shift, ...]
    staff: tuple[Person, ...]
    requests: tuple[Request, ...]
    demands: tuple[Demand, ...]

    @property
    def weekends(self) -> tuple[tuple[int, int], ...]:
        """First and last day of each, the last one cut by the end."""
        return tuple((day, min(day + 1, self.days - 1)) for day in range(5, self.days, 7))


def read(file: Path) -> CurtoisInstance:
    """The instance in a file; raises BadInstance naming line and field."""
    reader = _Reader(file)
    days = reader.horizon()
    shifts = tuple(reader.shifts())
    staff = tuple(reader.staff(days, [shift.id for shift in shifts]))
    names, codes = {person.id for person in staff}, {shift.id for shift in shifts}
    return CurtoisInstance(
        days=days,
        shifts=shifts,
        staff=staff,
        requests=tuple(reader.requests(days, names, codes)),
        demands=tuple(reader.demands(days, codes)),
    )


class _Reader:
    def __init__(self, file: Path) -> None:
        self._file = file.name
        self._rows: dict[str, list[Row]] = {}
        section = ""
        for place, line in lines_of(file):
            if line.startswith("#"):
                continue
            if line.startswith("SECTION_"):
                section = line.removeprefix("SECTION_")
                if section not in (*SECTIONS, *OPTIONAL):
                    raise place.refuse("section", f"{line!r} is not known.")
                self._rows.setdefault(section, [])
                continue
            if not section:
                raise place.refuse("section", "a row stands before any section.")
            fields = tuple(field.strip() for field in line.split(","))
            self._rows[section].append(Row(place, fields))
        missing = [name for name in SECTIONS if name not in self._rows]
        if missing:
            raise BadInstance(
                f"{self._file}: SECTION_{missing[0]} is missing; is the file cut off?"
            )

    def horizon(self) -> int:
        rows = self._rows["HORIZON"]
        if len(rows) != 1:
            raise BadInstance(f"{self._file}: SECTION_HORIZON needs one row.")
        days = rows[0].number(0, "horizon")
        if not 1 <= days <= MOST_DAYS:
            raise rows[0].place.refuse("horizon", f"it must be from 1 to {MOST_DAYS} days.")
        return days

    def shifts(self) -> Iterator[Shift]:
        rows = self._rows["SHIFTS"]
        codes = {row.text(0, "shift id") for row in rows}
        for row in _once(rows, "shift id"):
            listed = row.fields[2].split("|") if len(row.fields) > 2 and row.fields[2] else []
            for code in listed:
                if code not in codes:
                    raise row.place.refuse("shifts that cannot follow", f"{code!r} is not known.")
            minutes = row.number(1, "length")
            if minutes == 0:
                raise row.place.refuse("length", "a shift takes time.")
            yield Shift(id=row.fields[0], minutes=minutes, not_before=frozenset(listed))

    def staff(self, days: int, codes: list[str]) -> Iterator[Person]:
        rows = self._rows["STAFF"]
        if len(rows) > MOST_STAFF:
            place = rows[MOST_STAFF].place
            raise place.refuse("staff", f"{len(rows)} people are more than {MOST_STAFF}.")
        off = self._days_off(days, {row.text(0, "staff id") for row in rows})
        for row in _once(rows, "staff id"):
            person = Person(
                id=row.fields[0],
                most_of_shift=_most_of_shift(row, codes),
                most_minutes=row.number(2, "MaxTotalMinutes"),
                least_minutes=row.number(3, "MinTotalMinutes"),
                longest_work=row.number(4, "MaxConsecutiveShifts"),
                shortest_work=row.number(5, "MinConsecutiveShifts"),
                shortest_rest=row.number(6, "MinConsecutiveDaysOff"),
                most_weekends=row.number(7, "MaxWeekends"),
                days_off=frozenset(off.get(row.fields[0], ())),
            )
            _require_order(row.place, person)
            yield person

    def _days_off(self, days: int, names: set[str]) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for row in self._rows["DAYS_OFF"]:
            name = row.one_of(0, "staff id", names)
            listed = range(1, len(row.fields))
            found.setdefault(name, []).extend(row.day(n, "day", days) for n in listed)
        return found

    def requests(self, days: int, names: set[str], codes: set[str]) -> Iterator[Request]:
        for section, is_on in (("SHIFT_ON_REQUESTS", True), ("SHIFT_OFF_REQUESTS", False)):
            for row in self._rows.get(section, []):
                yield Request(
                    staff=row.one_of(0, "staff id", names),
                    day=row.day(1, "day", days),
                    shift=row.one_of(2, "shift id", codes),
                    weight=row.number(3, "weight"),
                    is_on=is_on,
                )

    def demands(self, days: int, codes: set[str]) -> Iterator[Demand]:
        for row in self._rows["COVER"]:
            yield Demand(
                day=row.day(0, "day", days),
                shift=row.one_of(1, "shift id", codes),
                required=row.number(2, "requirement"),
                under=row.number(3, "weight for under"),
                over=row.number(4, "weight for over"),
            )


def _once(rows: list[Row], field: str) -> Iterator[Row]:
    seen: set[str] = set()
    for row in rows:
        name = row.text(0, field)
        if name in seen:
            raise row.place.refuse(field, f"{name!r} stands there twice.")
        seen.add(name)
        yield row


def _most_of_shift(row: Row, codes: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for part in row.text(1, "MaxShifts").split("|"):
        code, _, most = part.partition("=")
        if code not in codes or not most.isdigit():
            raise row.place.refuse("MaxShifts", f"{part!r} is not a known shift and a number.")
        found[code] = int(most)
    return found


def _require_order(place: Place, person: Person) -> None:
    if person.least_minutes > person.most_minutes:
        raise place.refuse("MinTotalMinutes", "it is above MaxTotalMinutes.")
    if person.shortest_work > person.longest_work:
        raise place.refuse("MinConsecutiveShifts", "it is above MaxConsecutiveShifts.")
