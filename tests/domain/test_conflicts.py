from datetime import date, timedelta

import pytest

from domain.conflicts import conflicts, conflicts_of
from domain.rules import CalendarRuleKind, Direction, Level, LimitWindow
from domain.staff import CoverageMode, HolidayPolicy, NeedPolicy
from tests.builders import (
    WORKING,
    backup,
    calendar,
    cell,
    cover,
    limit,
    membership,
    person,
    priority_rule,
    request,
    restaurant_board,
    row,
    staff_group,
)

DAY = date(2025, 1, 15)
NEXT = DAY + timedelta(days=1)
BEFORE = DAY - timedelta(days=1)
DESIRED = {"coverage_mode": CoverageMode.DESIRED}
OFF = row(1, DAY, "×")
CLOSED = calendar(1, DAY, CalendarRuleKind.CLOSED)


def kitchen(**fields):
    """Group 1 has the members 1 and 2; 3 is its backup."""
    return restaurant_board(
        DAY,
        DAY,
        **{
            "staff": [1, 2, 3, 4],
            "groups": {1: [1, 2]},
            "backups": [backup(1, 3, 1)],
            "today": DAY,
            **fields,
        },
    )


def ring(*groups):
    """Each group has one member, who backs the next group."""
    after = dict(zip(groups, (*groups[1:], groups[0]), strict=True))
    return {
        "staff": list(groups),
        "groups": {g: [g] for g in groups},
        "backups": [backup(g, g, after[g]) for g in groups],
    }


CASES = [
    ("nothing odd", {}, []),
    ("own group", {"groups": {1: [1, 2, 3]}}, ["ERROR SELF_GROUP"]),
    (
        "joined later",
        {"memberships": (membership(1, 1), membership(1, 3, effective_from=NEXT))},
        ["ERROR SELF_GROUP"],
    ),
    (
        "left before",
        {"memberships": (membership(1, 1), membership(1, 3, effective_until=BEFORE))},
        [],
    ),
    (
        "joined when it was over",
        {
            "groups": {1: [1, 2, 3]},
            "backups": [backup(1, 3, 1, effective_until=BEFORE)],
        },
        ["INFO EXPIRED"],
    ),
    ("same dates", {"backups": [backup(1, 3, 1), backup(2, 3, 1)]}, ["ERROR DUPLICATE"]),
    (
        "overlapping dates",
        {"backups": [backup(1, 3, 1), backup(2, 3, 1, effective_from=DAY)]},
        ["WARNING EFFECTIVE_PERIODS_OVERLAP"],
    ),
    (
        "dates apart",
        {
            "backups": [
                backup(1, 3, 1, effective_until=DAY),
                backup(2, 3, 1, effective_from=NEXT),
            ]
        },
        [],
    ),
    (
        "never employed then",
        {"backups": [backup(1, 3, 1, effective_until=date(2019, 1, 1))]},
        ["WARNING NEVER_EFFECTIVE", "INFO EXPIRED"],
    ),
    ("over", {"backups": [backup(1, 3, 1, effective_until=BEFORE)]}, ["INFO EXPIRED"]),
    (
        "deactivated",
        {"staff": [1, 2, person(3, deactivated_on=NEXT)]},
        ["WARNING STAFF_INACTIVE"],
    ),
    (
        "leaves early",
        {"staff": [1, 2, person(3, employed_until=NEXT)]},
        ["WARNING STAFF_LEAVES_EARLY"],
    ),
    ("empty group", {"groups": {1: []}}, ["INFO GROUP_EMPTY"]),
    ("no backup", {"backups": []}, ["WARNING GROUP_WITHOUT_BACKUP"]),
    (
        "no backup of a desired group",
        {"groups": [staff_group(1, **DESIRED)], "members": {1: [1]}, "backups": []},
        ["INFO GROUP_WITHOUT_BACKUP"],
    ),
    ("mutual", ring(1, 2), ["INFO MUTUAL_BACKUP"]),
    ("ring of three", ring(1, 2, 3), ["INFO CYCLE"]),
    (
        "only backup of two required groups",
        {"groups": {1: [1], 2: [2]}, "backups": [backup(1, 3, 1), backup(2, 3, 2)]},
        ["WARNING SHARED_BACKUP"],
    ),
    (
        "only backup of a required and a desired group",
        {
            "groups": [staff_group(1), staff_group(2, **DESIRED)],
            "members": {1: [1], 2: [2]},
            "backups": [backup(1, 3, 1), backup(2, 3, 2)],
        },
        ["INFO SHARED_BACKUP"],
    ),
    (
        "shared, not alone",
        {
            "groups": {1: [1], 2: [2]},
            "backups": [backup(1, 3, 1), backup(2, 3, 2), backup(3, 4, 2)],
        },
        ["INFO SHARED_BACKUP"],
    ),
    (
        "backup off on a day of need",
        {"shifts": [OFF, cell(3, DAY, "×")]},
        ["ERROR ALL_BACKUPS_ABSENT", "WARNING BACKUP_ABSENT"],
    ),
    (
        "foreseen from requests alone",
        {"day_off_requests": (request(1, 1, DAY), request(2, 3, DAY))},
        ["ERROR ALL_BACKUPS_ABSENT", "WARNING BACKUP_ABSENT"],
    ),
    (
        "backup pinned elsewhere",
        {
            "shifts": [OFF, cell(3, DAY, "△", pinned=True), row(4, DAY, "○")],
            "backups": [backup(1, 3, 1), backup(2, 4, 1)],
        },
        ["WARNING BACKUP_PINNED_ELSEWHERE"],
    ),
    (
        "limit",
        {
            "shifts": OFF,
            "work_limits": (limit(1, LimitWindow.DAY, WORKING, maximum_half_days=0),),
        },
        ["WARNING LIMIT_WOULD_BREAK"],
    ),
    (
        "not allowed",
        {
            "shifts": OFF,
            "priority_rules": (
                priority_rule(1, 3, "normal", direction=Direction.AVOID, level=Level.HARD),
            ),
        },
        ["ERROR ALL_BACKUPS_ABSENT", "WARNING SHIFT_NOT_ALLOWED"],
    ),
    (
        "holiday",
        {
            "staff": [1, 2, person(3, holiday_policy=HolidayPolicy.OFF)],
            "shifts": OFF,
            "calendar_rules": (calendar(1, DAY, CalendarRuleKind.HOLIDAY),),
        },
        ["ERROR ALL_BACKUPS_ABSENT", "WARNING HOLIDAY_BLOCKED"],
    ),
    (
        "one backup for two needs",
        {
            "groups": {1: [1], 2: [2]},
            "staff": [1, 2, 3, 4, person(5)],
            "memberships": (
                membership(1, 1),
                membership(1, 4),
                membership(2, 2),
                membership(2, 5),
            ),
            "backups": [backup(1, 3, 1), backup(2, 3, 2)],
            "shifts": [OFF, row(2, DAY, "×"), row(3, DAY, "○")],
        },
        ["ERROR DEMAND_EXCEEDS_SUPPLY", "WARNING SHARED_BACKUP"],
    ),
    (
        "closed days only",
        {
            "backups": [backup(1, 3, 1, effective_from=DAY, effective_until=DAY)],
            "calendar_rules": (CLOSED,),
        },
        ["INFO CLOSURE_IRRELEVANT"],
    ),
    (
        "works on a closed day",
        {"shifts": [cell(1, DAY, "○")], "calendar_rules": (CLOSED,)},
        ["INFO WORKS_ON_CLOSED_DAY"],
    ),
    (
        "everybody off",
        {"groups": {1: [1]}, "shifts": OFF},
        ["WARNING GROUP_ALL_ABSENT"],
    ),
]


