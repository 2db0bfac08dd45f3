"""Lines and fields of a text file; whatever is wrong there is said with its place."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

MOST_STAFF = 1_000
MOST_DAYS = 400
LARGEST_NUMBER = 10_000_000
LARGEST_FILE = 16 * 2**20


class BadInstance(ValueError):  # noqa: N818 - a refusal of the input, no error of ours
    """The file cannot be an instance; the message names file, line and field."""


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a file."""

    file: str
    line: int

    def refuse(self, field: str, why: str) -> BadInstance:
        return BadInstance(f"{self.file}, line {self.line}, {field}: {why}")


@dataclass(frozen=True, slots=True)
class Row:
    """The fields of one line, with where it stands."""

    place: Place
    fields: tuple[str, ...]

    def text(self, number: int, field: str) -> str:
        if number >= len(self.fields) or not self.fields[number]:
            raise self.place.refuse(field, "it is missing.")
        return self.fields[number]

    def number(self, number: int, field: str) -> int:
        """A whole number from 0 on."""
        return whole(self.place, self.text(number, field), field)

    def one_of(self, number: int, field: str, known: Iterable[str]) -> str:
        text = self.text(number, field)
        if text not in known:
            raise self.place.refuse(field, f"{text!r} is not known.")
        return text

    def day(self, number: int, field: str, days: int) -> int:
        day = self.number(number, field)
        if day >= days:
            raise self.place.refuse(field, f"day {day} is beyond the last, {days - 1}.")
        return day


def whole(place: Place, text: str, field: str) -> int:
    if text == "-0":  # as some published files have it
        return 0
    if not text.isascii() or not text.isdigit():
        raise place.refuse(field, f"{text!r} is no whole number from 0 on.")
    number = int(text) if len(text) < 12 else LARGEST_NUMBER + 1
    if number > LARGEST_NUMBER:
        raise place.refuse(field, f"{text} is too large.")
    return number


def lines_of(file: Path) -> list[tuple[Place, str]]:
    """The lines that say anything, without their ends."""
    try:
        if file.stat().st_size > LARGEST_FILE:
            raise BadInstance(f"{file.name}: it is larger than any instance.")
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInstance(f"{file.name} cannot be read: {error}") from error
    stripped = ((Place(file.name, n), line.strip()) for n, line in enumerate(text.splitlines(), 1))
    return [(place, line) for place, line in stripped if line]
