"""The checker on boards counted by hand: facts, covers, gaps and tiers."""

from dataclasses import replace
from datetime import date, timedelta

from domain.checker import check
from domain.covers import CoverSource
from domain.rules import CalendarRuleKind, Direction, Level
from domain.runs import GenerationMode
from domain.schedules import Board, ScheduleStatus
from domain.shifts import ShiftSource
from domain.staff import EmploymentType, HolidayPolicy, IdlePolicy
from tests.builders import (
    backup,
    built_in_types,
    calendar,
    cell,
    cover,
    person,
    priority_rule,
    request,
    restaurant,
    restaurant_board,
    row,
)

START = date(2025, 1, 14)
FILL, REPLAN = GenerationMode.FILL, GenerationMode.REPLAN


def day(number: int) -> date:
    return START + timedelta(days=number)


def board_of(*symbols: str, **fields: object) -> Board:
    """Person n has the n-th string of generated symbols from the first day on."""
    shifts = [row(n + 1, START, s) for n, s in enumerate(symbols)]
    fields.setdefault("staff", [n + 1 for n in range(len(symbols))])
    return restaurant_board(START, day(len(symbols[0]) - 1), shifts=shifts, **fields)


def changed(board: Board, staff_id: int, on: int, symbol: str, **fields: object) -> Board:
    """The board with one cell as a run would write it."""
    mine = cell(staff_id, day(on), symbol, **{"source": ShiftSource.GENERATED, **fields})
    others = [s for s in board.shifts if (s.staff_id, s.date) != (staff_id, day(on))]
    return replace(board, shifts=(*others, mine))


def with_cell(board: Board, staff_id: int, on: int, symbol: str, **fields: object) -> Board:
    """The board with one cell as a person sets it."""
    return changed(board, staff_id, on, symbol, **{"source": ShiftSource.MANUAL, **fields})


def broken(before: Board, after: Board, mode: GenerationMode = FILL) -> int:
    return len(check(before, after, mode).broken_facts)


def test_every_employed_cell_needs_a_type():
    assert broken(board_of("○○"), board_of("○.")) == 1


def test_cell_outside_employment_is_broken_unless_it_stood_there_before():
    leaves = person(1, employed_until=day(0))
    empty = board_of("○.", staff=[leaves])
    left_over = board_of("○○", staff=[leaves])
    assert broken(empty, left_over) == 1
    assert broken(left_over, left_over) == 0


def test_pinned_cell_is_kept_in_both_modes():
    before = with_cell(board_of("○"), 1, 0, "★", pinned=True)
    assert broken(before, before) == 0
    assert broken(before, changed(before, 1, 0, "○", pinned=True), FILL) == 2  # type, source
    assert broken(before, with_cell(before, 1, 0, "×", pinned=True), REPLAN) == 1


def test_typed_work_is_kept_by_fill_and_may_be_replanned_while_typed_rest_stays():
    work = with_cell(board_of("○"), 1, 0, "△")
    rest = with_cell(board_of("○"), 1, 0, "★")
    assert broken(work, changed(work, 1, 0, "○"), FILL) > 0
    assert broken(work, changed(work, 1, 0, "○"), REPLAN) == 0
    assert broken(rest, changed(rest, 1, 0, "○"), REPLAN) > 0


def test_frozen_past_of_a_published_schedule_is_kept():
    before = replace(board_of("○○", status=ScheduleStatus.PUBLISHED), today=day(1))
    assert broken(before, changed(before, 1, 0, "×")) == 1
    assert broken(before, changed(before, 1, 1, "×")) == 0
    assert broken(replace(before, today=day(5)), changed(before, 1, 0, "×")) == 0


def test_calendar_and_requests_decide_in_their_order():
    off = person(1, holiday_policy=HolidayPolicy.OFF)

    def allowed(*kinds: CalendarRuleKind, asks: bool = False) -> str:
        rules = [calendar(n, day(0), kind) for n, kind in enumerate(kinds)]
        asked = [request(1, 1, day(0))] if asks else []
        board = board_of(".", staff=[off], calendar_rules=rules, day_off_requests=asked)
        return "".join(s for s in "○△◇×★⊘" if not broken(board, changed(board, 1, 0, s)))

    closed, must, holiday = (
        CalendarRuleKind.CLOSED,
        CalendarRuleKind.MUST_WORK,
        CalendarRuleKind.HOLIDAY,
    )
    assert allowed() == "○△◇×"
    assert allowed(closed) == "×"
    assert allowed(asks=True) == "×"
    assert allowed(must) == "○△◇"
    assert allowed(holiday) == "×"
    assert allowed(must, holiday) == "○△◇"
    assert allowed(must, asks=True) == "×"


def test_only_standby_people_are_given_the_standby_type():
    standby = board_of(".", staff=[person(1, idle_policy=IdlePolicy.STANDBY)])
    assert broken(standby, changed(standby, 1, 0, "⊘")) == 0
    assert broken(standby, changed(standby, 1, 0, "○")) == 1
    free = board_of(".")
    assert broken(free, changed(free, 1, 0, "○")) == 0
    assert broken(free, changed(free, 1, 0, "⊘")) == 1


