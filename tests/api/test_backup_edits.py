"""Assignments that are edited after the world around them has changed."""

import pytest

from tests.api.conftest import Api
from tests.api.test_settings import group, person


@pytest.fixture
async def nakata(api: Api, restaurant_id: str) -> str:
    return await person(api, restaurant_id, "中田")


@pytest.fixture
async def kitchen(api: Api, restaurant_id: str) -> str:
    return await group(api, restaurant_id, await person(api, restaurant_id, "佐藤"))


async def assign(api: Api, staff: str, kitchen: str, **fields) -> dict:
    return await api.write("CreateBackupAssignment", staffId=staff, groupId=kitchen, **fields)


@pytest.mark.parametrize(
    ("field", "value"),
    [("notes", "電話で"), ("effectiveUntil", "2025-01-09"), ("effectiveUntil", "2025-02-01")],
)
async def test_an_assignment_of_somebody_who_joined_later_may_be_edited(
    api, kitchen, nakata, field, value
):
    key = (await assign(api, nakata, kitchen))["backupAssignment"]["id"]
    await api.mutate("updateStaffGroup", "group { id }", id=kitchen, memberIds=[nakata])
    answer = await api.write("UpdateBackupAssignment", id=key, **{field: value})
    assert answer["backupAssignment"][field] == value


async def test_an_assignment_over_before_its_person_joined_is_no_self_backup(api, kitchen, nakata):
    await api.mutate("updateStaffGroup", "group { id }", id=kitchen, memberIds=[nakata])
    answer = await assign(api, nakata, kitchen, effectiveUntil="2025-01-09")
    assert answer["backupAssignment"]["effectiveUntil"] == "2025-01-09"


async def test_taking_back_an_assignment_of_a_member_is_refused(api, kitchen, nakata):
    key = (await assign(api, nakata, kitchen))["backupAssignment"]["id"]
    await api.write("DeleteBackupAssignment", id=key)
    await api.mutate("updateStaffGroup", "group { id }", id=kitchen, memberIds=[nakata])
    answer = await api.write("UpdateBackupAssignment", id=key, isActive=True)
    assert answer["code"] == "SELF_GROUP"


async def test_no_assignment_is_taken_back_into_a_deleted_group(api, kitchen, nakata):
    key = (await assign(api, nakata, kitchen))["backupAssignment"]["id"]
    await api.mutate("deleteStaffGroup", "group { id }", id=kitchen)
    answer = await api.mutate(
        "updateBackupAssignment", "backupAssignment { isActive }", id=key, isActive=True
    )
    assert (answer["code"], answer["current"]) == ("ALREADY_DELETED", [{"id": kitchen}])


@pytest.mark.parametrize("first", ["2999-12-31", "9999-12-31"])
async def test_an_assignment_may_begin_on_the_last_day_there_is(api, kitchen, nakata, first):
    answer = await assign(api, nakata, kitchen, effectiveFrom=first)
    assert answer["backupAssignment"]["effectiveFrom"] == first


async def test_an_order_that_misses_a_newer_backup_is_stale(api, restaurant_id, kitchen, nakata):
    first = await assign(api, nakata, kitchen)
    tanaka = await person(api, restaurant_id, "田中")
    second = (await assign(api, tanaka, kitchen))["backupAssignment"]["id"]
    answer = await api.mutate(
        "reorderBackupAssignments",
        "backupAssignments { id }",
        groupId=kitchen,
        ids=[first["backupAssignment"]["id"]],
        expectedRevision=first["revision"],
    )
    assert (answer["__typename"], answer["code"]) == ("ConflictProblem", "STALE_REVISION")
    assert second in [node["id"] for node in answer["current"]]


async def test_an_order_that_names_a_deleted_backup_is_stale(api, restaurant_id, kitchen, nakata):
    tanaka = await person(api, restaurant_id, "田中")
    first = (await assign(api, nakata, kitchen))["backupAssignment"]["id"]
    second = await assign(api, tanaka, kitchen)
    gone = second["backupAssignment"]["id"]
    await api.write("DeleteBackupAssignment", id=gone)
    order = {"groupId": kitchen, "ids": [gone, first]}
    stale = await api.write(
        "ReorderBackupAssignments", **order, expectedRevision=second["revision"]
    )
    unchecked = await api.write("ReorderBackupAssignments", **order)
    assert (stale["__typename"], stale["code"]) == ("ConflictProblem", "STALE_REVISION")
    assert (unchecked["__typename"], unchecked["code"]) == (
        "ValidationProblem",
        "ORDER_INCOMPLETE",
    )
