"""Covers that people decide: recorded with a reason where one is due, released again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from domain import edits
from domain.access import Caller
from domain.backups import ranks_on
from domain.candidates import assignment_on
from domain.covers import Cover, CoverageGap, CoverSource
from domain.eligibility import reasons_against
from domain.ids import CoverId, GroupId, ScheduleId, ShiftAssignmentId, ShiftCode, StaffId
from domain.need import absent_members
from domain.questions import Setting
from domain.refusals import ConflictRefusal, ValidationRefusal, not_found
from domain.schedules import Board, Schedule
from domain.shifts import ShiftAssignment, ShiftSource
from resolvers.boards import counted, enter_board, gaps_on, save
from resolvers.schedules import expect_cells
from resolvers.texts import note_of
from resolvers.transaction import Intent, Transactions, WriteTransaction
from store import schedules

REFUSED = {"MEMBER_OF_GROUP", "NOT_EMPLOYED"}
ONLY_WARNED = {"ASSIGNMENT_NOT_ACTIVE"}


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverDraft:
    """What somebody wants recorded; by hand, a cover is pinned unless they say otherwise."""

    staff_id: StaffId
    group_id: GroupId
    date: date
    pinned: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CoversResult:
    """`covers` are those that were set; `gaps` all gaps of the touched dates."""

    schedule: Schedule
    covers: tuple[Cover, ...]
    gaps: tuple[CoverageGap, ...]
    revision: int


async def set_covers(  # noqa: PLR0913 - what every write takes, and what is written
    transactions: Transactions,
    caller: Caller,
    intent: Intent,
    schedule_id: ScheduleId,
    drafts: Sequence[CoverDraft],
    *,
    override: str | None = None,
) -> CoversResult:
    """Record covers, all or none; whoever is not eligible needs a reason, kept in the log."""
    reason = note_of(override, ("override",))

    async def work(tx: WriteTransaction) -> CoversResult:
        before = await enter_board(tx, schedule_id)
        _require_known(before, drafts)
        keys = [(draft.staff_id, draft.date) for draft in drafts]
        await expect_cells(tx, before, keys)
        _expect_covers(tx, before, drafts)
        after, objections = await counted(before, len(drafts), laid, before, drafts)
        if objections and reason is None:
            raise ValidationRefusal(
                code="OVERRIDE_NEEDED",
                message="This needs a reason in `override`: " + " ".join(objections),
                path=("override",),
            )
        tx.note(reason)
        edit = await counted(before, len(drafts), edits.edit_between, before, after)
        saved = await save(tx, before, edit.after)
        return await _result(tx, saved, drafts)

    return await transactions.write(caller, intent, CoversResult, work)


async def release(
    transactions: Transactions, caller: Caller, intent: Intent, cover_id: CoverId
) -> CoversResult:
    """Take a cover back, a pinned one too; the holder's cell stays as it is."""

    async def work(tx: WriteTransaction) -> CoversResult:
        path = ("coverId",)
        found = (await schedules.covers_by_ids(tx.connection, [cover_id])).get(cover_id)
        if found is None:
            raise not_found("cover", path)
        before = await enter_board(tx, found.schedule_id, path)
        cover = next((c for c in before.covers if c.id == cover_id), None)
        if cover is None:
            raise not_found("cover", path)
        tx.expect(cover)
        after = edits.edit_between(before, edits.without_cover(before, cover)).after
        saved = await save(tx, before, after)
        gaps = await gaps_on(saved, {cover.date})
        return CoversResult(schedule=saved.schedule, covers=(), gaps=gaps, revision=tx.revision)

    return await transactions.write(caller, intent, CoversResult, work)


async def _result(tx: WriteTransaction, saved: Board, drafts: Sequence[CoverDraft]) -> CoversResult:
    keys = {_key(draft) for draft in drafts}
    return CoversResult(
        schedule=saved.schedule,
        covers=tuple(cover for cover in saved.covers if _key(cover) in keys),
        gaps=await gaps_on(saved, {draft.date for draft in drafts}),
        revision=tx.revision,
    )


