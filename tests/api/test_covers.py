"""Covers by hand, and what happens to covers when cells and needs change."""

import pytest

from tests.api.kitchen import ABSENCE, Kitchen, cell, hire, open_kitchen

COVER = "covers { id staff { id } backupAssignment { id } priorityOrder source pinned }"


@pytest.fixture
async def kitchen(api, restaurant_id) -> Kitchen:
    found = await open_kitchen(api, restaurant_id)
    await found.set(cell(found.sato, "off", pinned=True))
    return found


async def cover(kitchen: Kitchen, staff: str, **fields) -> dict:
    override = {key: fields.pop(key) for key in ("override", "expectedRevision") if key in fields}
    draft = {"staffId": staff, "groupId": kitchen.group, "date": ABSENCE, **fields}
    return await kitchen.api.mutate(
        "setCovers",
        f"{COVER} gaps {{ missing }}",
        scheduleId=kitchen.schedule,
        covers=[draft],
        **override,
    )


async def code_of(kitchen: Kitchen, staff: str) -> str | None:
    board = await kitchen.board()
    found = [
        shift["shiftType"]["code"]
        for shift in board["shifts"]
        if shift["date"] == ABSENCE and shift["staff"] == {"id": staff}
    ]
    return found[0] if found else None


async def test_a_cover_by_hand_works_and_is_pinned(kitchen):
    answer = await cover(kitchen, kitchen.nakata)
    (made,) = answer["covers"]
    assert made["backupAssignment"] == {"id": kitchen.assignment}
    assert (made["priorityOrder"], made["source"], made["pinned"]) == (1, "MANUAL", True)
    assert answer["gaps"] == []
    assert await code_of(kitchen, kitchen.nakata) == "normal"
    (recorded,) = (await kitchen.board())["covers"]
    assert recorded["absentMembers"] == [{"id": kitchen.sato}]


async def test_somebody_without_an_assignment_may_be_named(kitchen):
    helper = await hire(kitchen.api, kitchen.restaurant, "応援")
    (made,) = (await cover(kitchen, helper))["covers"]
    assert (made["backupAssignment"], made["priorityOrder"]) == (None, None)
    codes = {violation["code"] for violation in (await kitchen.board())["violations"]}
    assert "COVER_BY_UNASSIGNED" in codes


async def test_a_member_cannot_cover_their_own_group(kitchen):
    assert (await cover(kitchen, kitchen.suzuki))["code"] == "MEMBER_OF_GROUP"


async def test_somebody_not_employed_cannot_cover(kitchen):
    newcomer = await hire(kitchen.api, kitchen.restaurant, "新人", employedFrom="2025-02-01")
    assert (await cover(kitchen, newcomer))["code"] == "NOT_EMPLOYED"


async def test_somebody_with_a_day_off_needs_a_reason(kitchen):
    await kitchen.set(cell(kitchen.nakata, "off"))
    assert (await cover(kitchen, kitchen.nakata))["code"] == "OVERRIDE_NEEDED"
    answer = await cover(kitchen, kitchen.nakata, override="本人了承")
    assert len(answer["covers"]) == 1
    assert await code_of(kitchen, kitchen.nakata) == "normal"


async def test_a_cell_pinned_to_a_rest_refuses_a_cover(kitchen):
    await kitchen.set(cell(kitchen.nakata, "off", pinned=True))
    answer = await cover(kitchen, kitchen.nakata, override="本人了承")
    assert (answer["__typename"], answer["code"]) == ("ConflictProblem", "CELL_PINNED")
    assert len(answer["current"]) == 2
    assert all(node["id"] in answer["message"] for node in answer["current"])
    assert all(name in answer["message"] for name in ("中田", "キッチングループ", ABSENCE))


async def test_a_pinned_cover_refuses_that_its_holder_rests(kitchen):
    await cover(kitchen, kitchen.nakata)
    answer = await kitchen.set(cell(kitchen.nakata, "off"))
    assert (answer["__typename"], answer["code"]) == ("ConflictProblem", "COVER_PINNED")
    assert all(name in answer["message"] for name in ("中田", "キッチングループ", ABSENCE))
    assert all(kind in answer["message"] for kind in ("(Cover ", ", ShiftAssignment "))
    assert len(answer["current"]) == 2
    assert len((await kitchen.board())["covers"]) == 1


