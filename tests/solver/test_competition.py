"""Several groups and backups at once: all are decided together."""

from datetime import UTC, date, datetime, timedelta

from domain.rules import Direction, StandingRuleKind
from domain.runs import GenerationMode, Outcome, TierName
from domain.schedules import ScheduleStatus
from domain.staff import NeedPolicy
from tests.builders import (
    backup,
    cell,
    cover,
    person,
    priority_rule,
    request,
    restaurant_board,
    row,
    staff_group,
    standing,
)
from tests.searches import generate

DAY = date(2025, 1, 15)
FIRST, SECOND, P, Q = 1, 2, 3, 4


def two_needs(**fields):
    """Two groups, the only member of each pinned off on DAY."""
    given = {
        "staff": [FIRST, SECOND, P, Q],
        "groups": {1: [FIRST], 2: [SECOND]},
        "shifts": [cell(m, DAY, "×", pinned=True) for m in (FIRST, SECOND)],
        **fields,
    }
    return restaurant_board(given.pop("start", DAY), given.pop("end", DAY), **given)


def one_group(backups, **fields):
    """One group with FIRST off on DAY."""
    given = {
        "staff": [FIRST, SECOND, P, Q],
        "groups": {1: [FIRST]},
        "backups": backups,
        "shifts": [cell(FIRST, DAY, "×", pinned=True)],
        **fields,
    }
    return restaurant_board(given.pop("start", DAY), given.pop("end", DAY), **given)


def test_one_backup_for_two_groups_goes_where_it_weighs_more() -> None:
    groups = [staff_group(1, criticality=3), staff_group(2, criticality=5)]
    shared = [backup(1, P, 1), backup(2, P, 2)]
    members = {1: [FIRST], 2: [SECOND]}

    found = generate(two_needs(groups=groups, members=members, backups=shared))

    assert found.covers() == {(15, 2, P)}
    assert found.gaps() == {(15, 1): "USED_FOR_GROUP"}


def test_of_groups_that_weigh_the_same_the_one_created_first_is_covered() -> None:
    newer, older = (datetime(2024, 1, day, tzinfo=UTC) for day in (2, 1))
    groups = [staff_group(1, created_at=newer), staff_group(2, created_at=older)]
    shared = [backup(1, P, 1), backup(2, P, 2)]

    found = generate(two_needs(groups=groups, members={1: [FIRST], 2: [SECOND]}, backups=shared))

    assert found.covers() == {(15, 2, P)}


def test_who_may_cover_two_groups_covers_both_in_one_cell() -> None:
    able = person(P, maximum_groups_per_day=2)
    staff, shared = [FIRST, SECOND, able], [backup(1, P, 1), backup(2, P, 2)]

    found = generate(two_needs(staff=staff, backups=shared))

    assert found.covers() == {(15, 1, P), (15, 2, P)}
    assert found.symbol(P, DAY) == "○"
    assert found.gaps() == {}


def test_the_greedy_trap_leaves_no_gap() -> None:
    shared = [backup(1, P, 1), backup(2, P, 2), backup(3, Q, 1, 2)]

    found = generate(two_needs(backups=shared))

    assert found.covers() == {(15, 2, P), (15, 1, Q)}
    assert found.gaps() == {}


def test_a_member_is_lent_when_somebody_takes_their_place() -> None:
    lent = {
        "shifts": [cell(FIRST, DAY, "×", pinned=True)],
        "standing_rules": [standing(1, StandingRuleKind.SHIFT_NOT_ASKED, 1)],
    }

    chained = generate(two_needs(**lent, backups=[backup(1, SECOND, 1), backup(2, P, 2)]))
    alone = generate(two_needs(**lent, backups=[backup(1, SECOND, 1)]))

    assert chained.covers() == {(15, 1, SECOND), (15, 2, P)}
    assert chained.gaps() == {}
    assert alone.covers() == set()
    assert alone.gaps() == {(15, 1): "NEEDED_AT_HOME"}


def test_two_who_back_each_other_may_both_be_off() -> None:
    board = restaurant_board(
        DAY,
        DAY,
        staff=[FIRST, SECOND],
        groups={1: [FIRST], 2: [SECOND]},
        backups=[backup(1, FIRST, 2), backup(2, SECOND, 1)],
        day_off_requests=[request(1, FIRST, DAY), request(2, SECOND, DAY)],
    )

    found = generate(board)

    assert (found.symbols(FIRST), found.symbols(SECOND)) == ("×", "×")
    assert found.gaps().keys() == {(15, 1), (15, 2)}


