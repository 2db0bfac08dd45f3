"""A model in which facts and hard rules are kept only where they are told to be.

It knows no covers: facts decide cells, and hard rules judge cells. Only whoever is on standby needs
a cover to work; where one could be theirs, this model takes it to be.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from domain.cores import Cause, MemberKind
from domain.facts import Fact, FactKind
from domain.ids import ShiftCode, StaffId
from domain.limit_breaches import windows_of_people
from domain.limits import spans
from domain.rules import Level, LimitWindow, WorkLimit
from domain.schedules import Board
from domain.shifts import ShiftType
from domain.staff import IdlePolicy, StaffMember
from solver.cells import Cell, Cells, free_codes, standby_type
from solver.expressions import FALSE, Literal, Sum
from solver.rules import consecutive_days, priority_rules, succession, work_limits
from solver.rules.penalty import Part

FOR_ALL = (FactKind.CLOSED, FactKind.MUST_WORK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A board with what decides its cells; `called` are those that a cover could ask for."""

    board: Board
    facts: Mapping[Cell, Fact]
    called: frozenset[Cell]


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """Whose cells are looked at, and on which days; limits of a day only with everybody."""

    people: tuple[StaffMember, ...]
    days: tuple[date, ...]
    is_everybody: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Guarded:
    """One window of a cause, which holds where its guard does; each is equal to itself alone."""

    cause: Cause
    part: Part
    guard: Literal


class Loosened(Cells):
    def __init__(self, scene: Scene, extent: Extent) -> None:
        super().__init__(scene.board)
        self.scene = scene
        self.extent = extent
        self._decided: dict[Cell, Cause] = {}
        for person in extent.people:
            for day in filter(person.is_employed_on, extent.days):
                self._add((person.id, day), self._codes(person, day))
        self.guarded = [*self._facts(), *self._standby(), *self._rules()]

    def _codes(self, person: StaffMember, day: date) -> list[ShiftCode]:
        """What generation may write, and what a fact asks for."""
        fact = self.scene.facts.get((person.id, day))
        codes = free_codes(self.board, person, day)
        standby = standby_type(self.board)
        if person.idle_policy is IdlePolicy.STANDBY and standby is not None:
            codes.append(standby.code)
        if fact is not None and fact.shift_type is not None:
            codes.append(fact.shift_type)
        return list(dict.fromkeys(codes))

    def assume(self, guards: Iterable[Literal]) -> None:
        """What holds when the model is solved next; all else is left open."""
        self.model.cp.clear_assumptions()
        self.model.cp.add_assumptions([self.model.literal(guard) for guard in guards])

    def decided_by(self, cause: Cause) -> set[StaffId]:
        """Whose cells a fact decides here."""
        return {staff_id for (staff_id, _), fact in self._decided.items() if fact == cause}

    # Facts

    def _facts(self) -> Iterator[Guarded]:
        guards: dict[Cause, Guarded] = {}
        for staff_id, day in self.employed_cells():
            fact = self.scene.facts.get((staff_id, day))
            kept = None if fact is None else self._keeping(fact, staff_id, day)
            if fact is None or kept is None:
                continue
            cause = cause_of_fact(fact.kind, staff_id, day)
            self._decided[staff_id, day] = cause
            if cause not in guards:
                part = Part(staff_id=cause.staff_id, dates=(day,), half_days=Sum())
                guards[cause] = Guarded(cause=cause, part=part, guard=self.model.decide())
            self.model.require_any([~guards[cause].guard, kept])
        yield from guards.values()

    def _keeping(self, fact: Fact, staff_id: StaffId, day: date) -> Literal | None:
        """What keeps the fact; None where nobody may work who must."""
        if fact.shift_type is not None:
            return self.has(staff_id, day, fact.shift_type)
        works = self.works(staff_id, day)
        return None if works == FALSE else works

    def _standby(self) -> Iterator[Guarded]:
        standby, standard = standby_type(self.board), self.board.standard_type
        for person in self.extent.people:
            if person.idle_policy is not IdlePolicy.STANDBY or standby is None:
                continue
            cause = Cause(kind=MemberKind.IDLE_POLICY, staff_id=person.id)
            for day in filter(person.is_employed_on, self.extent.days):
                if (person.id, day) in self._decided:
                    continue
                idle = self._idle((person.id, day), standby, standard)
                part = Part(staff_id=person.id, dates=(day,), half_days=Sum())
                guarded = Guarded(cause=cause, part=part, guard=self.model.decide())
                self.model.require_any([~guarded.guard, *idle])
                yield guarded

    def _idle(
        self, cell: Cell, standby: ShiftType, standard: ShiftType | None
    ) -> Iterator[Literal]:
        yield self.has(*cell, standby.code)
        if standard is not None and cell in self.scene.called:
            yield self.has(*cell, standard.code)

    # Rules

    def _rules(self) -> Iterator[Guarded]:
        inside = set(self.extent.days)
        for cause, part in hard_parts(self, self.extent):
            if part.half_days != Sum() and inside.issuperset(part.dates):
                guard = self.model.decide()
                self.model.require_at_most(part.half_days, 0, when=guard)
                yield Guarded(cause=cause, part=part, guard=guard)


def cause_of_fact(kind: FactKind, staff_id: StaffId, day: date) -> Cause:
    """A rule of the calendar that binds everybody is one cause, whomever it decides."""
    whom = None if kind in FOR_ALL else staff_id
    return Cause(kind=MemberKind(kind.value), staff_id=whom, day=day)


def hard_parts(cells: Cells, extent: Extent) -> Iterator[tuple[Cause, Part]]:
    """Every window of every hard rule for the people of an extent, within its days or not."""
    one = extent.people[0].id if len(extent.people) == 1 else None
    for limit in hard_limits(cells.board):
        for part in _limit_parts(cells, extent, limit):
            kind, whom = MemberKind.WORK_LIMIT, None if part.staff_id is None else one
            yield Cause(kind=kind, staff_id=whom, rule_id=limit.id, side=part.side), part
    people = {person.id for person in extent.people}
    for rule in cells.board.priority_rules:
        if rule.level is Level.HARD and rule.staff_id in people:
            kind = MemberKind.PRIORITY_RULE
            cause = Cause(kind=kind, staff_id=rule.staff_id, rule_id=rule.id)
            yield from ((cause, part) for part in priority_rules.parts(cells, rule))
    for following in cells.board.succession_rules:
        if following.level is Level.HARD:
            cause = Cause(kind=MemberKind.SUCCESSION, staff_id=one, rule_id=following.id)
            seconds = list(cells.employed_cells())
            yield from ((cause, part) for part in succession.parts(cells, following, seconds))


def hard_limits(board: Board) -> tuple[WorkLimit, ...]:
    return tuple(limit for limit in board.work_limits if limit.level is Level.HARD)


def _limit_parts(cells: Cells, extent: Extent, limit: WorkLimit) -> Iterator[Part]:
    if limit.window is LimitWindow.DAY:
        if extent.is_everybody:
            for span in spans(cells.board, limit):
                if span.day in extent.days:
                    yield from work_limits.parts(cells, span)
        return
    windows = windows_of_people(cells.board, limit)
    for person in extent.people:
        for span in windows.spans.get(person.id, ()):
            yield from work_limits.parts(cells, span)
        if person.id in windows.runs:
            yield from consecutive_days.parts(cells, windows.runs[person.id])
