"""The board as it stands as a first schedule, so that a later search never begins below it."""

from datetime import date

from domain.ids import GroupId, ShiftCode, StaffId
from domain.need import need_of
from domain.staff import IdlePolicy, StaffGroup
from solver.cells import Cell, standby_type
from solver.fallback import Draft
from solver.variables import CoverKey, Variables


def build(variables: Variables) -> Draft | None:
    """Cells as they are and the covers that still may be; None where an open cell is not set."""
    cells = _cells(variables)
    if cells is None:
        return None
    draft = Draft(cells, [])
    for cover in variables.board.covers:
        key = (cover.staff_id, cover.group_id, cover.date)
        if key in variables.open_covers and _has_room(variables, draft, key):
            draft.covers.append(key)
    while _mended(variables, draft):
        continue
    return draft


def _cells(variables: Variables) -> dict[Cell, ShiftCode] | None:
    found: dict[Cell, ShiftCode] = {}
    for key in variables.employed_cells():
        codes = list(variables.codes(*key))
        stood = variables.board.cells.get(key)
        if stood is not None and stood.shift_type in codes:
            found[key] = stood.shift_type
        elif len(codes) == 1:
            found[key] = codes[0]
        else:
            return None
    return found


def _has_room(variables: Variables, draft: Draft, key: CoverKey) -> bool:
    staff_id, _, day = key
    board, code = variables.board, draft.cells[staff_id, day]
    if len(list(variables.codes(staff_id, day))) == 1:
        is_covering = board.types[code].can_cover
    else:
        is_covering = board.standard_type is not None and code == board.standard_type.code
    held = sum((s, d) == (staff_id, day) for s, _, d in draft.covers)
    most = board.people[staff_id].maximum_groups_per_day
    return is_covering and held + len(variables.kept_by(staff_id, day)) < most


def _mended(variables: Variables, draft: Draft) -> bool:
    """Whether something had to change: standby without a cover, or a cover beyond the need."""
    return _stand_by(variables, draft) or _release(variables, draft)


def _stand_by(variables: Variables, draft: Draft) -> bool:
    board, standby = variables.board, standby_type(variables.board)
    covering = {(s, d) for s, _, d in draft.covers}
    idle = [
        key
        for key, code in draft.cells.items()
        if standby is not None
        and code != standby.code
        and board.people[key[0]].idle_policy is IdlePolicy.STANDBY
        and board.types[code].works
        and key not in variables.facts
        and key not in covering
    ]
    if standby is not None:
        draft.cells.update(dict.fromkeys(idle, standby.code))
    return bool(idle)


def _release(variables: Variables, draft: Draft) -> bool:
    """Let go of the worst cover of the first need that has too many."""
    needs = dict.fromkeys((group_id, day) for _, group_id, day in draft.covers)
    for group_id, day in needs:
        chosen = [key for key in draft.covers if key[1:] == (group_id, day)]
        if len(chosen) > _room(variables, draft, variables.board.group_by_id[group_id], day):
            draft.covers.remove(max(chosen, key=lambda key: variables.rank(*key) or 0))
            return True
    return False


def _room(variables: Variables, draft: Draft, group: StaffGroup, day: date) -> int:
    members = variables.board.members(group.id, day)
    absent = sum(_is_absent(variables, draft, member, group.id, day) for member in members)
    kept = sum(
        variables.board.types[draft.cells[cover.staff_id, day]].can_cover
        for cover in variables.kept
        if (cover.group_id, cover.date) == (group.id, day) and (cover.staff_id, day) in draft.cells
    )
    return need_of(group, len(members), absent, closed=False) - kept


def _is_absent(
    variables: Variables, draft: Draft, staff_id: StaffId, group_id: GroupId, day: date
) -> bool:
    lent = {g for s, g, d in draft.covers if (s, d) == (staff_id, day)}
    lent |= variables.kept_by(staff_id, day)
    away = variables.board.types[draft.cells[staff_id, day]].absent_for_coverage
    return away or bool(lent - {group_id})