def ranked(need):
    members, orders = range(1, need + 1), (1, 1, 2)
    return restaurant_board(
        DAY,
        DAY,
        staff=range(1, need + 4),
        groups=[staff_group(1, need_policy=NeedPolicy.PER_ABSENCE)],
        members={1: members},
        backups=[backup(n, need + n, 1, order) for n, order in enumerate(orders, 1)],
        shifts=[cell(m, DAY, "×", pinned=True) for m in members],
    )


def test_the_best_ranks_come_first_and_too_few_cover_in_part() -> None:
    two, four = generate(ranked(2)), generate(ranked(4))

    assert {holder for _, _, holder in two.covers()} == {3, 4}
    assert len(four.covers()) == 3
    assert four.tier(TierName.REQUIRED_GAPS) == 100


def test_the_first_rank_is_taken_though_a_soft_rule_pays() -> None:
    avoided = priority_rule(1, P, "normal", direction=Direction.AVOID)

    found = generate(one_group([backup(1, P, 1, 1), backup(2, Q, 1, 2)], priority_rules=[avoided]))

    assert found.covers() == {(15, 1, P)}
    assert found.tier(TierName.SOFT_RULES) == 20


def test_of_equals_the_one_who_covered_longest_ago_comes() -> None:
    last = {P: DAY - timedelta(days=7), Q: DAY - timedelta(days=30)}
    board = one_group([backup(1, P, 1), backup(2, Q, 1)], last_cover_dates=last)

    found = generate(board)

    assert found.covers() == {(15, 1, Q)}
    assert found.solution.outcome is Outcome.OPTIMAL


def test_who_never_covered_comes_before_who_did_and_then_they_take_turns() -> None:
    days = [DAY + timedelta(days=n) for n in range(4)]
    board = one_group(
        [backup(1, P, 1), backup(2, Q, 1)],
        end=days[-1],
        shifts=[cell(FIRST, day, "×", pinned=True) for day in days],
        last_cover_dates={P: DAY - timedelta(days=1)},
    )

    assert generate(board).covers() == {(15, 1, Q), (16, 1, P), (17, 1, Q), (18, 1, P)}


def test_an_assignment_counts_from_its_first_day() -> None:
    sixteenth = date(2025, 1, 16)
    days = {"end": sixteenth, "shifts": [cell(FIRST, d, "×") for d in (DAY, sixteenth)]}

    soon = generate(one_group([backup(1, P, 1, effective_from=sixteenth)], **days))
    late = generate(one_group([backup(1, P, 1, effective_from=date(2025, 2, 1))], **days))

    assert soon.covers() == {(16, 1, P)}
    assert soon.gaps() == {(15, 1): "OUTSIDE_EFFECTIVE_PERIOD"}
    assert late.covers() == set()


def test_a_replan_of_a_published_month_keeps_the_past_and_changes_little() -> None:
    start = date(2025, 1, 13)
    board = restaurant_board(
        start,
        date(2025, 1, 17),
        staff=[FIRST, SECOND, P],
        groups={1: [FIRST]},
        backups=[backup(1, SECOND, 1), backup(2, P, 1, 2)],
        status=ScheduleStatus.PUBLISHED,
        today=DAY,
        shifts=[
            row(FIRST, start, "×○.○○"),
            row(SECOND, start, "○○.○○"),
            row(P, start, "×○○×○"),
            cell(FIRST, DAY, "×"),
            cell(SECOND, DAY, "×"),
        ],
        covers=[cover(start, 1, SECOND)],
    )

    found = generate(board, mode=GenerationMode.REPLAN)

    assert found.covers() == {(13, 1, SECOND), (15, 1, P)}
    assert found.tier(TierName.CHANGES) == 0
    assert found.symbols(P) == "×○○×○"


def test_a_run_cut_short_at_once_still_fills_every_cell() -> None:
    start = date(2025, 1, 1)
    people = list(range(1, 21))
    board = restaurant_board(
        start,
        start + timedelta(days=30),
        staff=people,
        groups={g: [3 * g - 2, 3 * g - 1, 3 * g] for g in range(1, 5)},
        backups=[backup(g * 10 + n, 12 + g + n, g, n) for g in range(1, 5) for n in (1, 2)],
        day_off_requests=[request(p, p, start + timedelta(days=p)) for p in people],
    )

    found = generate(board, time_limit_seconds=0)

    assert len(found.board.shifts) == 20 * 31
    assert found.solution.outcome is Outcome.FEASIBLE
    assert found.covers()
