"""Why the need of a group on a day is met by whom it is."""

from dataclasses import dataclass
from datetime import date

from domain.candidates import Candidate, candidates, ranks_of_people
from domain.coverage import available, chosen_reason
from domain.covers import Reason
from domain.eligibility import reasons_against
from domain.ids import BackupAssignmentId, GroupId, StaffId
from domain.need import absent_members, counting_covers, is_provisional, missing, need
from domain.questions import Setting
from domain.schedules import Board
from domain.tiers import is_borrowed, steps_down


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedCandidate:
    """`priority_order` is that of the assignment, None without one."""

    staff_id: StaffId
    backup_assignment_id: BackupAssignmentId | None
    priority_order: int | None
    chosen: bool
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverExplanation:
    """Candidates in rank order; of those not chosen the first reason is the one that counts."""

    needed: int
    covered: int
    is_provisional: bool
    absent_member_ids: tuple[StaffId, ...]
    candidates: tuple[ExplainedCandidate, ...]


def explain(board: Board, group_id: GroupId, day: date) -> CoverExplanation:
    """Every candidate with all failing tests, or with why they came or were passed over."""
    needed = need(board, group_id, day)
    return CoverExplanation(
        needed=needed,
        covered=needed - missing(board, group_id, day),
        is_provisional=is_provisional(board, group_id, day),
        absent_member_ids=absent_members(board, group_id, day),
        candidates=tuple(
            _explained(board, candidate, group_id, day)
            for candidate in candidates(board, group_id, day)
        ),
    )


def _explained(
    board: Board, candidate: Candidate, group_id: GroupId, day: date
) -> ExplainedCandidate:
    chosen = chosen_reason(board, candidate, group_id, day)
    reasons = (chosen,) if chosen else _against(board, candidate, group_id, day)
    assignment = candidate.assignment
    return ExplainedCandidate(
        staff_id=candidate.staff_id,
        backup_assignment_id=None if assignment is None else assignment.id,
        priority_order=None if assignment is None else assignment.priority_order,
        chosen=chosen is not None,
        reasons=reasons,
    )


def _against(
    board: Board, candidate: Candidate, group_id: GroupId, day: date
) -> tuple[Reason, ...]:
    staff_id = candidate.staff_id
    failing = reasons_against(board, staff_id, group_id, day, Setting.AS_IT_STANDS)
    if failing:
        return failing
    if need(board, group_id, day) == 0:
        group = board.group_by_id[group_id].name
        said = f"{group} needs nobody on {day}."
        return (Reason(code="NO_NEED", message=said, staff_id=staff_id),)
    if missing(board, group_id, day) > 0:
        return (available(board, staff_id, day),)
    return (_outranked(board, candidate, group_id, day),)


def _outranked(board: Board, candidate: Candidate, group_id: GroupId, day: date) -> Reason:
    name = board.people[candidate.staff_id].name
    own = steps_down(board, candidate.staff_id, group_id, day)
    holders = [cover.staff_id for cover in counting_covers(board, group_id, day)]
    ranked = ranks_of_people(board, group_id, day)
    steps = {s: steps_down(board, s, group_id, day) for s in holders if s in ranked}
    better = [s for s, taken in steps.items() if taken < own]
    equal = [s for s, taken in steps.items() if taken == own]
    named = ", ".join(board.people[s].name for s in better or holders)
    why = _words(board, is_better=bool(better), is_equal=bool(equal))
    compared = (candidate.staff_id, *(better or equal))
    if (better or equal) and any(is_borrowed(board, s, group_id, day) for s in compared):
        why += "; being lent counts as one rank lower"
    return Reason(
        code="OUTRANKED",
        message=f"{name} was not needed on {day}: {named} came, {why}.",
        staff_id=candidate.staff_id,
    )


def _words(board: Board, *, is_better: bool, is_equal: bool) -> str:
    """Why others came; where soft rules are put before ranks, the words say so."""
    soft_first = board.restaurant.soft_rules_before_priority
    if is_better:
        return "of a better rank after the soft rules" if soft_first else "of a better rank"
    if is_equal and soft_first:
        return "of equal rank after the soft rules; load, rest and order decided"
    if is_equal:
        return "of equal rank; soft rules, load, rest, changes and order decided, in that order"
    if soft_first:
        return "set by an earlier decision or by soft rules, which come before ranks here"
    return "set by an earlier decision"
