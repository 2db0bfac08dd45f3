from datetime import date, timedelta

import pytest

from domain.changes import Change, EntityType
from domain.findings import Conflict, Severity
from domain.ids import BackupAssignmentId, ConfigurationId, GroupId, StaffId
from domain.touched import Touched, touched_by
from tests.builders import backup, restaurant_board

TODAY = date(2025, 1, 10)
ACTIVE = ConfigurationId(7)


def change(kind, before=None, after=None):
    return Change(entity_type=kind, entity_key="1", before=before, after=after)


def conflict(**fields):
    return Conflict(
        **{
            "code": "X",
            "severity": Severity.INFO,
            "message": "",
            "key": "x",
            "fix": "",
            **fields,
        }
    )


def test_rows_touch_whom_and_what_they_are_about():
    touched = touched_by(
        [
            change(EntityType.STAFF_MEMBER, after={"id": 1}),
            change(EntityType.PRIORITY_RULE, before={"id": 9, "staff_id": 2}),
            change(EntityType.STAFF_GROUP, after={"id": 3}),
            change(EntityType.BACKUP_ASSIGNMENT, after={"id": 4, "group_id": 5, "staff_id": 6}),
        ],
        ACTIVE,
    )

    assert touched == Touched(
        staff_ids=frozenset({StaffId(1), StaffId(2)}),
        group_ids=frozenset({GroupId(3), GroupId(5)}),
        assignment_ids=frozenset({BackupAssignmentId(4)}),
    )


@pytest.mark.parametrize(
    "kind",
    [
        EntityType.SHIFT_ASSIGNMENT,
        EntityType.COVER,
        EntityType.DAY_OFF_REQUEST,
        EntityType.CALENDAR_RULE,
    ],
)
def test_rows_of_a_date_touch_it_before_and_after(kind):
    moved = change(kind, before={"date": "2025-01-15"}, after={"date": "2025-01-17"})
    touched = touched_by([moved], ACTIVE)

    assert touched == Touched(dates=frozenset({date(2025, 1, 15), date(2025, 1, 17)}))
    assert touched.span(TODAY) == (date(2025, 1, 15), date(2025, 1, 17))


def test_publishing_touches_every_date_and_a_mere_revision_none():
    row = {"start": "2025-01-01", "end": "2025-01-03"}
    draft, published = {**row, "status": "DRAFT"}, {**row, "status": "PUBLISHED"}

    assert touched_by([change(EntityType.SCHEDULE, draft, draft)], ACTIVE) is None
    touched = touched_by([change(EntityType.SCHEDULE, draft, published)], ACTIVE)
    assert sorted(touched.dates) == [date(2025, 1, day) for day in (1, 2, 3)]


@pytest.mark.parametrize(
    "kind",
    [
        EntityType.RESTAURANT,
        EntityType.SHIFT_TYPE,
        EntityType.CONFIGURATION,
        EntityType.WORK_LIMIT,
        EntityType.SUCCESSION_RULE,
    ],
)
def test_what_binds_everybody_touches_everything(kind):
    touched = touched_by([change(kind, after={"id": 1})], ACTIVE)

    assert touched.everything
    assert touched.concerns(conflict())


def test_rows_of_another_version_touch_nothing():
    row = {"id": 3, "configuration_id": 8}

    assert touched_by([change(EntityType.STAFF_GROUP, after=row)], ACTIVE) is None


def test_without_dates_the_month_from_today_is_looked_at_and_never_more_than_a_year():
    wide = Touched(dates=frozenset({TODAY, TODAY + timedelta(days=900)}))

    assert Touched(staff_ids=frozenset({StaffId(1)})).span(TODAY) == (TODAY, date(2025, 2, 9))
    assert wide.span(date(2030, 1, 1)) == (TODAY, TODAY + timedelta(days=365))


def test_what_binds_everybody_is_looked_at_from_today_whatever_it_moved():
    moved = change(EntityType.COVER, after={"date": "2024-12-24"})
    touched = touched_by([moved, change(EntityType.CONFIGURATION, after={"id": 7})], ACTIVE)

    assert touched.span(TODAY) == (TODAY, date(2025, 2, 9))


@pytest.mark.parametrize(
    ("after", "groups"),
    [({"deactivated_on": "2025-01-10"}, {1, 2}), ({"employed_until": None, "name": "new"}, set())],
)
def test_groups_of_those_who_come_or_leave_are_touched(after, groups):
    board = restaurant_board(
        TODAY, TODAY, staff=[1, 2], groups={1: [1], 2: [], 3: [2]}, backups=[backup(1, 1, 2)]
    )
    before = {"id": 1, "name": "old", "employed_until": None, "deactivated_on": None}
    touched = touched_by([change(EntityType.STAFF_MEMBER, before, {**before, **after})], ACTIVE)

    assert touched.with_their_groups(board).group_ids == groups


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (conflict(staff_id=StaffId(1)), True),
        (conflict(staff_id=StaffId(9)), False),
        (conflict(group_id=GroupId(2)), True),
        (conflict(group_ids=(GroupId(9), GroupId(2))), True),
        (conflict(group_id=GroupId(9)), False),
        (conflict(backup_assignment_id=BackupAssignmentId(3)), True),
        (conflict(dates=(TODAY,)), True),
        (conflict(dates=(TODAY + timedelta(days=1),)), False),
        (conflict(), False),
    ],
)
def test_a_finding_concerns_whom_it_names_and_when_it_falls(found, expected):
    touched = Touched(
        staff_ids=frozenset({StaffId(1)}),
        group_ids=frozenset({GroupId(2)}),
        assignment_ids=frozenset({BackupAssignmentId(3)}),
        dates=frozenset({TODAY}),
    )

    assert touched.concerns(found) is expected
