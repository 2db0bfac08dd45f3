"""The text format of the second nurse rostering competition, all weeks known at once.

An instance is named `<size>_<history>_<weeks>`, like n030w4_1_6-2-9-1: the scenario, one history
and week files in order, which stand in a folder of that name or beside it.
"""

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass
from pathlib import Path

from solver.formats.reading import MOST_STAFF, BadInstance, Place, lines_of, whole

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
ANY, NONE = "Any", "None"
_NAME = re.compile(r"(n\d+w\d+)_(\d+)_(\d+(?:-\d+)*)")
_RANGE = re.compile(r"\((\d+),(\d+)\)")


@dataclass(frozen=True, slots=True)
class Range:
    least: int
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    total: Range
    work: Range
    rest: Range
    most_weekends: int
    whole_weekends: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """How the days before ended; `last` is None after a day off."""

    total: int
    weekends: int
    last: str | None
    same: int
    work: int
    rest: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Nurse:
    id: str
    contract: Contract
    skills: tuple[str, ...]
    history: History


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    day: int
    shift: str
    skill: str
    minimum: int
    optimum: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OffRequest:
    """`shift` is None for the whole day."""

    nurse: str
    day: int
    shift: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inrc2Instance:
    """`runs` bounds the days in a row with one shift, `not_after` what may not follow a shift."""

    days: int
    skills: tuple[str, ...]
    runs: dict[str, Range]
    not_after: dict[str, frozenset[str]]
    nurses: tuple[Nurse, ...]
    demands: tuple[Demand, ...]
    requests: tuple[OffRequest, ...]

    @property
    def shifts(self) -> tuple[str, ...]:
        return tuple(self.runs)


def read(path: Path) -> Inrc2Instance:
    """The instance of that name; raises BadInstance naming file, line and field."""
    named = _NAME.fullmatch(path.name)
    if named is None:
        raise BadInstance(f"{path.name}: an instance is named like n030w4_1_6-2-9-1.")
    size, history, weeks = named.groups()
    folder = _folder(path, size)
    scenario = _Words(folder / f"Sc-{size}.txt")
    skills = tuple(scenario.listed("SKILLS"))
    runs = dict(scenario.shift_types())
    past = dict(_Words(folder / f"H0-{size}-{history}.txt").histories(runs))
    contracts = dict(scenario.contracts())
    files = [_Words(folder / f"WD-{size}-{week}.txt") for week in weeks.split("-")]
    nurses = tuple(scenario.nurses(contracts, skills, past))
    names = {nurse.id for nurse in nurses}
    return Inrc2Instance(
        days=len(WEEKDAYS) * len(files),
        skills=skills,
        runs=runs,
        not_after=dict(scenario.successions(runs)),
        nurses=nurses,
        demands=tuple(d for n, f in enumerate(files) for d in f.demands(n, runs, skills)),
        requests=tuple(r for n, f in enumerate(files) for r in f.requests(n, names, runs)),
    )


def _folder(path: Path, size: str) -> Path:
    for folder in (path, path.parent / size, path.parent):
        if (folder / f"Sc-{size}.txt").is_file():
            return folder
    raise BadInstance(f"{path.name}: Sc-{size}.txt is neither there nor in {size} beside it.")