def test_types_kept_to_an_employment_type_are_not_given_to_others():
    part_time = person(1, employment_type=EmploymentType.PART_TIME)
    before = board_of(".", staff=[part_time], kept_to_regular=True)
    assert broken(before, changed(before, 1, 0, "△")) == 1
    typed = with_cell(before, 1, 0, "△")
    assert broken(typed, typed) == 0


def test_duplicate_cells_and_covers_are_broken():
    before = board_of("×", "○", groups={1: [1]}, backups=[backup(1, 2, 1)])
    twice = replace(before, shifts=(*before.shifts, before.shifts[0]))
    come = cover(day(0), 1, 2)
    assert broken(before, twice) == 1
    assert broken(before, replace(before, covers=(come,))) == 0
    assert broken(before, replace(before, covers=(come, come))) > 0


def covered(before: Board, *holders: tuple[int, int]) -> int:
    """How many facts break when a run records covers of (group, holder) on the first day."""
    covers = tuple(cover(day(0), group_id, staff_id) for group_id, staff_id in holders)
    return broken(before, replace(before, covers=covers))


def test_solver_cover_needs_a_cell_that_can_cover():
    assert covered(board_of("×", "△", groups={1: [1]}, backups=[backup(1, 2, 1)]), (1, 2)) == 1


def test_open_cell_covers_in_the_standard_type_and_a_fixed_one_in_its_own():
    able = built_in_types(changed={"early": {"can_cover": True}})
    board = board_of("×", "△", groups={1: [1]}, backups=[backup(1, 2, 1)], shift_types=able)
    assert covered(board, (1, 2)) == 1
    assert covered(changed(board, 2, 0, "○"), (1, 2)) == 0
    assert covered(with_cell(board, 2, 0, "△"), (1, 2)) == 0


def test_solver_never_records_more_covers_than_the_need():
    rows = [backup(1, 2, 1), backup(2, 3, 1)]
    board = board_of("×", "○", "○", groups={1: [1]}, backups=rows)
    assert covered(board, (1, 2), (1, 3)) == 1
    kept = replace(board, covers=(cover(day(0), 1, 2, pinned=True), cover(day(0), 1, 3)))
    assert broken(kept, replace(kept, covers=kept.covers[:1])) == 0
    assert broken(kept, kept) == 1


def test_kept_covers_may_exceed_the_need_and_never_vanish():
    manual = cover(day(0), 1, 2, source=CoverSource.MANUAL)
    before = board_of("○", "○", groups={1: [1]}, covers=[manual])
    assert broken(before, before) == 0
    assert broken(before, replace(before, covers=())) == 1


def test_nobody_covers_more_groups_a_day_than_they_may():
    rows = [backup(1, 3, 1), backup(2, 3, 2)]
    groups = {1: [1], 2: [2]}
    once = board_of("×", "×", "○", groups=groups, backups=rows)
    twice = replace(once, staff=(*once.staff[:2], person(3, maximum_groups_per_day=2)))
    assert covered(once, (1, 3), (2, 3)) == 1
    assert covered(twice, (1, 3), (2, 3)) == 0


def test_solver_cover_breaks_a_fact_for_each_test_its_holder_fails():
    rows = [backup(1, 2, 1)]

    def given(symbol: str = "○", **fields: object) -> Board:
        return board_of("×", symbol, **{"groups": {1: [1]}, "backups": rows, **fields})

    late = backup(1, 2, 1, effective_from=day(1))
    never_covers = priority_rule(1, 2, "normal", direction=Direction.AVOID, level=Level.HARD)
    prefers_early = priority_rule(1, 2, "early", level=Level.HARD)
    barred = built_in_types(changed={"normal": {"employment_types": (EmploymentType.TEMPORARY,)}})
    assert covered(given(), (1, 2)) == 0
    assert covered(given(backups=[]), (1, 2)) == 1
    assert covered(given(backups=[late]), (1, 2)) == 1
    assert covered(given(groups={1: [1, 2]}), (1, 2)) == 1
    assert covered(given(priority_rules=[never_covers]), (1, 2)) == 1
    assert covered(given(priority_rules=[prefers_early]), (1, 2)) == 1
    assert covered(with_cell(given(), 2, 0, "△", pinned=True), (1, 2)) == 2  # cell and fact
    typed = with_cell(with_cell(given(), 2, 0, "○"), 1, 0, "×")
    assert covered(replace(typed, shift_types=barred), (1, 2)) == 1


def test_member_pinned_at_home_is_lent_only_by_a_pinned_cover():
    groups, rows = {1: [1], 2: [2]}, [backup(1, 2, 1)]
    free = board_of("×", "○", groups=groups, backups=rows)
    pinned = with_cell(free, 2, 0, "○", pinned=True)
    assert covered(free, (1, 2)) == 0
    assert covered(pinned, (1, 2)) == 1
    assert covered(replace(free, restaurant=restaurant(borrowing=False)), (1, 2)) == 1