async def test_a_holder_set_to_rest_releases_the_cover_and_opens_the_gap(kitchen):
    await cover(kitchen, kitchen.nakata, pinned=False)
    answer = await kitchen.set(cell(kitchen.nakata, "off"))
    assert [gap["missing"] for gap in answer["gaps"]] == [1]
    assert (await kitchen.board())["covers"] == []
    changed = {
        row["entityType"] for row in await kitchen.log() if row["revision"] == answer["revision"]
    }
    assert changed == {"SHIFT_ASSIGNMENT", "COVER", "COVERAGE_GAP", "SCHEDULE"}


async def test_a_manual_cover_outlives_its_need_and_is_reported(kitchen):
    await cover(kitchen, kitchen.nakata)
    await kitchen.set(cell(kitchen.sato, "normal"))
    board = await kitchen.board()
    assert len(board["covers"]) == 1
    assert "COVER_WITHOUT_NEED" in {violation["code"] for violation in board["violations"]}


async def test_a_released_cover_leaves_the_cell_and_opens_the_gap(kitchen):
    (made,) = (await cover(kitchen, kitchen.nakata))["covers"]
    answer = await kitchen.api.mutate("releaseCover", "gaps { missing }", coverId=made["id"])
    assert answer["gaps"] == [{"missing": 1}]
    board = await kitchen.board()
    assert board["covers"] == []
    (shift,) = [s for s in board["shifts"] if s["staff"] == {"id": kitchen.nakata}]
    assert (shift["shiftType"]["code"], shift["source"]) == ("normal", "GENERATED")
    again = await kitchen.api.mutate("releaseCover", "gaps { missing }", coverId=made["id"])
    assert again["__typename"] == "NotFoundProblem"


async def test_a_cell_changed_meanwhile_makes_a_cover_stale(kitchen):
    seen = await kitchen.revision()
    await kitchen.set(cell(kitchen.nakata, "normal"))
    answer = await cover(kitchen, kitchen.nakata, expectedRevision=seen)
    assert (answer["__typename"], answer["code"]) == ("ConflictProblem", "STALE_REVISION")


async def test_a_cover_named_twice_is_refused(kitchen):
    draft = {"staffId": kitchen.nakata, "groupId": kitchen.group, "date": ABSENCE}
    answer = await kitchen.api.mutate(
        "setCovers", COVER, scheduleId=kitchen.schedule, covers=[draft, draft]
    )
    assert answer["code"] == "DUPLICATE"


async def test_a_cover_outside_the_schedule_is_refused(kitchen):
    assert (await cover(kitchen, kitchen.nakata, date="2025-02-01"))["code"] == (
        "DATE_OUTSIDE_SCHEDULE"
    )


async def test_strangers_ids_are_not_found(kitchen):
    answer = await cover(kitchen, kitchen.nakata, groupId="U3RhZmZHcm91cDo5OTk")
    assert (answer["__typename"], answer["path"]) == (
        "NotFoundProblem",
        ["input", "covers", "0", "groupId"],
    )


async def test_a_cover_set_again_as_it_is_keeps_its_revision(kitchen):
    selection = "covers { id revision }"
    draft = {"staffId": kitchen.nakata, "groupId": kitchen.group, "date": ABSENCE}
    fields = {"scheduleId": kitchen.schedule, "covers": [draft]}
    first = await kitchen.api.mutate("setCovers", selection, **fields)
    again = await kitchen.api.mutate("setCovers", selection, **fields)
    assert again["covers"] == first["covers"]
    assert first["covers"][0]["revision"] == first["revision"]


async def test_shifts_of_somebody_deleted_may_be_cleared(kitchen):
    await kitchen.set(cell(kitchen.suzuki, "normal"))
    await kitchen.api.mutate("deleteStaffMember", "staffMember { id }", id=kitchen.suzuki)
    left = {violation["code"] for violation in (await kitchen.board())["violations"]}
    cleared = await kitchen.set(cell(kitchen.suzuki, None))
    codes = {violation["code"] for violation in (await kitchen.board())["violations"]}
    assert "OUTSIDE_EMPLOYMENT" in left
    assert cleared["shifts"] == []
    assert "OUTSIDE_EMPLOYMENT" not in codes
