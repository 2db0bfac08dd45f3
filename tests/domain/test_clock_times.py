from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.clock_times import rest_minutes_before, working_time
from tests.builders import built_in_types, cell, restaurant, restaurant_board, row

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = date(2025, 3, 3)


def working(starts_at, ends_at):
    (normal, *_) = built_in_types(changed={"normal": {"starts_at": starts_at, "ends_at": ends_at}})
    return normal


def minutes(zone, day, starts_at, ends_at):
    return working_time(working(starts_at, ends_at), day, ZoneInfo(zone)).minutes


@pytest.mark.parametrize(
    ("zone", "day", "starts_at", "ends_at", "expected"),
    [
        ("Asia/Tokyo", date(2025, 1, 15), time(9), time(17, 30), 510),
        ("Asia/Tokyo", date(2025, 1, 15), time(22), time(6), 480),
        ("Asia/Tokyo", date(2025, 1, 15), time(9), time(9), 1440),
        ("Europe/Berlin", date(2025, 3, 29), time(22), time(6), 420),
        ("Europe/Berlin", date(2025, 10, 25), time(22), time(6), 540),
        ("Europe/Berlin", date(2025, 3, 30), time(2, 30), time(8), 270),
        ("Europe/Berlin", date(2025, 3, 30), time(2, 30), time(3, 15), 0),
        ("Europe/Berlin", date(2025, 10, 26), time(2, 30), time(8), 390),
        ("America/New_York", date(2025, 3, 9), time(0), time(0), 1380),
        ("Australia/Lord_Howe", date(2025, 10, 4), time(22), time(6), 450),
        ("Australia/Lord_Howe", date(2025, 4, 5), time(22), time(6), 510),
    ],
)
def test_length_is_measured_between_instants(zone, day, starts_at, ends_at, expected):
    assert minutes(zone, day, starts_at, ends_at) == expected


@given(
    st.dates(date(2020, 1, 1), date(2030, 12, 31)),
    st.times().map(lambda t: t.replace(second=0, microsecond=0)),
    st.times().map(lambda t: t.replace(second=0, microsecond=0)),
)
def test_length_is_that_of_the_clock_but_for_the_hour_that_a_night_lost_or_gained(
    day, starts_at, ends_at
):
    last = day if ends_at > starts_at else day + timedelta(days=1)
    naive = datetime.combine(last, ends_at) - datetime.combine(day, starts_at)
    found = working_time(working(starts_at, ends_at), day, BERLIN)
    moved = offset(found.ends) - offset(found.begins)

    assert found.begins.tzinfo is UTC
    difference = timedelta(minutes=found.minutes) - naive + moved
    skipped = {d.astimezone(BERLIN).hour for d in (found.begins, found.ends)} & {3}
    assert found.minutes >= 0
    is_moved = skipped and (abs(difference) == timedelta(hours=1) or not found.minutes)
    assert difference == timedelta() or is_moved


def offset(instant):
    return instant.astimezone(BERLIN).utcoffset()


@pytest.mark.parametrize("clocks", [(None, None), (time(9), None), (None, time(17))])
def test_type_without_both_clock_times_has_no_working_time(clocks):
    assert working_time(working(*clocks), MONDAY, BERLIN) is None


def test_rest_has_no_working_time():
    types = built_in_types(changed={"off": {"starts_at": time(9), "ends_at": time(17)}})
    off = next(t for t in types if t.code == "off")

    assert working_time(off, MONDAY, BERLIN) is None


def rests(symbols, **fields):
    """Rest before each shift of one person; ◇ ends at 01:00, △ begins at 07:00, ○ has no times."""
    types = built_in_types(
        changed={
            "early": {"starts_at": time(7), "ends_at": time(15)},
            "late": {"starts_at": time(17), "ends_at": time(1)},
        }
    )
    board = restaurant_board(
        MONDAY,
        MONDAY + timedelta(days=len(symbols) - 1),
        staff=[1],
        shifts=[row(1, MONDAY, symbols)],
        shift_types=types,
        restaurant=restaurant(time_zone="Europe/Berlin"),
        **fields,
    )
    return [rest_minutes_before(board, s) for s in sorted(board.shifts, key=lambda s: s.date)]


@pytest.mark.parametrize(
    ("symbols", "expected"),
    [
        ("◇△", [None, 360]),
        ("△◇", [None, 1560]),
        ("◇×△", [None, None, 1800]),
        ("◇○△", [None, None, None]),
        ("◇.△", [None, None]),
    ],
)
def test_rest_is_counted_from_the_end_of_the_shift_before(symbols, expected):
    assert rests(symbols) == expected


def test_rest_reaches_into_known_history():
    before = cell(1, MONDAY - timedelta(days=1), "◇")

    assert rests("△", history=[before]) == [360]
