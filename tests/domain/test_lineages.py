"""Covers of a board under the groups and assignments of another version."""

from dataclasses import replace
from datetime import date

from domain.ids import BackupAssignmentId, ConfigurationId, GroupId
from domain.lineages import carried_over
from tests.builders import backup, cover, restaurant_board, staff_group

DAY = date(2025, 1, 15)
COVER = cover(DAY, 1, 3, backup_assignment_id=BackupAssignmentId(1))
OLD = restaurant_board(
    DAY,
    DAY,
    staff=[1, 3],
    groups=[staff_group(1), staff_group(2)],
    backups=[backup(1, 3, 1)],
    covers=(COVER,),
)


def version(number: int, **fields):
    base = restaurant_board(DAY, DAY, staff=[1, 3], **fields)
    configuration = replace(base.configuration, id=ConfigurationId(number))
    return replace(base, configuration=configuration)


def test_a_copy_takes_the_cover_and_names_its_own_assignment():
    copy = version(
        2,
        groups=[staff_group(11, lineage_id=GroupId(1))],
        backups=[backup(21, 3, 11, lineage_id=BackupAssignmentId(1))],
    )
    (found,) = carried_over(OLD, copy).covers
    assert found == replace(COVER, group_id=11, backup_assignment_id=21)


def test_the_first_version_takes_back_what_its_copy_covered():
    copy = version(
        2,
        groups=[staff_group(11, lineage_id=GroupId(1))],
        backups=[backup(21, 3, 11, lineage_id=BackupAssignmentId(1))],
    )
    there = carried_over(OLD, copy)
    assert carried_over(replace(copy, covers=there.covers), OLD).covers == OLD.covers


def test_an_assignment_without_a_copy_is_named_no_more():
    copy = version(2, groups=[staff_group(11, lineage_id=GroupId(1))])
    (found,) = carried_over(OLD, copy).covers
    assert (found.group_id, found.backup_assignment_id) == (11, None)


def test_a_cover_of_a_group_without_a_copy_stays_as_it_is():
    other = version(2, groups=[staff_group(12, lineage_id=GroupId(2))])
    assert carried_over(OLD, other).covers == (COVER,)


def test_within_one_version_covers_stay_even_under_deleted_assignments():
    now = restaurant_board(DAY, DAY, staff=[1, 3], groups=[staff_group(1)])
    assert carried_over(OLD, now).covers == (COVER,)