class _Words:
    """A file as rows of words; a header is a row with a name and, after `=`, its number."""

    def __init__(self, file: Path) -> None:
        self._file = file.name
        self._rows = [(place, line.split()) for place, line in lines_of(file)]

    def _after(self, header: str) -> tuple[Place, list[str], int]:
        for number, (place, words) in enumerate(self._rows):
            if words[0] == header:
                return place, words, number
        raise BadInstance(f"{self._file}: {header} is missing; is the file cut off?")

    def _block(self, header: str) -> Iterator[tuple[Place, list[str]]]:
        place, words, number = self._after(header)
        count = whole(place, words[-1], header)
        rows = self._rows[number + 1 : number + 1 + count]
        if len(rows) < count:
            raise place.refuse(header, f"{count} rows are announced, {len(rows)} are there.")
        yield from rows

    def listed(self, header: str) -> list[str]:
        return [words[0] for _, words in self._block(header)]

    def shift_types(self) -> Iterator[tuple[str, Range]]:
        for place, words in self._block("SHIFT_TYPES"):
            yield words[0], _range(place, words, 1, "consecutive days")

    def successions(self, runs: dict[str, Range]) -> Iterator[tuple[str, frozenset[str]]]:
        _, _, number = self._after("FORBIDDEN_SHIFT_TYPES_SUCCESSIONS")
        for place, words in self._rows[number + 1 : number + 1 + len(runs)]:
            for name in (words[0], *words[2:]):
                _known(place, name, runs, "shift type")
            yield words[0], frozenset(words[2:])

    def contracts(self) -> Iterator[tuple[str, Contract]]:
        for place, words in self._block("CONTRACTS"):
            yield (
                words[0],
                Contract(
                    total=_range(place, words, 1, "assignments"),
                    work=_range(place, words, 2, "consecutive working days"),
                    rest=_range(place, words, 3, "consecutive days off"),
                    most_weekends=whole(place, _word(place, words, 4, "weekends"), "weekends"),
                    whole_weekends=_word(place, words, 5, "complete weekends") == "1",
                ),
            )

    def nurses(
        self, contracts: dict[str, Contract], skills: tuple[str, ...], past: dict[str, History]
    ) -> Iterator[Nurse]:
        rows = list(self._block("NURSES"))
        if len(rows) > MOST_STAFF:
            place = rows[MOST_STAFF][0]
            raise place.refuse("NURSES", f"{len(rows)} are more than {MOST_STAFF}.")
        for place, words in rows:
            for skill in words[3:]:
                _known(place, skill, skills, "skill")
            contract = _known(place, _word(place, words, 1, "contract"), contracts, "contract")
            yield Nurse(
                id=words[0],
                contract=contracts[contract],
                skills=tuple(words[3:]),
                history=past[_known(place, words[0], past, "nurse in the history")],
            )

    def histories(self, runs: dict[str, Range]) -> Iterator[tuple[str, History]]:
        _, _, number = self._after("NURSE_HISTORY")
        for place, words in self._rows[number + 1 :]:
            fields = ("assignments", "weekends", "last shift", "same shift", "work", "days off")
            texts = [_word(place, words, n + 1, field) for n, field in enumerate(fields)]
            last = None if texts[2] == NONE else _known(place, texts[2], runs, "last shift")
            numbers = [
                whole(place, t, f) for t, f in zip(texts, fields, strict=True) if f[0] != "l"
            ]
            total, weekends, same, work, rest = numbers
            yield (
                words[0],
                History(total=total, weekends=weekends, last=last, same=same, work=work, rest=rest),
            )

    def demands(
        self, week: int, runs: dict[str, Range], skills: tuple[str, ...]
    ) -> Iterator[Demand]:
        _, _, number = self._after("REQUIREMENTS")
        _, _, end = self._after("SHIFT_OFF_REQUESTS")
        for place, words in self._rows[number + 1 : end]:
            for day in range(len(WEEKDAYS)):
                bounds = _range(place, words, day + 2, WEEKDAYS[day])
                yield Demand(
                    day=len(WEEKDAYS) * week + day,
                    shift=_known(place, words[0], runs, "shift type"),
                    skill=_known(place, words[1], skills, "skill"),
                    minimum=bounds.least,
                    optimum=bounds.most,
                )

    def requests(self, week: int, names: set[str], runs: dict[str, Range]) -> Iterator[OffRequest]:
        for place, words in self._block("SHIFT_OFF_REQUESTS"):
            shift = _word(place, words, 1, "shift type")
            weekday = _known(place, _word(place, words, 2, "day"), WEEKDAYS, "day")
            yield OffRequest(
                nurse=_known(place, words[0], names, "nurse"),
                day=len(WEEKDAYS) * week + WEEKDAYS.index(weekday),
                shift=None if shift == ANY else _known(place, shift, runs, "shift type"),
            )


def _word(place: Place, words: list[str], number: int, field: str) -> str:
    if number >= len(words):
        raise place.refuse(field, "it is missing.")
    return words[number]


def _known(place: Place, name: str, known: Container[str], field: str) -> str:
    if name not in known:
        raise place.refuse(field, f"{name!r} is not known.")
    return name


def _range(place: Place, words: list[str], number: int, field: str) -> Range:
    found = _RANGE.fullmatch(_word(place, words, number, field))
    if found is None:
        raise place.refuse(field, f"{words[number]!r} is no pair of numbers in brackets.")
    least, most = (whole(place, text, field) for text in found.groups())
    if least > most:
        raise place.refuse(field, f"{least} is above {most}.")
    return Range(least, most)
