"""A result written into its schedule: one mutation with all cells and covers, or nothing."""

from collections import Counter
from dataclasses import replace
from datetime import date

from domain import edits
from domain.access import Caller, Right
from domain.covers import Cover, CoverSource
from domain.facts import is_frozen, is_kept
from domain.ids import GroupId, RunId, StaffId
from domain.later_boards import CellKey
from domain.lineages import carried_over
from domain.need import need
from domain.refusals import ConflictRefusal, not_found
from domain.runs import GenerationRun, RunState
from domain.schedules import Board
from domain.shifts import ShiftAssignment, ShiftSource
from resolvers.boards import enter_schedule, get_board, save
from resolvers.runs import RunResult, run_in_progress
from resolvers.transaction import Intent, Transactions, WriteTransaction
from solver.problem import Problem
from solver.solution import Solution, board_after
from store import change_log, runs, schedules

OPERATION = "applyGeneration"
BY_PERSON = (ShiftSource.MANUAL, ShiftSource.IMPORTED)


class NotWanted(Exception):  # noqa: N818 - somebody cancelled without wanting the best
    """The run was cancelled before its result could be applied."""


class TakenOver(Exception):  # noqa: N818 - another worker was right to take over
    """The run is another attempt's by now."""


async def at_the_end(
    transactions: Transactions, run: GenerationRun, problem: Problem, solution: Solution
) -> None:
    """Apply the result in the transaction that ends the run, as the one who asked for it."""
    caller = await _requester(transactions, run)

    async def work(tx: WriteTransaction) -> RunResult:
        schedule = await enter_schedule(tx, run.schedule_id)
        row = await runs.lock(tx.connection, run.id)
        if row is None or row.state is not RunState.RUNNING or row.attempt != run.attempt:
            raise TakenOver
        if row.cancel_requested and not row.keep_best:
            raise NotWanted
        before = await get_board(tx, schedule)
        await save(tx, before, await _merged(tx, row, problem, solution, before))
        state = RunState.CANCELLED if row.cancel_requested else RunState.FINISHED
        return await _settle(tx, row, replace(row, state=state, finished_at=tx.now))

    intent = Intent(operation=OPERATION, input_hash="")
    await transactions.write(caller, intent, RunResult, work)


async def by_hand(
    transactions: Transactions, caller: Caller, intent: Intent, run_id: RunId
) -> RunResult:
    """Apply a result that was only kept with its run."""

    async def work(tx: WriteTransaction) -> RunResult:
        found = (await runs.by_ids(tx.connection, [run_id])).get(run_id)
        if found is None:
            raise not_found("generation run", ("runId",))
        await tx.enter(found.restaurant_id, Right.EDIT, what="generation run", path=("runId",))
        schedule = await enter_schedule(tx, found.schedule_id)
        tx.expect(schedule)
        row = await runs.lock(tx.connection, run_id)
        solution = await _kept(tx, row)
        active = await runs.active_of_schedule(tx.connection, schedule.id)
        if active is not None:
            raise run_in_progress(active)
        problem = Problem.from_json(await runs.problem_of(tx.connection, run_id) or "")
        before = await get_board(tx, schedule)
        await save(tx, before, await _merged(tx, found, problem, solution, before))
        return await _settle(tx, found, found)

    return await transactions.write(caller, intent, RunResult, work)


async def _kept(tx: WriteTransaction, run: GenerationRun | None) -> Solution:
    text = None if run is None else await runs.solution_of(tx.connection, run.id)
    if run is None or text is None or not run.state.is_over:
        raise ConflictRefusal(
            code="RUN_WITHOUT_RESULT",
            message="This run has no result to apply; wait for its end or generate again.",
            path=("runId",),
            current=() if run is None else (run,),
        )
    if run.is_applied:
        raise ConflictRefusal(
            code="RUN_APPLIED",
            message="The result of this run has been applied already.",
            path=("runId",),
            current=(run,),
        )
    return Solution.from_json(text)


async def _settle(tx: WriteTransaction, before: GenerationRun, after: GenerationRun) -> RunResult:
    applied = replace(after, is_applied=True, revision=tx.revision)
    await runs.update(tx.connection, applied)
    tx.record(before, applied)
    tx.ring_run(applied.id)
    return RunResult(run=applied, revision=tx.revision)