@pytest.mark.parametrize(("fields", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_a_conflict_has_its_code_and_severity(fields, expected):
    found = [f"{c.severity.value} {c.code}" for c in conflicts(kitchen(**fields))]

    assert found == expected


def test_two_who_back_each_others_groups_and_both_ask_for_the_day_are_told():
    board = kitchen(**ring(1, 2), day_off_requests=(request(1, 1, DAY), request(2, 2, DAY)))

    codes = {c.code for c in conflicts(board)}

    assert {"MUTUAL_BACKUP", "ALL_BACKUPS_ABSENT", "BACKUP_ABSENT"} <= codes


def test_dates_of_one_cause_are_one_finding_with_a_stable_key():
    def board(last):
        return restaurant_board(
            DAY,
            last,
            staff=[1, 2, 3],
            groups={1: [1, 2]},
            backups=[backup(1, 3, 1)],
            shifts=[row(1, DAY, "××"), cell(3, DAY, "×"), cell(3, NEXT, "×")],
        )

    (short,) = [c for c in conflicts(board(DAY)) if c.code == "BACKUP_ABSENT"]
    (long,) = [c for c in conflicts(board(NEXT)) if c.code == "BACKUP_ABSENT"]

    assert long.dates == (DAY, NEXT)
    assert short.key == long.key


def test_every_finding_has_a_key_of_its_own_a_message_and_a_fix():
    found = [c for case in CASES for c in [conflicts(kitchen(**case[1]))]]

    for listed in found:
        assert len({c.key for c in listed}) == len(listed)
        assert all(c.message and c.fix for c in listed)


def test_an_assignment_is_told_its_own_findings_only():
    board = kitchen(
        groups={1: [1, 2], 2: [4]},
        backups=[backup(1, 3, 1, effective_until=BEFORE), backup(2, 1, 2)],
    )

    assert [c.code for c in conflicts_of(board, board.backup_assignments[0])] == ["EXPIRED"]
    assert conflicts_of(board, board.backup_assignments[1]) == ()


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_ring_is_told_to_each_assignment_that_closes_it(place):
    board = kitchen(**ring(1, 2, 3))
    told = conflicts_of(board, board.backup_assignments[place])
    assert [c.code for c in told] == ["CYCLE"]


def test_a_shortage_of_other_groups_is_not_told_to_an_assignment():
    board = kitchen(
        groups={1: [1], 2: [2], 5: [5]},
        staff=[1, 2, 3, 4, 5],
        backups=[backup(1, 3, 1), backup(2, 3, 2), backup(3, 4, 5)],
        shifts=(OFF, row(2, DAY, "×")),
    )
    told = [[c.code for c in conflicts_of(board, a)] for a in board.backup_assignments]
    assert ["DEMAND_EXCEEDS_SUPPLY" in codes for codes in told] == [True, True, False]


def test_a_group_that_needs_more_than_all_its_backups_is_named_without_others():
    board = kitchen(
        groups=[staff_group(1, criticality=5), staff_group(2, need_policy=NeedPolicy.PER_ABSENCE)],
        members={1: [1], 2: [2, 4]},
        backups=[backup(1, 3, 1), backup(2, 3, 2)],
        shifts=(OFF, row(2, DAY, "×"), row(4, DAY, "×")),
    )
    (found,) = [c for c in conflicts(board) if c.code == "DEMAND_EXCEEDS_SUPPLY"]
    assert (found.group_id, found.group_ids) == (2, (2,))
    assert "need 2 people and share 1" in found.message


ON_DUTY = (*row(1, DAY, "×"), *row(2, DAY, "○"), *row(3, DAY, "○"))
STANDING = {
    "MUST_WORK_VS_HOLIDAY": {
        "staff": [1, 2, 3, person(4, holiday_policy=HolidayPolicy.OFF)],
        "calendar_rules": (
            calendar(1, DAY, CalendarRuleKind.HOLIDAY),
            calendar(2, DAY, CalendarRuleKind.MUST_WORK),
        ),
    },
    "REQUEST_ON_MUST_WORK": {
        "day_off_requests": (request(1, 4, DAY),),
        "calendar_rules": (calendar(1, DAY, CalendarRuleKind.MUST_WORK),),
    },
    "REQUEST_NOT_KEPT": {
        "day_off_requests": (request(1, 4, DAY),),
        "shifts": (cell(4, DAY, "○", pinned=True),),
    },
    "COVER_WITHOUT_NEED": {"shifts": row(3, DAY, "○"), "covers": (cover(DAY, 1, 3),)},
    "COVER_OUTSIDE_EFFECTIVE_PERIOD": {
        "backups": [backup(1, 3, 1, effective_from=NEXT)],
        "shifts": ON_DUTY,
        "covers": (cover(DAY, 1, 3),),
    },
    "COVER_NOT_ELIGIBLE": {
        "day_off_requests": (request(1, 3, DAY),),
        "shifts": ON_DUTY,
        "covers": (cover(DAY, 1, 3),),
    },
    "COVER_BY_UNASSIGNED": {"backups": [], "shifts": ON_DUTY, "covers": (cover(DAY, 1, 3),)},
    "HOME_GROUP_STRIPPED": {
        "groups": {1: [1, 2], 2: [3]},
        "shifts": ON_DUTY,
        "covers": (cover(DAY, 1, 3),),
    },
    "OUTSIDE_EMPLOYMENT": {
        "staff": [1, 2, 3, person(4, employed_from=NEXT)],
        "shifts": row(4, DAY, "○"),
    },
}


def test_a_request_for_a_day_that_was_generated_as_work_is_not_kept_until_the_next_run():
    board = kitchen(day_off_requests=(request(1, 4, DAY),), shifts=row(4, DAY, "○"))
    after = kitchen(day_off_requests=(request(1, 4, DAY),), shifts=row(4, DAY, "×"))
    (found,) = [c for c in conflicts(board) if c.code == "REQUEST_NOT_KEPT"]
    assert (found.staff_id, found.dates) == (4, (DAY,))
    assert "Generate again" in found.fix
    assert "REQUEST_NOT_KEPT" not in {c.code for c in conflicts(after)}


@pytest.mark.parametrize("code", STANDING)
def test_what_cells_and_covers_break_is_among_the_conflicts(code):
    assert code in {c.code for c in conflicts(kitchen(**STANDING[code]))}
    assert code not in {c.code for c in conflicts(kitchen())}
