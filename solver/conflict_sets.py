"""Why hard rules must be broken: what clashes, and what would settle it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from domain import repairs
from domain.core_words import Place, member
from domain.cores import Cause, ConflictMember, ConflictSet, Repair
from domain.facts import facts_of
from domain.runs import GenerationMode, Outcome
from domain.schedules import Board
from domain.staff import IdlePolicy
from solver.allowance import Allowance, OutOfTime
from solver.cells import Cell
from solver.clashes import clashes
from solver.cores import Core
from solver.loosened import Guarded, Scene
from solver.mending import Mender
from solver.problem import Problem
from solver.solution import Solution, board_after
from solver.variables import Variables


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """`is_complete`: nothing clashes beside these sets, and every change of theirs was tried."""

    conflict_sets: tuple[ConflictSet, ...] = ()
    repairs: tuple[Repair, ...] = ()
    is_complete: bool = True


def with_conflict_sets(problem: Problem, solution: Solution) -> Solution:
    """A RELAXED solution with what clashes and what would settle it, within a second or two more.

    Any other is answered as it is: where hard rules can be kept, nothing clashes.
    """
    if solution.outcome is not Outcome.RELAXED:
        return solution
    request = problem.request
    found = explained(
        problem.board,
        request.mode,
        board_after(problem, solution),
        _called(problem),
        Allowance(is_repeatable=request.reproducible),
    )
    return replace(
        solution,
        conflict_sets=found.conflict_sets,
        repairs=found.repairs,
        is_explained=found.is_complete,
    )


def _called(problem: Problem) -> frozenset[Cell]:
    """The cells of people on standby that a cover could ask for."""
    people = problem.board.people
    if not any(person.idle_policy is IdlePolicy.STANDBY for person in people.values()):
        return frozenset()
    open_covers = Variables(problem).open_covers
    return frozenset(
        (staff_id, day)
        for staff_id, _, day in open_covers
        if people[staff_id].idle_policy is IdlePolicy.STANDBY
    )


def explained(
    board: Board,
    mode: GenerationMode,
    after: Board,
    called: frozenset[Cell],
    allowance: Allowance,
) -> Explained:
    """The clashes behind a schedule that breaks hard rules though it need not break any more.

    `called` are the cells of people on standby that a cover could ask for.
    """
    scene = Scene(board=board, facts=facts_of(board, mode), called=called)
    found = clashes(scene, after, allowance)
    sets = tuple(_conflict_set(board, core) for core in found.cores)
    made: list[Repair] = []
    is_complete = found.is_complete
    try:
        mender = Mender(scene, mode, after, allowance)
        for place, core in enumerate(found.cores):
            made += _repairs(mender, core, sets[place], place, board)
    except OutOfTime:
        is_complete = False
    return Explained(conflict_sets=sets, repairs=_nearest_first(made), is_complete=is_complete)


def _conflict_set(board: Board, core: Core) -> ConflictSet:
    members = tuple(_member(board, core, cause) for cause in core.causes)
    return ConflictSet(message=" ".join(m.message for m in members), members=members)


def _member(board: Board, core: Core, cause: Cause) -> ConflictMember:
    parts = [part for part in core.parts if part.cause == cause]
    return member(board, cause, _place(parts))


def _place(parts: list[Guarded]) -> Place:
    dates: set[date] = {day for part in parts for day in part.part.dates}
    bounds = {part.part.bound for part in parts}
    return Place(
        dates=tuple(sorted(dates)),
        bound=bounds.pop() if len(bounds) == 1 else None,
        known=max(part.part.known for part in parts),
    )


def _repairs(
    mender: Mender, core: Core, of: ConflictSet, place: int, board: Board
) -> Iterator[Repair]:
    for one in of.members:
        for tried in mender.tried(core, one):
            yield Repair(
                change=tried.change,
                message=repairs.sentence(board, tried.change),
                conflict_set=place,
                hard_rules_before=mender.total,
                hard_rules_after=tried.after,
            )


def _nearest_first(made: list[Repair]) -> tuple[Repair, ...]:
    """Set by set; of one set those that leave least, then the smallest changes."""
    return tuple(sorted(made, key=lambda r: (r.conflict_set, r.hard_rules_after)))
