"""Findings in the payload of the mutation that brings them about."""

import pytest

from schema.root import schema
from tests.api.kitchen import Kitchen, cell, open_kitchen

SHOWN = "conflicts { code severity dates staff { id } group { id } }"
WITHOUT = {
    "CancelGenerationPayload": "its result is applied later",
    "CreateConfigurationVersionPayload": "a draft binds nobody",
    "CreateRestaurantPayload": "nobody is there yet",
    "CreateSchedulePayload": "it has no cells",
    "CreateStandingRulePayload": "soft, and no finding speaks of it",
    "DeleteSchedulePayload": "a draft that nobody relies on",
    "DeleteStandingRulePayload": "soft, and no finding speaks of it",
    "GrantMembershipPayload": "about rights",
    "LockConfigurationVersionPayload": "it changes no setting",
    "ReorderBackupAssignmentsPayload": "no finding depends on the order",
    "RevokeMembershipPayload": "about rights",
    "UpdateStandingRulePayload": "soft, and no finding speaks of it",
}


@pytest.fixture
async def kitchen(api, restaurant_id) -> Kitchen:
    return await open_kitchen(api, restaurant_id)


def codes(answer):
    return [conflict["code"] for conflict in answer["conflicts"]]


def test_every_payload_that_can_bring_findings_about_has_them():
    types = schema.as_str().split("\n")
    names = [line.split()[1] for line in types if line.startswith("type ") and "Payload" in line]
    fields = {name: schema.get_type_by_name(name).fields for name in names}
    without = {name for name in names if not any(f.name == "conflicts" for f in fields[name])}

    assert without == WITHOUT.keys()


async def test_request_on_a_day_that_all_must_work_is_told_at_once(kitchen):
    day = {"restaurantId": kitchen.restaurant, "date": "2025-01-20"}
    await kitchen.api.mutate("createCalendarRule", SHOWN, kind="MUST_WORK", **day)
    asked = await kitchen.api.mutate(
        "requestDayOff", SHOWN, staffId=kitchen.sato, date="2025-01-20"
    )

    assert "REQUEST_ON_MUST_WORK" in codes(asked)


async def test_deleting_the_last_backup_says_that_the_group_has_none(kitchen):
    gone = await kitchen.api.mutate("deleteBackupAssignment", SHOWN, id=kitchen.assignment)

    (found,) = [c for c in gone["conflicts"] if c["code"] == "GROUP_WITHOUT_BACKUP"]
    assert (found["severity"], found["group"]) == ("WARNING", {"id": kitchen.group})


async def test_deactivating_a_backup_is_told_and_renaming_somebody_else_is_not(kitchen):
    renamed = await kitchen.api.mutate("updateStaffMember", SHOWN, id=kitchen.suzuki, name="鈴木")
    gone = await kitchen.api.mutate("deleteStaffMember", SHOWN, id=kitchen.nakata)

    assert codes(renamed) == []
    assert "STAFF_INACTIVE" in codes(gone)


async def test_the_last_member_who_leaves_says_that_the_group_is_empty(kitchen):
    first = await kitchen.api.mutate("deleteStaffMember", SHOWN, id=kitchen.sato)
    last = await kitchen.api.mutate("deleteStaffMember", SHOWN, id=kitchen.suzuki)

    assert "GROUP_EMPTY" not in codes(first)
    (found,) = [c for c in last["conflicts"] if c["code"] == "GROUP_EMPTY"]
    assert found["group"] == {"id": kitchen.group}


async def test_cells_tell_what_falls_on_their_dates_alone(kitchen):
    api, schedule = kitchen.api, kitchen.schedule
    await kitchen.set(cell(kitchen.nakata, "off", "2025-01-15", pinned=True))
    await kitchen.set(cell(kitchen.sato, "off", "2025-01-15"))
    same = await api.mutate(
        "setShifts", SHOWN, scheduleId=schedule, shifts=[cell(kitchen.suzuki, "normal")]
    )
    other = await api.mutate(
        "setShifts",
        SHOWN,
        scheduleId=schedule,
        shifts=[cell(kitchen.suzuki, "normal", "2025-01-16")],
    )

    assert set(codes(same)) == {"ALL_BACKUPS_ABSENT", "BACKUP_ABSENT"}
    assert codes(other) == []


async def test_closing_a_day_with_a_cover_says_that_nobody_needs_it(kitchen):
    api, day = kitchen.api, "2025-01-15"
    await kitchen.set(cell(kitchen.sato, "off", day))
    one = {"staffId": kitchen.nakata, "groupId": kitchen.group, "date": day}
    await api.mutate("setCovers", SHOWN, scheduleId=kitchen.schedule, covers=[one])
    closed = await api.mutate(
        "createCalendarRule", SHOWN, restaurantId=kitchen.restaurant, date=day, kind="CLOSED"
    )

    assert "COVER_WITHOUT_NEED" in codes(closed)


async def test_settings_of_a_version_not_in_force_bring_nothing_about(kitchen):
    api = kitchen.api
    made = await api.mutate(
        "createConfigurationVersion",
        "configurationVersion { id groups { id } }",
        restaurantId=kitchen.restaurant,
        name="Next",
    )
    version = made["configurationVersion"]
    (copy,) = version["groups"]
    emptied = await api.mutate("updateStaffGroup", SHOWN, id=copy["id"], memberIds=[])
    past = {"staffId": kitchen.nakata, "groupId": kitchen.group, "date": "2025-01-15"}
    await api.mutate("setCovers", SHOWN, scheduleId=kitchen.schedule, covers=[past])
    active = await api.mutate("activateConfigurationVersion", SHOWN, id=version["id"])

    assert codes(emptied) == []
    assert "GROUP_EMPTY" in codes(active)


async def test_findings_cost_nothing_unless_they_are_asked_for(kitchen, statements):
    async def cost(selection):
        before = statements()
        await kitchen.api.mutate(
            "setShifts",
            selection,
            scheduleId=kitchen.schedule,
            shifts=[cell(kitchen.sato, "normal")],
        )
        return statements() - before

    await cost("")
    assert await cost("") < await cost(SHOWN)
