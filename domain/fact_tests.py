"""The tests of eligibility that no search can change: E1 to E9, in their order."""

from collections.abc import Callable

from domain.candidates import assignment_on, assignments_of
from domain.covers import Reason
from domain.facts import SET_FACTS, FactKind
from domain.ids import ShiftCode
from domain.priorities import breaks_priority
from domain.questions import Question
from domain.rules import Level
from domain.shifts import ShiftType


def fact_reasons(question: Question) -> list[Reason]:
    """Every failing test of E1 to E9."""
    later = AFTER_ASSIGNMENT if question.is_employed else WITHOUT_EMPLOYMENT
    found = [_assignment(question), not_employed(question)]
    found += [test(question) for test in later]
    return [reason for reason in found if reason is not None]


def _assignment(q: Question) -> Reason | None:
    every = assignments_of(q.board, q.staff_id, q.group.id)
    if not every:
        return q.because(
            "ASSIGNMENT_NOT_ACTIVE", f"{q.person.name} is no active backup of {q.group.name}."
        )
    if assignment_on(q.board, q.staff_id, q.group.id, q.day) is not None:
        return None
    periods = ", ".join(f"{a.effective_from or '…'} to {a.effective_until or '…'}" for a in every)
    return q.because(
        "OUTSIDE_EFFECTIVE_PERIOD",
        f"{q.person.name} backs {q.group.name} only from {periods}, not on {q.day}.",
    )


def not_employed(q: Question) -> Reason | None:
    if q.is_employed:
        return None
    return q.because("NOT_EMPLOYED", f"{q.person.name} is not employed on {q.day}.")


def _member(q: Question) -> Reason | None:
    if q.staff_id not in q.board.members(q.group.id, q.day):
        return None
    return q.because(
        "MEMBER_OF_GROUP", f"{q.person.name} is a member of {q.group.name} on {q.day}."
    )


def _closed(q: Question) -> Reason | None:
    if q.day not in q.board.closed_days:
        return None
    return q.because("DAY_CLOSED", f"The restaurant is closed on {q.day}.")


def _absent(q: Question) -> Reason | None:
    if q.fact is None or q.fact.shift_type is None:
        return None
    if q.fact.kind is FactKind.REQUEST:
        return q.because(
            "BACKUP_ABSENT", f"{q.person.name} has asked for {q.day} off, and the request is kept."
        )
    shift_type = q.board.types[q.fact.shift_type]
    if q.fact.kind not in SET_FACTS or shift_type.works:
        return None
    how = {FactKind.PINNED: "pinned", FactKind.FROZEN: "already past"}.get(q.fact.kind, "set")
    return q.because(
        "BACKUP_ABSENT",
        f"{q.person.name} rests on {q.day}: {shift_type.symbol} is {how} in the cell.",
    )


def _other_shift(q: Question) -> Reason | None:
    fixed = q.fixed
    if fixed is not None and fixed.works and not fixed.can_cover:
        return q.because(
            "OTHER_SHIFT",
            f"{q.person.name} works {fixed.symbol} on {q.day}, which cannot cover.",
        )
    if not _is_pinned_at_home(q):
        return None
    return q.because(
        "OTHER_SHIFT", f"{q.person.name} is pinned to work for another group on {q.day}."
    )


def _is_pinned_at_home(q: Question) -> bool:
    cell = q.board.cells.get(q.key)
    if cell is None or not cell.pinned or not q.board.types[cell.shift_type].works:
        return False
    held = q.board.covers_by_holder.get(q.key, ())
    return bool(q.homes) and not any(c.pinned and c.group_id == q.group.id for c in held)


def _holiday(q: Question) -> Reason | None:
    if q.fact is None or q.fact.kind is not FactKind.HOLIDAY:
        return None
    return q.because(
        "HOLIDAY_BLOCKED", f"{q.person.name} rests on holidays, and {q.day} is a holiday."
    )


def _not_allowed(q: Question) -> Reason | None:
    covering = q.covering
    if covering is None or not _may_work_covering(q, covering):
        return q.because(
            "SHIFT_NOT_ALLOWED",
            f"{q.person.name} may not work any shift that covers on {q.day}, "
            f"being employed as {q.person.employment_type.value}.",
        )
    rule = _forbidding_rule(q, covering.code)
    if rule is None:
        return None
    return q.because(
        "SHIFT_NOT_ALLOWED",
        f"{q.person.name} may not work {covering.symbol} on {q.day}: the rule “{rule}” is hard.",
    )


def _may_work_covering(q: Question, covering: ShiftType) -> bool:
    kind = q.person.employment_type
    if q.fixed is None or not q.fixed.can_cover:
        return covering.is_allowed_for(kind)
    return any(t.can_cover and t.works and t.is_allowed_for(kind) for t in q.board.shift_types)


def _forbidding_rule(q: Question, covering: ShiftCode) -> str | None:
    hard = (
        rule
        for rule in q.board.priority_rules
        if rule.staff_id == q.staff_id and rule.level is Level.HARD
    )
    return next((rule.name for rule in hard if breaks_priority(rule, q.day, covering)), None)


AFTER_ASSIGNMENT: tuple[Callable[[Question], Reason | None], ...] = (
    _member,
    _closed,
    _absent,
    _other_shift,
    _holiday,
    _not_allowed,
)
WITHOUT_EMPLOYMENT = (_closed, _not_allowed)