async def _requester(transactions: Transactions, run: GenerationRun) -> Caller:
    """Who asked for the run; their right to edit was judged when they asked."""
    async with transactions.read() as connection:
        asked = await change_log.after(connection, run.restaurant_id, run.revision - 1, 1)
    return Caller(subject=asked[0].actor_id, name=asked[0].actor_name, owns_everything=True)


async def _merged(
    tx: WriteTransaction, run: GenerationRun, problem: Problem, solution: Solution, now: Board
) -> Board:
    """Another version may be in use by now; its groups take over what the run decided."""
    result = carried_over(board_after(problem, solution), now)
    keys = sorted(result.cells.keys() | now.cells.keys())
    edited = await schedules.cells_changed_after(
        tx.connection, now.schedule.id, keys, run.configuration_revision
    )
    return merged(carried_over(problem.board, now), result, now, frozenset(edited))


def merged(read: Board, result: Board, now: Board, edited: frozenset[CellKey]) -> Board:
    """The result laid over what stands now; what people did since it was `read` wins.

    So does the past of a schedule that was published, or that the days went by in, since then.
    """
    kept = tuple(cover for cover in now.covers if is_kept(now, cover))
    cells = dict(now.cells)
    for key, cell in result.cells.items():
        if _is_past(now, key) or (key in edited and _is_by_person(now, key, kept)):
            continue
        if key[0] in now.people and now.people[key[0]].is_employed_on(key[1]):
            cells[key] = cell
    laid = replace(now, shifts=tuple(cells.values()))
    covers = (*kept, *_covers_that_hold(read, result, laid, kept))
    return edits.edit_between(now, _without_surplus(replace(laid, covers=covers))).after


def _without_surplus(board: Board) -> Board:
    """The board without the run's covers that a person's cover has made superfluous."""
    for (group_id, day), held in board.covers_by_need.items():
        loose = [c for c in held if c.source is CoverSource.SOLVER and not is_kept(board, c)]
        loose.sort(key=lambda cover: cover.rank or 0, reverse=True)
        for cover in loose[: max(0, len(held) - need(board, group_id, day))]:
            board = edits.without_cover(board, cover)
    return _without_idle_cover_cells(board)


def _without_idle_cover_cells(board: Board) -> Board:
    """A cell is marked COVER only while its person covers somebody."""
    cells = tuple(
        replace(cell, source=ShiftSource.GENERATED)
        if cell.source is ShiftSource.COVER and key not in board.covers_by_holder
        else cell
        for key, cell in board.cells.items()
    )
    return replace(board, shifts=cells)


def _is_past(now: Board, key: CellKey) -> bool:
    """Whether a cell stands in the frozen past of a published schedule."""
    return key in now.cells and is_frozen(now, key[1])


def _is_by_person(now: Board, key: CellKey, kept: tuple[Cover, ...]) -> bool:
    """Whether a cell that has changed stands as a person left it; a cleared one does."""
    cell = now.cells.get(key)
    if cell is None or cell.pinned or cell.source in BY_PERSON:
        return True
    return any((cover.staff_id, cover.date) == key for cover in kept)


def _covers_that_hold(
    read: Board, result: Board, now: Board, kept: tuple[Cover, ...]
) -> list[Cover]:
    """The result's covers without those that people released, replaced or broke meanwhile.

    Nobody is called into the past: what stands there is kept already.
    """
    standing = {_key(cover) for cover in kept}
    released = {_key(c) for c in read.covers} - {_key(c) for c in now.covers}
    load = Counter((cover.staff_id, cover.date) for cover in kept)
    found: list[Cover] = []
    for cover in result.covers:
        holder = (cover.staff_id, cover.date)
        is_gone = _key(cover) in standing or (is_kept(read, cover) and _key(cover) in released)
        if is_gone or is_frozen(now, cover.date) or not _can_hold(now, cover, load[holder]):
            continue
        load[holder] += 1
        found.append(cover)
    return found


def _can_hold(now: Board, cover: Cover, load: int) -> bool:
    person = now.people.get(cover.staff_id)
    cell = now.cells.get((cover.staff_id, cover.date))
    if person is None or cell is None or cover.group_id not in now.group_by_id:
        return False
    is_free = load < person.maximum_groups_per_day
    return is_free and person.is_employed_on(cover.date) and _covers(now, cell)


def _covers(now: Board, cell: ShiftAssignment) -> bool:
    return cell.shift_type in now.types and now.types[cell.shift_type].can_cover


def _key(cover: Cover) -> tuple[date, GroupId, StaffId]:
    return cover.date, cover.group_id, cover.staff_id
