"""Cells set by hand, and what becomes of the covers that they touch."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from domain.coverage import gaps_on
from domain.covers import Cover, CoverageGap, CoverSource
from domain.ids import GroupId, ShiftCode, StaffId
from domain.kept import once_per_day
from domain.later_boards import CellKey, LaterRows, cover_key, later
from domain.need import absent_members, need, needs_on
from domain.refusals import ConflictRefusal, ValidationRefusal, not_found
from domain.schedules import Board, ScheduleStatus, changed_cells, once_per_board
from domain.shifts import ShiftAssignment, ShiftSource


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftDraft:
    """What somebody asks of one cell; no `shift_type` clears it."""

    staff_id: StaffId
    date: date
    shift_type: ShiftCode | None
    pinned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardEdit:
    """A board before an edit, and with all rows changed."""

    before: Board
    after: Board

    @property
    def cells(self) -> tuple[ShiftAssignment, ...]:
        """The cells set, and those that turn from COVER to GENERATED."""
        return tuple(self.after.cells[key] for key in changed_cells(self.before, self.after))

    @property
    def cleared(self) -> tuple[ShiftAssignment, ...]:
        return tuple(c for key, c in self.before.cells.items() if key not in self.after.cells)

    @property
    def released(self) -> tuple[Cover, ...]:
        kept = {cover_key(cover) for cover in self.after.covers}
        return tuple(cover for cover in self.before.covers if cover_key(cover) not in kept)

    @property
    def updated(self) -> tuple[Cover, ...]:
        """The covers that stay and whose absent members differ."""
        old = {cover_key(cover): cover for cover in self.before.covers}
        return tuple(c for c in self.after.covers if old.get(cover_key(c)) not in (None, c))


@dataclass(frozen=True, slots=True, kw_only=True)
class GapChange:
    """A gap before and after; None where there is none."""

    group_id: GroupId
    date: date
    before: CoverageGap | None
    after: CoverageGap | None


def apply_shifts(board: Board, drafts: Sequence[ShiftDraft]) -> BoardEdit:
    """All drafts or a refusal; breaking a rule is accepted, breaking a pinned cover is not.

    Cells that new dates of employment left outside may be cleared and no more.
    """
    for index, draft in enumerate(drafts):
        _admit(board, draft, str(index))
    _admit_once_each(drafts)
    return edit_between(board, _with_cells(board, drafts))


def _admit(board: Board, draft: ShiftDraft, index: str) -> None:
    if draft.staff_id not in board.people:
        raise not_found("staff member", ("shifts", index, "staffId"))
    name, start, end = board.people[draft.staff_id].name, board.schedule.start, board.schedule.end
    if not start <= draft.date <= end:
        raise ValidationRefusal(
            code="DATE_OUTSIDE_SCHEDULE",
            message=f"date {draft.date} is outside the schedule from {start} to {end}.",
            path=("shifts", index, "date"),
        )
    is_clearing = draft.shift_type is None
    if not is_clearing and not board.people[draft.staff_id].is_employed_on(draft.date):
        raise ValidationRefusal(
            code="NOT_EMPLOYED",
            message=f"{name} is not employed on {draft.date}; choose another date.",
            path=("shifts", index, "date"),
        )
    _admit_type(board, draft, index)
    _admit_covers(board, draft, index)


def _admit_type(board: Board, draft: ShiftDraft, index: str) -> None:
    if draft.shift_type is None and draft.pinned:
        raise ValidationRefusal(
            code="PIN_WITHOUT_SHIFT",
            message="A cell without a shiftType cannot be pinned; give a type or leave pinned out.",
            path=("shifts", index, "pinned"),
        )
    if draft.shift_type is not None and draft.shift_type not in board.types:
        raise ValidationRefusal(
            code="UNKNOWN_SHIFT_TYPE",
            message=f"shiftType {draft.shift_type} is none of {', '.join(board.types)}.",
            path=("shifts", index, "shiftType"),
        )


def _admit_covers(board: Board, draft: ShiftDraft, index: str) -> None:
    held = board.covers_by_holder.get((draft.staff_id, draft.date), ())
    pinned = next((cover for cover in held if cover.pinned), None)
    if pinned is None or _can_cover(board, draft.shift_type):
        return
    cell = board.cells.get((draft.staff_id, draft.date))
    raise ConflictRefusal(
        code="COVER_PINNED",
        message=f"{board.people[draft.staff_id].name} holds a pinned cover for "
        f"{_group_name(board, pinned.group_id)} on {draft.date}; release that cover first.",
        path=("shifts", index, "shiftType"),
        current=(pinned,) if cell is None else (pinned, cell),
    )


def _group_name(board: Board, group_id: GroupId) -> str:
    group = board.group_by_id.get(group_id)
    return "a group that is no longer in use" if group is None else group.name


def _can_cover(board: Board, code: ShiftCode | None) -> bool:
    return code is not None and board.types[code].can_cover


def _admit_once_each(drafts: Sequence[ShiftDraft]) -> None:
    if len({(draft.staff_id, draft.date) for draft in drafts}) == len(drafts):
        return
    raise ValidationRefusal(
        code="DUPLICATE", message="shifts names one cell twice; name each once.", path=("shifts",)
    )


def _with_cells(board: Board, drafts: Sequence[ShiftDraft]) -> Board:
    cells: dict[CellKey, ShiftAssignment | None] = {}
    broken: set[CellKey] = set()
    for draft in drafts:
        key = (draft.staff_id, draft.date)
        code = draft.shift_type
        cells[key] = None if code is None else _set(board, draft, code)
        if not _can_cover(board, code):
            broken.add(key)
    held = (cover for key in broken for cover in board.covers_by_holder.get(key, ()))
    rows = LaterRows(
        schedule=board.schedule, cells=cells, covers={cover_key(c): None for c in held}
    )
    return later(board, board.restaurant, rows)


def _set(board: Board, draft: ShiftDraft, code: ShiftCode) -> ShiftAssignment:
    cell = board.cells.get((draft.staff_id, draft.date)) or ShiftAssignment(
        staff_id=draft.staff_id,
        date=draft.date,
        shift_type=code,
        source=ShiftSource.MANUAL,
        schedule_id=board.schedule.id,
    )
    return replace(cell, shift_type=code, source=ShiftSource.MANUAL, pinned=draft.pinned)


def edit_between(before: Board, changed: Board) -> BoardEdit:
    """The rows that differ, once covers whose need has vanished are released.

    A released cover of a borrowed member may end a need at home, hence the repetition.
    """
    after = changed
    while (surplus := _surplus(before, after)) is not None:
        after = without_cover(after, surplus)
    return BoardEdit(before=before, after=with_absent_members(after))


def _surplus(before: Board, after: Board) -> Cover | None:
    """An unpinned cover that a run chose and that a lower need makes superfluous."""
    days = {day for day in after.covers_by_day if needs_on(before, day) is not needs_on(after, day)}
    for (group_id, day), held in after.covers_by_need.items():
        if day not in days:
            continue
        needed = need(after, group_id, day)
        if len(held) <= needed or needed >= need(before, group_id, day):
            continue
        loose = [c for c in held if c.source is CoverSource.SOLVER and not c.pinned]
        if loose:
            return max(loose, key=lambda c: _badness(after, c))
    return None


def _badness(board: Board, cover: Cover) -> tuple[bool, int, int]:
    return cover.rank is None, cover.rank or 0, board.staff_order[cover.staff_id]


def without_cover(board: Board, cover: Cover) -> Board:
    """The board with a cover released; a cell that only covered stays as a generated one."""
    covers = tuple(c for c in board.covers if c is not cover)
    key = (cover.staff_id, cover.date)
    cell = board.cells.get(key)
    still_covers = any((c.staff_id, c.date) == key for c in covers)
    if cell is None or cell.source is not ShiftSource.COVER or still_covers:
        return board.edited(covers=covers)
    cells = {**board.cells, key: replace(cell, source=ShiftSource.GENERATED)}
    return board.edited(covers=covers, shifts=tuple(cells.values()))


def with_absent_members(board: Board) -> Board:
    """The board with the absent members of a draft's covers as they are now.

    Settings change them as well as cells; covers of groups not in use keep theirs.
    """
    differing = _with_other_absences(board)
    return board if differing is None else differing


@once_per_board
def _with_other_absences(board: Board) -> Board | None:
    """The same; None when the covers say so already."""
    if board.schedule.status is not ScheduleStatus.DRAFT:
        return None
    others = [_other_absences(board, day) for day in board.covers_by_day]
    changed = {cover_key(cover): cover for covers in others for cover in covers}
    if not changed:
        return None
    return board.edited(covers=tuple(changed.get(cover_key(c), c) for c in board.covers))


@once_per_day
def _other_absences(board: Board, day: date) -> tuple[Cover, ...]:
    """Those of a day's covers that did not say who is absent now, saying so."""
    settled = ((cover, _with_absent(board, cover)) for cover in board.covers_by_day[day])
    return tuple(now for was, now in settled if was is not now)


def _with_absent(board: Board, cover: Cover) -> Cover:
    if cover.group_id not in board.group_by_id:
        return cover
    absent = absent_members(board, cover.group_id, cover.date)
    return cover if absent == cover.absent_member_ids else replace(cover, absent_member_ids=absent)


def gap_changes(before: Board, after: Board) -> tuple[GapChange, ...]:
    """Gaps that appear, vanish or differ in numbers or reasons, by date and group."""
    return tuple(
        change
        for day in before.days
        if (was := gaps_on(before, day)) is not (now := gaps_on(after, day))
        for change in _gap_changes(day, was, now)
    )


def _gap_changes(
    day: date, before: tuple[CoverageGap, ...], after: tuple[CoverageGap, ...]
) -> Iterator[GapChange]:
    old, new = {g.group_id: g for g in before}, {g.group_id: g for g in after}
    for group_id in sorted(old.keys() | new.keys()):
        was, now = old.get(group_id), new.get(group_id)
        if was != now:
            yield GapChange(group_id=group_id, date=day, before=was, after=now)
