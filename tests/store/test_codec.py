import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Generic, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.access import Membership
from domain.backups import BackupAssignment
from domain.changes import ChangeSet
from domain.configurations import ConfigurationVersion, Restaurant
from domain.covers import Cover, CoverageGap
from domain.ids import ScheduleId, ShiftAssignmentId, StaffId
from domain.rules import (
    CalendarRule,
    DayOffRequest,
    PriorityRule,
    StandingRule,
    SuccessionRule,
    WorkLimit,
)
from domain.runs import GenerationRun
from domain.schedules import Schedule
from domain.shifts import ShiftAssignment, ShiftSource, ShiftType
from domain.staff import EmploymentType, GroupMembership, StaffGroup, StaffMember
from store.codec import from_row, to_row

st.register_type_strategy(datetime, st.datetimes(timezones=st.just(UTC)))
st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))
st.register_type_strategy(object, st.none() | st.integers() | st.text())

V = TypeVar("V")


@dataclass(frozen=True, slots=True, kw_only=True)
class Written(Generic[V]):
    value: V
    revision: int


LOGGED = (
    BackupAssignment,
    CalendarRule,
    ChangeSet,
    ConfigurationVersion,
    Cover,
    CoverageGap,
    DayOffRequest,
    GenerationRun,
    GroupMembership,
    Membership,
    PriorityRule,
    Restaurant,
    Schedule,
    ShiftAssignment,
    ShiftType,
    StaffGroup,
    StaffMember,
    StandingRule,
    SuccessionRule,
    WorkLimit,
)


@pytest.mark.parametrize("kind", LOGGED)
def test_what_is_written_is_read_back_equal(kind: type):
    @given(st.from_type(kind))
    def holds(value):
        assert from_row(kind, json.loads(json.dumps(to_row(value)))) == value

    holds()


def test_a_result_is_read_back_by_the_class_it_is_a_result_of():
    member = StaffMember(
        id=StaffId(1),
        restaurant_id=1,
        name="佐藤",
        employment_type=EmploymentType.REGULAR,
        employed_from=date(2020, 4, 1),
    )
    result = Written(value=member, revision=2)
    assert from_row(Written[StaffMember], json.loads(json.dumps(to_row(result)))) == result


def test_a_row_is_plain_json_with_the_names_of_the_fields():
    cell = ShiftAssignment(
        id=ShiftAssignmentId(7),
        schedule_id=ScheduleId(3),
        staff_id=StaffId(5),
        date=date(2025, 1, 15),
        shift_type="off",
        source=ShiftSource.MANUAL,
    )
    assert to_row(cell) == {
        "id": 7,
        "schedule_id": 3,
        "staff_id": 5,
        "date": "2025-01-15",
        "shift_type": "off",
        "source": "MANUAL",
        "pinned": False,
        "revision": 0,
    }
