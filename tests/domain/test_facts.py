from datetime import date

import pytest

from domain.covers import CoverSource
from domain.facts import FactKind, fact_for, facts_of, kept_covers, silenced
from domain.rules import CalendarRuleKind
from domain.runs import GenerationMode
from domain.schedules import ScheduleStatus
from domain.shifts import ShiftSource
from domain.staff import HolidayPolicy
from tests.builders import (
    calendar,
    cell,
    cover,
    person,
    request,
    restaurant_board,
    row,
)

DAY = date(2025, 1, 15)
RESTS_ON_HOLIDAYS = person(1, "佐藤", holiday_policy=HolidayPolicy.OFF)
CLOSED = calendar(1, DAY, CalendarRuleKind.CLOSED)
MUST_WORK = calendar(2, DAY, CalendarRuleKind.MUST_WORK)
HOLIDAY = calendar(3, DAY, CalendarRuleKind.HOLIDAY)
ASKED = request(1, 1, DAY)


def board_of_day(**fields):
    return restaurant_board(DAY, DAY, **{"staff": [RESTS_ON_HOLIDAYS], **fields})


@pytest.mark.parametrize(
    ("fields", "kind", "code"),
    [
        ({}, None, None),
        ({"calendar_rules": (HOLIDAY,)}, FactKind.HOLIDAY, "off"),
        ({"calendar_rules": (HOLIDAY, MUST_WORK)}, FactKind.MUST_WORK, None),
        ({"calendar_rules": (MUST_WORK,), "day_off_requests": (ASKED,)}, FactKind.REQUEST, "off"),
        ({"calendar_rules": (CLOSED,), "day_off_requests": (ASKED,)}, FactKind.CLOSED, "off"),
        ({"calendar_rules": (CLOSED,), "shifts": [cell(1, DAY, "○")]}, FactKind.TYPED, "normal"),
        (
            {"day_off_requests": (ASKED,), "shifts": [cell(1, DAY, "△", pinned=True)]},
            FactKind.PINNED,
            "early",
        ),
        (
            {"shifts": [cell(1, DAY, "◇", source=ShiftSource.IMPORTED)]},
            FactKind.TYPED,
            "late",
        ),
        ({"shifts": row(1, DAY, "◇")}, None, None),
        (
            {"shifts": row(1, DAY, "×"), "covers": (cover(DAY, 7, 1, pinned=True),)},
            FactKind.COVER,
            "normal",
        ),
        (
            {"covers": (cover(DAY, 7, 1, source=CoverSource.MANUAL),)},
            FactKind.COVER,
            "normal",
        ),
        ({"covers": (cover(DAY, 7, 1),)}, None, None),
    ],
)
def test_the_first_fact_that_applies_decides_the_cell(fields, kind, code):
    fact = fact_for(board_of_day(**fields), 1, DAY)

    assert (fact and fact.kind, fact and fact.shift_type) == (kind, code)


@pytest.mark.parametrize(("symbol", "kind"), [("○", None), ("★", FactKind.TYPED)])
def test_replanning_keeps_only_the_rests_that_a_person_set(symbol, kind):
    board = board_of_day(shifts=[cell(1, DAY, symbol)])

    fact = fact_for(board, 1, DAY, GenerationMode.REPLAN)

    assert (fact and fact.kind) == kind


def test_the_past_of_a_published_schedule_that_contains_today_is_frozen():
    board = restaurant_board(
        date(2025, 1, 14),
        date(2025, 1, 16),
        staff=[1],
        today=DAY,
        status=ScheduleStatus.PUBLISHED,
        shifts=row(1, date(2025, 1, 14), "△×○"),
        covers=(cover(date(2025, 1, 14), 7, 1), cover(date(2025, 1, 16), 7, 1)),
    )

    kinds = {day: fact.kind for (_, day), fact in facts_of(board).items()}

    assert kinds == {date(2025, 1, 14): FactKind.FROZEN}
    assert [c.date for c in kept_covers(board)] == [date(2025, 1, 14)]


def test_a_schedule_wholly_in_the_past_is_not_frozen():
    board = board_of_day(
        today=date(2025, 3, 1), status=ScheduleStatus.PUBLISHED, shifts=row(1, DAY, "×")
    )

    assert facts_of(board) == {}


@pytest.mark.parametrize(
    ("fields", "codes"),
    [
        (
            {"day_off_requests": (ASKED,), "shifts": [cell(1, DAY, "○", pinned=True)]},
            ["REQUEST_NOT_KEPT"],
        ),
        ({"day_off_requests": (ASKED,), "shifts": [cell(1, DAY, "★", pinned=True)]}, []),
        ({"day_off_requests": (ASKED,), "shifts": row(1, DAY, "○")}, ["REQUEST_NOT_KEPT"]),
        ({"day_off_requests": (ASKED,), "shifts": row(1, DAY, "×")}, []),
        ({"day_off_requests": (ASKED,), "calendar_rules": (MUST_WORK,)}, ["REQUEST_ON_MUST_WORK"]),
        ({"calendar_rules": (MUST_WORK, HOLIDAY)}, ["MUST_WORK_VS_HOLIDAY"]),
        ({"calendar_rules": (CLOSED,), "shifts": [cell(1, DAY, "○")]}, ["WORKS_ON_CLOSED_DAY"]),
        ({"calendar_rules": (CLOSED,), "shifts": row(1, DAY, "○")}, []),
    ],
)
def test_a_silenced_fact_is_reported(fields, codes):
    found = silenced(board_of_day(**fields))

    assert [(f.code, f.staff_id, f.dates) for f in found] == [(c, 1, (DAY,)) for c in codes]


def test_there_is_no_fact_outside_employment():
    board = board_of_day(
        staff=[person(1, employed_from=date(2025, 2, 1))], shifts=[cell(1, DAY, "○", pinned=True)]
    )

    assert facts_of(board) == {}
