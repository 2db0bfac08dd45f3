"""The board as it stands as a first schedule, so that a later search never begins below it."""

from collections import Counter
from collections.abc import Mapping
from datetime import date

from domain.ids import GroupId, ShiftCode
from domain.need import need_of
from domain.staff import IdlePolicy
from solver.cells import Cell, standby_type
from solver.choices import Choices, CoverKey
from solver.fallback import Draft


def build(choices: Choices) -> Draft | None:
    """Cells as they are and the covers that still may be; None where an open cell is not set."""
    cells = _cells(choices)
    if cells is None:
        return None
    draft = Draft(cells, [])
    held: Counter[Cell] = Counter()
    for cover in choices.board.covers:
        key = (cover.staff_id, cover.group_id, cover.date)
        place = (cover.staff_id, cover.date)
        if choices.may_cover(key) and _has_room(choices, draft, place, held[place]):
            draft.covers.append(key)
            held[place] += 1
    while _mended(choices, draft):
        continue
    return draft


def _cells(choices: Choices) -> dict[Cell, ShiftCode] | None:
    found: dict[Cell, ShiftCode] = {}
    for key in choices.employed_cells():
        codes = choices.codes(*key)
        stood = choices.board.cells.get(key)
        if len(codes) == 1:
            found[key] = codes[0]
        elif stood is None:
            return None
        else:
            found[key] = _nearest(choices, stood.shift_type, codes)
    return found


def _nearest(choices: Choices, stood: ShiftCode, codes: tuple[ShiftCode, ...]) -> ShiftCode:
    """The type that stands, or one in its place that works or rests as it does."""
    if stood in codes:
        return stood
    types = choices.board.types
    alike = (code for code in codes if types[code].works is types[stood].works)
    return next(alike, codes[-1])


def _has_room(choices: Choices, draft: Draft, place: Cell, held: int) -> bool:
    most = choices.board.people[place[0]].maximum_groups_per_day
    is_covering = draft.cells[place] == choices.covering_code(*place)
    return is_covering and held + len(choices.kept_by(*place)) < most


def _mended(choices: Choices, draft: Draft) -> bool:
    """Whether something had to change: standby without a cover, or a cover beyond the need."""
    return _stand_by(choices, draft) or _release(choices, draft)


def _stand_by(choices: Choices, draft: Draft) -> bool:
    board, standby = choices.board, standby_type(choices.board)
    covering = {(s, d) for s, _, d in draft.covers}
    idle = [
        key
        for key, code in draft.cells.items()
        if standby is not None
        and code != standby.code
        and board.people[key[0]].idle_policy is IdlePolicy.STANDBY
        and board.types[code].works
        and key not in choices.facts
        and key not in covering
    ]
    if standby is not None:
        draft.cells.update(dict.fromkeys(idle, standby.code))
    return bool(idle)


def _release(choices: Choices, draft: Draft) -> bool:
    """Let go of the worst cover of the first need that has too many."""
    needs: dict[tuple[GroupId, date], list[CoverKey]] = {}
    lent: dict[Cell, set[GroupId]] = {}
    for staff_id, group_id, day in draft.covers:
        needs.setdefault((group_id, day), []).append((staff_id, group_id, day))
        lent.setdefault((staff_id, day), set()).add(group_id)
    for cover in choices.kept:
        lent.setdefault((cover.staff_id, cover.date), set()).add(cover.group_id)
    for (group_id, day), chosen in needs.items():
        if len(chosen) > _room(choices, draft, lent, group_id, day):
            draft.covers.remove(max(chosen, key=lambda key: choices.rank(*key) or 0))
            return True
    return False


def _room(
    choices: Choices,
    draft: Draft,
    lent: Mapping[Cell, set[GroupId]],
    group_id: GroupId,
    day: date,
) -> int:
    board, cells = choices.board, draft.cells
    members = board.members(group_id, day)
    absent = sum(
        board.types[cells[member, day]].absent_for_coverage
        or bool(lent.get((member, day), set()) - {group_id})
        for member in members
    )
    kept = sum(
        board.types[cells[cover.staff_id, day]].can_cover
        for cover in choices.kept
        if (cover.group_id, cover.date) == (group_id, day) and (cover.staff_id, day) in cells
    )
    return need_of(board.group_by_id[group_id], len(members), absent, closed=False) - kept
