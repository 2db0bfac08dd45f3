"""Changes that settle a clash, each tried on the changed board before it is told."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from domain import repairs
from domain.cores import Cause, Change, ConflictMember, RepairKind
from domain.facts import facts_of
from domain.ids import StaffId
from domain.runs import GenerationMode
from domain.schedules import Board
from domain.shifts import ShiftAssignment, ShiftSource
from solver.allowance import Allowance
from solver.cells import Cell, Codes
from solver.clashes import broken_by, broken_on, has_day_limits
from solver.cores import Core, clash
from solver.loosened import Guarded, Loosened, Scene, cause_of_fact
from solver.rows import allowed, filled

MOST_OPEN = 400
OF_PEOPLE = (
    "memberships",
    "backup_assignments",
    "priority_rules",
    "day_off_requests",
    "shifts",
    "covers",
    "history",
)
OF_ONE_PERSON = (
    RepairKind.UNPIN,
    RepairKind.CLEAR_CELL,
    RepairKind.RELEASE_COVER,
    RepairKind.DECLINE_REQUEST,
    RepairKind.CHANGE_IDLE_POLICY,
    RepairKind.CHANGE_HOLIDAY_POLICY,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A change, the board with it, and by how many half-days hard rules are broken there."""

    change: Change
    scene: Scene
    after: int


class Mender:
    """Tries changes from one full schedule on, whose rows it first makes as good as they can be."""

    def __init__(
        self, scene: Scene, mode: GenerationMode, schedule: Board, allowance: Allowance
    ) -> None:
        self._board = scene.board
        self._mode = mode
        self._allowance = allowance
        self._covering = frozenset((c.staff_id, c.date) for c in schedule.covers)
        self._has_day_limits = has_day_limits(scene.board)
        standing = replace(scene, called=self._covering)
        codes = {key: cell.shift_type for key, cell in schedule.cells.items()}
        self._codes = self._followed(standing, codes, set())
        self._schedule = _laid(schedule, self._codes)
        self._everybody = {person.id for person in scene.board.staff}
        self.total = self._broken(self._schedule, self._everybody)

    def tried(self, core: Core, member: ConflictMember) -> Iterator[Tried]:
        """The changes of a member that settle the core and leave less broken than there is."""
        for change in repairs.changes(self._board, self._mode, member):
            if change.kind in repairs.SIDES:
                found = self._least_bound(core, change)
            else:
                found = self._try(core, change)
            if found.after < self.total and self._settles(core, found):
                yield found

    def _least_bound(self, core: Core, change: Change) -> Tried:
        """The nearest bound that does as much good as having none."""
        farthest = repairs.most_steps(self._board, change)

        def moved(steps: int) -> Tried:
            return self._try(core, repairs.moved(self._board, change, steps))

        best = moved(farthest).after
        low, high = 0, min(1, farthest)
        while moved(high).after > best:
            low, high = high, min(2 * high, farthest)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if moved(middle).after > best else (low, middle)
        return moved(high)

    def _try(self, core: Core, change: Change) -> Tried:
        """The people of the core planned anew on the changed board, and whoever has to follow."""
        whom = self._concerned(core, change)
        board = only(repairs.changed(self._board, change), whom)
        scene = Scene(board=board, facts=facts_of(board, self._mode), called=self._covering)
        planned = self._filled(scene, self._codes, _open_cells(core, board))
        codes: Codes = {**self._codes, **planned}
        if change.kind not in OF_ONE_PERSON:
            codes = self._followed(scene, codes, core.people)
        before = self._broken(self._schedule, whom)
        after = self._broken(_laid(board, codes), whom)
        return Tried(change=change, scene=scene, after=self.total - before + after)

    def _concerned(self, core: Core, change: Change) -> set[StaffId]:
        """Whose rows the change may touch."""
        if self._has_day_limits or change.kind is RepairKind.DROP_CALENDAR_RULE:
            return self._everybody
        if change.kind in OF_ONE_PERSON:
            return core.people
        return core.people | {who for who in self._everybody if broken_by(self._schedule, who)}

    def _followed(self, scene: Scene, codes: Codes, settled: Collection[StaffId]) -> Codes:
        """The cells with the rows of others filled anew that break rules or facts by now."""
        after = _laid(scene.board, codes)
        for person in scene.board.staff:
            if person.id in settled:
                continue
            days = filter(person.is_employed_on, scene.board.days)
            cells = [(person.id, day) for day in days]
            is_open = any(codes[c] not in allowed(scene, person, c[1]) for c in cells)
            if is_open or broken_by(after, person.id):
                codes = {**codes, **self._filled(scene, codes, cells)}
        return codes

    def _filled(self, scene: Scene, codes: Codes, cells: Collection[Cell]) -> Codes:
        return filled(scene, codes, cells, self._allowance)

    def _broken(self, schedule: Board, whom: Collection[StaffId]) -> int:
        by_people = sum(broken_by(schedule, staff_id) for staff_id in whom)
        if not self._has_day_limits:
            return by_people
        return by_people + sum(broken_on(schedule, day) for day in schedule.open_days)

    def _settles(self, core: Core, tried: Tried) -> bool:
        """Whether the members of a core can all hold then, with any fact that is uncovered."""
        there = tried.scene.board.people
        people = tuple(there[p.id] for p in core.model.extent.people if p.id in there)
        model = Loosened(tried.scene, replace(core.model.extent, people=people))
        day = tried.change.member.cause.day
        uncovered = set() if day is None else _uncovered(tried.scene, core, day)
        held = (p for p in model.guarded if p.cause in uncovered or _is_in(core, p, day))
        return clash(model, held, self._allowance) is None


def _uncovered(scene: Scene, core: Core, day: date) -> set[Cause]:
    """The facts that decide the cells of a core's people on a day."""
    facts = {who: scene.facts.get((who, day)) for who in core.people}
    return {cause_of_fact(f.kind, who, day) for who, f in facts.items() if f is not None}


def _is_in(core: Core, guarded: Guarded, day: date | None) -> bool:
    """Whether a part belongs to the core; windows that a change of one day has moved still do."""
    dates = {d for part in core.parts if part.cause == guarded.cause for d in part.part.dates}
    return bool(dates) and dates.union({day} - {None}).issuperset(guarded.part.dates)


def _open_cells(core: Core, board: Board) -> list[Cell]:
    """The cells of a core's people: all of them, or those of its days where they are too many."""
    people = [person for person in board.staff if person.id in core.people]
    is_small = len(people) * len(board.days) <= MOST_OPEN
    days = board.days if is_small else core.model.extent.days
    return [(person.id, d) for person in people for d in days if person.is_employed_on(d)]


def _laid(board: Board, codes: Codes) -> Board:
    """The board with these types in its cells."""
    cells = dict(board.cells)
    for (staff_id, day), code in codes.items():
        was = cells.get((staff_id, day))
        if staff_id in board.people and (was is None or was.shift_type != code):
            cells[staff_id, day] = ShiftAssignment(
                staff_id=staff_id, date=day, shift_type=code, source=ShiftSource.GENERATED
            )
    return board.edited(shifts=tuple(cells.values()))


def only(board: Board, whom: Collection[StaffId]) -> Board:
    """The board as if there were nobody else; the same one for everybody."""
    if len(whom) == len(board.staff):
        return board
    of_people: dict[str, Any] = {
        name: tuple(row for row in getattr(board, name) if row.staff_id in whom)
        for name in OF_PEOPLE
    }
    staff = tuple(person for person in board.staff if person.id in whom)
    return replace(board, staff=staff, **of_people)
