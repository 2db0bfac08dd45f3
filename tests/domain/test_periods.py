import itertools
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.periods import (
    EffectivePeriod,
    Weekday,
    consecutive,
    days_between,
    planning_period,
    week_start_of,
)

FIRST = date(2024, 2, 20)
SPAN = [FIRST + timedelta(days=n) for n in range(25)]
bounds = st.none() | st.sampled_from(SPAN[5:20])
periods = st.builds(EffectivePeriod, effective_from=bounds, effective_until=bounds).filter(
    lambda p: (
        p.effective_from is None
        or p.effective_until is None
        or p.effective_from <= p.effective_until
    )
)


@given(periods, periods)
def test_periods_overlap_exactly_when_they_share_a_day(one, other):
    shared = {d for d in SPAN if one.contains(d)} & {d for d in SPAN if other.contains(d)}

    assert one.overlaps(other) is bool(shared)


def test_both_ends_of_a_period_count():
    leap_day = date(2024, 2, 29)
    period = EffectivePeriod(effective_from=leap_day, effective_until=leap_day)

    found = [d for d in SPAN if period.contains(d)]

    assert found == [leap_day]


@given(st.sets(st.sampled_from(SPAN)))
def test_consecutive_days_are_cut_where_one_is_missing(days):
    parts = consecutive(sorted(days))

    assert [d for part in parts for d in part] == sorted(days)
    assert all(list(days_between(part[0], part[-1])) == list(part) for part in parts)
    assert all(b[0] - a[-1] > timedelta(days=1) for a, b in itertools.pairwise(parts))


@given(st.sampled_from(SPAN), st.sampled_from(list(Weekday)))
def test_a_week_starts_on_its_first_weekday_within_seven_days(day, first):
    start = week_start_of(day, first)

    assert Weekday.of(start) is first
    assert 0 <= (day - start).days < 7


@given(st.integers(1, 31), st.dates(date(2023, 1, 1), date(2029, 12, 31)))
def test_each_day_is_in_one_planning_period_and_neighbours_touch(start_day, day):
    period = planning_period(day, start_day)
    after = planning_period(period.end + timedelta(days=1), start_day)

    assert period.start <= day <= period.end
    assert all(planning_period(d, start_day) == period for d in days_between(period.start, day))
    assert after.start == period.end + timedelta(days=1)
    assert 28 <= (period.end - period.start).days + 1 <= 31


@given(st.integers(1, 31), st.dates(date(2023, 1, 1), date(2029, 12, 31)))
def test_a_planning_period_begins_on_its_day_or_on_the_last_of_a_shorter_month(start_day, day):
    start = planning_period(day, start_day).start
    tomorrow = start + timedelta(days=1)

    assert start.day == start_day or (start.day < start_day and tomorrow.day == 1)


def test_a_period_from_the_31st_begins_on_the_last_day_of_february():
    period = planning_period(date(2024, 3, 1), 31)

    assert (period.start, period.end) == (date(2024, 2, 29), date(2024, 3, 30))