def _require_known(board: Board, drafts: Sequence[CoverDraft]) -> None:
    for place, draft in enumerate(drafts):
        path = ("covers", str(place))
        if draft.staff_id not in board.people:
            raise not_found("staff member", (*path, "staffId"))
        if draft.group_id not in board.group_by_id:
            raise not_found("group", (*path, "groupId"))
        if not board.schedule.start <= draft.date <= board.schedule.end:
            raise ValidationRefusal(
                code="DATE_OUTSIDE_SCHEDULE",
                message=f"{draft.date} lies outside the schedule.",
                path=(*path, "date"),
            )
        if _key(draft) in {_key(other) for other in drafts[:place]}:
            raise ValidationRefusal(
                code="DUPLICATE", message="The same cover is named twice.", path=path
            )


def _expect_covers(tx: WriteTransaction, board: Board, drafts: Sequence[CoverDraft]) -> None:
    keys = {_key(draft) for draft in drafts}
    tx.expect(*(cover for cover in board.covers if _key(cover) in keys))


def laid(board: Board, drafts: Sequence[CoverDraft]) -> tuple[Board, list[str]]:
    """The board with the covers laid one after another, and what speaks against them."""
    objections: list[str] = []
    for place, draft in enumerate(drafts):
        path = ("covers", str(place))
        against = reasons_against(
            board, draft.staff_id, draft.group_id, draft.date, Setting.AS_IT_STANDS
        )
        refused = next((reason for reason in against if reason.code in REFUSED), None)
        if refused is not None:
            raise ValidationRefusal(code=refused.code, message=refused.message, path=path)
        objections += [r.message for r in against if r.code not in ONLY_WARNED]
        board = _with(board, draft, path)
    return board, objections


def _with(board: Board, draft: CoverDraft, path: tuple[str, ...]) -> Board:
    cell = _covering_cell(board, draft, path)
    assignment = assignment_on(board, draft.staff_id, draft.group_id, draft.date)
    standing = next((c for c in board.covers if _key(c) == _key(draft)), None)
    cover = Cover(
        date=draft.date,
        group_id=draft.group_id,
        staff_id=draft.staff_id,
        source=CoverSource.MANUAL,
        backup_assignment_id=None if assignment is None else assignment.id,
        priority_order=None if assignment is None else assignment.priority_order,
        rank=None
        if assignment is None
        else ranks_on(board.backup_assignments, draft.group_id, draft.date)[assignment.id],
        absent_member_ids=absent_members(board, draft.group_id, draft.date),
        pinned=draft.pinned,
        id=CoverId(0) if standing is None else standing.id,
        schedule_id=board.schedule.id,
        revision=0 if standing is None else standing.revision,
    )
    others = tuple(c for c in board.covers if _key(c) != _key(draft))
    cells = {**board.cells, (draft.staff_id, draft.date): cell}
    return replace(board, shifts=tuple(cells.values()), covers=(*others, cover))


def _covering_cell(board: Board, draft: CoverDraft, path: tuple[str, ...]) -> ShiftAssignment:
    """The holder's cell as the cover needs it: as it is if its type covers, else the standard."""
    cell = board.cells.get((draft.staff_id, draft.date))
    if cell is not None and board.types[cell.shift_type].can_cover:
        return cell
    if cell is not None and cell.pinned:
        raise ConflictRefusal(
            code="CELL_PINNED",
            message=(
                f"{board.people[draft.staff_id].name} cannot cover for"
                f" {board.group_by_id[draft.group_id].name} on {draft.date}: the cell is pinned to"
                f" {board.types[cell.shift_type].name}, which covers nobody; unpin it first."
            ),
            path=path,
            current=(cell, board.people[draft.staff_id]),
        )
    if board.standard_type is None:
        raise ValidationRefusal(
            code="NO_COVERING_TYPE",
            message="No shift type both works and covers; make one first.",
            path=path,
        )
    return ShiftAssignment(
        staff_id=draft.staff_id,
        date=draft.date,
        shift_type=ShiftCode(board.standard_type.code),
        source=ShiftSource.COVER,
        id=ShiftAssignmentId(0) if cell is None else cell.id,
        schedule_id=board.schedule.id,
    )


def _key(cover: Cover | CoverDraft) -> tuple[date, GroupId, StaffId]:
    return cover.date, cover.group_id, cover.staff_id
