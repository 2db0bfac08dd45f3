"""Who belongs to a group from a day on, changed again and taken back."""

import pytest

from tests.api.conftest import Api
from tests.api.test_settings import group, person

MEMBERSHIPS = "group { memberships { staff { name } effectiveFrom effectiveUntil } }"


@pytest.fixture
async def sato(api: Api, restaurant_id: str) -> str:
    return await person(api, restaurant_id, "佐藤")


async def belong(api: Api, kitchen: str, *members: str, **fields) -> list[tuple]:
    """The memberships once exactly these belong to the group."""
    answer = await api.mutate(
        "updateStaffGroup", MEMBERSHIPS, id=kitchen, memberIds=list(members), **fields
    )
    return [
        (row["staff"]["name"], row["effectiveFrom"], row["effectiveUntil"])
        for row in answer["group"]["memberships"]
    ]


async def test_a_leave_that_lies_ahead_is_taken_back(api, restaurant_id, sato):
    kitchen = await group(api, restaurant_id, sato)
    leaving = await belong(api, kitchen, membersFrom="2025-03-01")
    staying = await belong(api, kitchen, sato)
    assert leaving == [("佐藤", None, "2025-02-28")]
    assert staying == [("佐藤", None, None)]


async def test_somebody_who_comes_back_may_stay_throughout(api, restaurant_id, sato):
    kitchen = await group(api, restaurant_id, sato)
    await belong(api, kitchen, membersFrom="2025-03-01")
    away = await belong(api, kitchen, sato, membersFrom="2025-05-01")
    throughout = await belong(api, kitchen, sato)
    assert away == [("佐藤", None, "2025-02-28"), ("佐藤", "2025-05-01", None)]
    assert throughout == [("佐藤", None, None)]


async def test_a_first_day_that_lies_ahead_is_moved_forward(api, restaurant_id, sato):
    kitchen = await group(api, restaurant_id)
    await belong(api, kitchen, sato, membersFrom="2025-05-01")
    assert await belong(api, kitchen, sato, membersFrom="2025-02-01") == [
        ("佐藤", "2025-02-01", None)
    ]


async def test_members_may_be_replaced_from_the_first_day_there_is(api, restaurant_id, sato):
    kitchen = await group(api, restaurant_id, sato)
    assert await belong(api, kitchen, membersFrom="0001-01-01") == []


async def test_nobody_joins_a_group_who_has_been_deleted(api, restaurant_id, sato):
    kitchen = await group(api, restaurant_id)
    await api.mutate("deleteStaffMember", "staffMember { id }", id=sato)
    added = await api.mutate("updateStaffGroup", "group { id }", id=kitchen, memberIds=[sato])
    made = await api.write(
        "CreateStaffGroup", restaurantId=restaurant_id, name="ホール", memberIds=[sato]
    )
    for answer in (added, made):
        assert (answer["code"], answer["path"]) == ("NOT_FOUND", ["input", "memberIds"])


async def test_a_day_without_members_is_refused_and_not_ignored(api, restaurant_id, sato):
    kitchen = await group(api, restaurant_id, sato)
    answer = await api.mutate(
        "updateStaffGroup", "group { id }", id=kitchen, membersFrom="2025-02-01"
    )
    assert (answer["code"], answer["path"]) == ("MEMBER_IDS_NEEDED", ["input", "memberIds"])


async def test_a_deleted_member_does_not_hinder_other_edits(api, restaurant_id, sato):
    kitchen = await group(api, restaurant_id, sato)
    await api.mutate("deleteStaffMember", "staffMember { id }", id=sato)
    assert await belong(api, kitchen, sato) == [("佐藤", None, None)]


async def test_a_stale_tab_deletes_no_group_that_got_a_backup_meanwhile(api, restaurant_id, sato):
    kitchen = await group(api, restaurant_id)
    seen = (await api.ask("Settings", restaurantId=restaurant_id))["restaurant"]["revision"]
    made = await api.write("CreateBackupAssignment", staffId=sato, groupId=kitchen)
    answer = await api.mutate("deleteStaffGroup", "group { id }", id=kitchen, expectedRevision=seen)
    assert (answer["__typename"], answer["code"]) == ("ConflictProblem", "STALE_REVISION")
    assert made["backupAssignment"]["id"] in [node["id"] for node in answer["current"]]


async def test_an_activation_is_stale_when_another_came_first(api, restaurant_id):
    drafts = [
        await api.mutate(
            "createConfigurationVersion",
            "configurationVersion { id }",
            restaurantId=restaurant_id,
            name=name,
        )
        for name in ("二月", "三月")
    ]
    first, second = (draft["configurationVersion"]["id"] for draft in drafts)
    seen = drafts[1]["revision"]
    shown = "configurationVersion { status }"
    await api.mutate("activateConfigurationVersion", shown, id=first)
    late = await api.mutate("activateConfigurationVersion", shown, id=second, expectedRevision=seen)
    assert (late["code"], late["current"]) == ("STALE_REVISION", [{"id": first}])
