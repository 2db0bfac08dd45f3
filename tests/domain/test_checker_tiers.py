"""The checker on boards counted by hand: needs, gaps and tiers."""

from datetime import date, timedelta

from domain.checker import check
from domain.ids import StaffId
from domain.rules import CalendarRuleKind, Direction, Level, LimitWindow
from domain.runs import GenerationMode, TierName
from domain.schedules import Board
from domain.staff import CoverageMode, EmploymentType, NeedPolicy
from tests.builders import (
    backup,
    calendar,
    cover,
    limit,
    membership,
    person,
    priority_rule,
    restaurant_board,
    row,
    staff_group,
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


def tiers(board: Board) -> dict[TierName, int]:
    return check(board, board, FILL).tiers


def gaps(board: Board) -> dict[tuple[int, int], tuple[int, int]]:
    found = check(board, board, FILL).gaps
    return {(group_id, (on - START).days): sizes for (group_id, on), sizes in found.items()}


def test_needs_follow_the_policy_of_the_group():
    policies = (NeedPolicy.ANY_ABSENT, NeedPolicy.PER_ABSENCE, NeedPolicy.MINIMUM_PRESENT)
    groups = [
        staff_group(
            n,
            need_policy=policy,
            minimum_present=1 if policy is NeedPolicy.MINIMUM_PRESENT else None,
            criticality=1,
        )
        for n, policy in enumerate(policies, 1)
    ]
    trio = {n: [1, 2, 3] for n in (1, 2, 3)}
    board = board_of("×××", "★×○", "○×.", groups=groups, members=trio)
    assert gaps(board) == {
        (1, 0): (1, 0), (2, 0): (2, 0),  # two off, one present
        (1, 1): (1, 0), (2, 1): (3, 0), (3, 1): (1, 0),  # all off
        (1, 2): (1, 0), (2, 2): (1, 0),  # one off, one present, one not decided
    }  # fmt: skip
    # any absent counts absences: 2 + 3 + 1; per absence 2 + 3 + 1; minimum present 1; weight 1
    assert tiers(board)[TierName.REQUIRED_GAPS] == 13


def test_closed_days_and_days_without_members_have_no_need():
    joins = person(1, employed_from=day(1))
    vacant = staff_group(
        2, need_policy=NeedPolicy.MINIMUM_PRESENT, minimum_present=2, count_vacancy=True
    )
    board = board_of(
        ".×",
        staff=[joins],
        groups=[staff_group(1), vacant],
        members={1: [1], 2: [1]},
        calendar_rules=[calendar(1, day(1), CalendarRuleKind.CLOSED)],
    )
    assert gaps(board) == {(2, 0): (2, 0)}


def test_criticality_weighs_tenfold_and_desired_groups_stand_apart():
    groups = [
        staff_group(1, criticality=5),
        staff_group(2, criticality=2),
        staff_group(3, criticality=3, coverage_mode=CoverageMode.DESIRED),
    ]
    board = board_of("×", groups=groups, members={n: [1] for n in (1, 2, 3)})
    assert tiers(board)[TierName.REQUIRED_GAPS] == 10_000 + 10
    assert tiers(board)[TierName.DESIRED_GAPS] == 100


def test_priority_order_counts_ranks_of_the_day_and_lending():
    rows = [
        backup(1, 2, 1, 4),
        backup(2, 3, 1, 7),
        backup(3, 4, 1, 1, effective_from=day(1)),
    ]
    board = board_of(
        "××", "○×", "×○", "××", groups={1: [1], 2: [3]}, backups=rows,
        covers=[cover(day(0), 1, 2), cover(day(1), 1, 3)],
    )  # fmt: skip
    # day 0: 2 is first; day 1: 4 stands before, so 3 is third (2 steps), and lent by group 2
    assert tiers(board)[TierName.PRIORITY_ORDER] == 0 + 2 + 1


def test_load_is_squared_with_the_past():
    board = board_of(
        "×", "○", "○", groups={1: [1]}, backups=[backup(1, 2, 1)],
        covers=[cover(day(0), 1, 3)], past_cover_counts={StaffId(2): 3, StaffId(9): 5},
    )  # fmt: skip
    # 2: 3² from the past; 3: 1² without an assignment; 9 neither backs nor covers
    assert tiers(board)[TierName.BACKUP_LOAD] == 10


def test_rest_is_balanced_within_employment_types_of_whole_periods():
    joins = person(4, employed_from=day(1))
    part_time = person(3, employment_type=EmploymentType.PART_TIME)
    board = board_of("×○○", "○△○", "○○○", ".××", staff=[1, 2, part_time, joins])
    # regular: 2 and 1, spread 1; part time alone: 0; the late joiner is not compared
    assert tiers(board)[TierName.REST_BALANCE] == 1


def test_changes_are_cells_set_before_and_covers_gone():
    before = board_of("×○.", "○○○", covers=[cover(day(0), 1, 2)], groups={1: [1]})
    after = board_of("×△○", "○○○", groups={1: [1]})
    # 1's second cell differs, the third was unset; one cover is gone
    assert check(before, after, REPLAN).tiers[TierName.CHANGES] == 2


def test_hard_rules_are_counted_together():
    work = limit(1, LimitWindow.PERIOD, ("normal",), maximum_half_days=2)
    never = priority_rule(1, 1, "normal", direction=Direction.AVOID, level=Level.HARD)
    board = board_of("○○○", work_limits=[work], priority_rules=[never])
    # limit: 6 − 2; rule: 3 cells
    assert tiers(board)[TierName.HARD_RULES] == 4 + 6


def test_membership_counts_on_its_own_days():
    rows = (membership(1, 1, effective_until=day(0)),)
    board = board_of("××", groups=[staff_group(1)], memberships=rows)
    assert gaps(board) == {(1, 0): (1, 0)}
