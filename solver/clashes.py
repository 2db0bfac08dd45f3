"""Where a board's facts and hard rules clash, beginning with whoever a schedule could not suit."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from domain.cores import Cause
from domain.ids import StaffId
from domain.limit_breaches import breaches_of, breaches_on
from domain.periods import week_start_of
from domain.priorities import rule_breaches_of
from domain.rules import Level, LimitWindow
from domain.schedules import Board
from domain.staff import IdlePolicy, StaffMember
from solver.allowance import Allowance, OutOfTime
from solver.cores import Core, Trace, cores_in
from solver.loosened import Extent, Loosened, Scene, hard_limits

MOST_CORES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Clashes:
    """`is_complete` says that nothing clashes beside these cores."""

    cores: tuple[Core, ...]
    is_complete: bool


def clashes(scene: Scene, after: Board, allowance: Allowance) -> Clashes:
    """The clashes behind the hard rules that a schedule breaks which keeps all facts.

    Whoever breaks none in it has a row that suits all facts and rules: nothing to look for there.
    """
    found: list[Core] = []
    try:
        for core in _found(scene, after, allowance):
            found.append(core)
            if len(found) == MOST_CORES:
                return Clashes(cores=tuple(found), is_complete=False)
    except OutOfTime:
        return Clashes(cores=tuple(found), is_complete=False)
    return Clashes(cores=tuple(found), is_complete=not _is_unexplained(scene, after, found))


def _found(scene: Scene, after: Board, allowance: Allowance) -> Iterator[Core]:
    told: set[Trace] = set()
    seen: set[frozenset[Cause]] = set()
    for extent in _extents(scene.board, after):
        for core in cores_in(Loosened(scene, extent), told, allowance):
            causes = frozenset(core.causes)
            if causes not in seen:
                yield core
            seen.add(causes)
            told |= core.rules_told()


def _extents(board: Board, after: Board) -> Iterator[Extent]:
    """People one by one; then, if limits count them together, days, weeks and the whole."""
    for person in board.staff:
        if broken_by(after, person.id):
            yield Extent(people=(person,), days=board.days, is_everybody=False)
    if not has_day_limits(board):
        return
    broken = [day for day in board.open_days if broken_on(after, day)]
    yield from (_everybody(board, (day,)) for day in broken)
    first = board.restaurant.week_start
    for start in dict.fromkeys(week_start_of(day, first) for day in broken):
        days = tuple(day for day in board.days if week_start_of(day, first) == start)
        if days != board.days:
            yield _everybody(board, days)
    yield _everybody(board, board.days)


def _everybody(board: Board, days: tuple[date, ...]) -> Extent:
    return Extent(people=board.staff, days=days, is_everybody=True)


def has_day_limits(board: Board) -> bool:
    return any(limit.window is LimitWindow.DAY for limit in hard_limits(board))


def broken_by(after: Board, staff_id: StaffId) -> int:
    """Half-days by which one person's row breaks hard rules."""
    limits = (b for limit in hard_limits(after) for b in breaches_of(after, staff_id, limit))
    rules = (b for b in rule_breaches_of(after, staff_id) if b.level is Level.HARD)
    return sum(b.half_days for b in limits) + sum(b.half_days for b in rules)


def broken_on(after: Board, day: date) -> int:
    """Half-days by which hard limits are broken that count everybody on a day."""
    found = (b for limit in hard_limits(after) for b in breaches_on(after, day, limit))
    return sum(breach.half_days for breach in found)


def _is_unexplained(scene: Scene, after: Board, cores: Iterable[Core]) -> bool:
    """Whether somebody on standby breaks a rule for want of a need, which no core can tell."""
    told = {part.part.staff_id for core in cores for part in core.parts}

    def is_missed(person: StaffMember) -> bool:
        is_standby = person.idle_policy is IdlePolicy.STANDBY
        return is_standby and person.id not in told and broken_by(after, person.id) > 0

    return any(map(is_missed, scene.board.staff))
