"""The twelve tests of who may cover a group on a day, in one order, with stable codes."""

from datetime import date

from domain.covers import Reason
from domain.fact_tests import AFTER_ASSIGNMENT, fact_reasons, not_employed
from domain.facts import FILL, FactKind, fact_for
from domain.hard_breaches import added_by_cell, counts_whole_days
from domain.ids import GroupId, StaffId
from domain.kept import once_per_row
from domain.lending import NOTHING, closed_by, opened_by_lending, total
from domain.questions import Question, Setting
from domain.runs import GenerationMode
from domain.schedules import Board
from domain.shifts import ShiftType
from domain.staff import IdlePolicy

TO_WORK = (FactKind.COVER, FactKind.MUST_WORK)


def reasons_against(
    board: Board, staff_id: StaffId, group_id: GroupId, day: date, setting: Setting
) -> tuple[Reason, ...]:
    """Every failing test in order; none means eligible.

    As it stands, BACKUP_ABSENT for a rest that was generated comes after all others.
    """
    if _is_about_row_alone(board, staff_id, group_id, day):
        return _reasons_by_row(board, staff_id, group_id, day, setting)
    return _reasons_against(board, staff_id, group_id, day, setting)


def _is_about_row_alone(board: Board, staff_id: StaffId, group_id: GroupId, day: date) -> bool:
    """Whether nobody else's cells matter: no home to be missed in, no limit of a whole day."""
    homes = board.groups_of.get((staff_id, day), ())
    return not counts_whole_days(board) and all(home == group_id for home in homes)


@once_per_row
def _reasons_by_row(
    board: Board, staff_id: StaffId, group_id: GroupId, day: date, setting: Setting
) -> tuple[Reason, ...]:
    return _reasons_against(board, staff_id, group_id, day, setting)


def _reasons_against(
    board: Board, staff_id: StaffId, group_id: GroupId, day: date, setting: Setting
) -> tuple[Reason, ...]:
    question = Question(board=board, staff_id=staff_id, group_id=group_id, day=day, setting=setting)
    found = [*fact_reasons(question), *_rest_of_schedule_against(question)]
    rested = _generated_rest(question) if setting is Setting.AS_IT_STANDS else None
    return tuple(found) if rested is None else (*found, rested)


def facts_against(
    board: Board,
    staff_id: StaffId,
    group_id: GroupId,
    day: date,
    mode: GenerationMode = FILL,
) -> tuple[Reason, ...]:
    """The failing tests among those that no search can change (E1 to E9), in a run."""
    question = Question(
        board=board,
        staff_id=staff_id,
        group_id=group_id,
        day=day,
        mode=mode,
        setting=Setting.IN_RUN,
    )
    return tuple(fact_reasons(question))


def fits_as_it_stands(board: Board, staff_id: StaffId, group_id: GroupId, day: date) -> bool:
    """Whether somebody passes E1 to E10 with every set cell taken for fixed."""
    question = Question(board=board, staff_id=staff_id, group_id=group_id, day=day)
    if _generated_rest(question) is not None or fact_reasons(question):
        return False
    return _limit_reached(question) is None


def fits_once_assigned(board: Board, staff_id: StaffId, group_id: GroupId, day: date) -> bool:
    """The same without the two tests of the assignment itself (E1 and E2)."""
    question = Question(board=board, staff_id=staff_id, group_id=group_id, day=day)
    if _generated_rest(question) is not None or not_employed(question) is not None:
        return False
    return all(test(question) is None for test in (*AFTER_ASSIGNMENT, _limit_reached))


def is_open(board: Board, staff_id: StaffId, day: date) -> bool:
    """Whether a cover still decides an employed cell as it stands: an empty one, or standby."""
    cell, fact = board.cells.get((staff_id, day)), fact_for(board, staff_id, day)
    if cell is None:
        return True
    is_decided = fact is not None and fact.kind not in TO_WORK
    return not is_decided and _is_standby(board, staff_id, board.types[cell.shift_type])


def _rest_of_schedule_against(question: Question) -> list[Reason]:
    if not question.is_employed:
        return []
    found = [_limit_reached(question), _used_for_group(question), _needed_at_home(question)]
    return [reason for reason in found if reason is not None]


def _limit_reached(q: Question) -> Reason | None:
    covering = q.covering
    if covering is None or q.day in q.board.closed_days:
        return None
    added = added_by_cell(q.board, q.staff_id, q.day, covering.code)
    told_here = [a for a in added if a.rule is not None and a.half_days > 0]
    if not told_here or sum(a.half_days for a in added) <= 0:
        return None
    worst = max(told_here, key=lambda a: a.half_days)
    return q.because(
        "LIMIT_REACHED",
        f"With {q.day}, {q.person.name} would be {worst.amount} outside the hard rule "
        f"“{worst.rule}”.",
    )


def _used_for_group(q: Question) -> Reason | None:
    held = q.board.covers_by_holder.get(q.key, ())
    others = list(dict.fromkeys(c.group_id for c in held if c.group_id != q.group.id))
    if len(others) < q.person.maximum_groups_per_day:
        return None
    known = q.board.group_by_id
    names = ", ".join(known[g].name if g in known else "a group no longer in use" for g in others)
    return q.because("USED_FOR_GROUP", f"{q.person.name} already covers {names} on {q.day}.")


def _needed_at_home(q: Question) -> Reason | None:
    if q.homes and not q.board.restaurant.borrowing:
        home = q.board.group_by_id[q.homes[0]].name
        return q.because(
            "NEEDED_AT_HOME", f"{q.person.name} belongs to {home}, and members are not lent."
        )
    opened = opened_by_lending(q.board, q.staff_id, q.group.id, q.day)
    weight = total(opened)
    if weight == NOTHING or weight < closed_by(q.board, q.staff_id, q.group.id, q.day):
        return None
    home = ", ".join(q.board.group_by_id[g].name for g in opened)
    return q.because(
        "NEEDED_AT_HOME",
        f"{q.person.name} is needed in {home} on {q.day}: "
        f"leaving would open a gap there that weighs at least as much.",
    )


def _generated_rest(q: Question) -> Reason | None:
    """A rest in the cell that no fact keeps there; standby is no obstacle."""
    cell = q.board.cells.get(q.key)
    if cell is None or (q.fact is not None and q.fact.kind not in TO_WORK):
        return None
    shift_type = q.board.types[cell.shift_type]
    if shift_type.works or not q.is_employed or _is_standby(q.board, q.staff_id, shift_type):
        return None
    return q.because(
        "BACKUP_ABSENT",
        f"{q.person.name} has a generated rest on {q.day}; generating again may move it.",
    )


def _is_standby(board: Board, staff_id: StaffId, shift_type: ShiftType) -> bool:
    is_idle = board.people[staff_id].idle_policy is IdlePolicy.STANDBY
    return is_idle and not shift_type.works and shift_type != board.rest_type
