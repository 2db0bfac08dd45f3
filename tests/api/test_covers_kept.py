"""Covers recorded once, while settings around them change: nothing is rewritten or lost."""

from typing import Any

import pytest

from tests.api.kitchen import ABSENCE, Kitchen, cell, hire, open_kitchen
from tests.api.test_generation import generate

RECORDED = (
    "id date staff { id } group { id } backupAssignment { id } priorityOrder"
    " absentMembers { id } source pinned revision"
)
COVERS = f"query($id: ID!) {{ schedule(id: $id) {{ covers {{ {RECORDED} }} }} }}"
NODE = "query($id: ID!) { node(id: $id) { ... on Cover { absentMembers { id } } } }"
CONFLICTS = """
query($id: ID!, $start: Date!, $end: Date!) {
  conflicts(restaurantId: $id, start: $start, end: $end) { code fix dates }
}
"""


@pytest.fixture
async def kitchen(api, restaurant_id) -> Kitchen:
    """A week in which Sato is off on one day."""
    found = await open_kitchen(api, restaurant_id, "2025-01-13", "2025-01-19")
    await found.set(cell(found.sato, "off", pinned=True))
    return found


async def recorded(kitchen: Kitchen) -> list[dict[str, Any]]:
    """The covers of the day on which Sato is off."""
    found = (await kitchen.api.ask(COVERS, id=kitchen.schedule))["schedule"]["covers"]
    return [cover for cover in found if cover["date"] == ABSENCE]


async def reported(kitchen: Kitchen) -> set[str]:
    """What is reported of that day."""
    found = (await kitchen.board())["violations"]
    return {violation["code"] for violation in found if ABSENCE in violation["dates"]}


async def shrink(kitchen: Kitchen) -> None:
    """The assignment begins on the day after the absence."""
    answer = await kitchen.api.write(
        "UpdateBackupAssignment", id=kitchen.assignment, effectiveFrom="2025-01-16"
    )
    assert "revision" in answer, answer


async def pinned_by_hand(kitchen: Kitchen) -> None:
    draft = {"staffId": kitchen.nakata, "groupId": kitchen.group, "date": ABSENCE}
    await kitchen.api.mutate("setCovers", "", scheduleId=kitchen.schedule, covers=[draft])


async def publish(kitchen: Kitchen) -> None:
    answer = await kitchen.api.write(
        "PublishSchedule", scheduleId=kitchen.schedule, override="確認済み"
    )
    assert "revision" in answer, answer


async def members_are(kitchen: Kitchen, *staff: str) -> None:
    answer = await kitchen.api.mutate(
        "updateStaffGroup", "", id=kitchen.group, memberIds=staff, membersFrom="2025-01-13"
    )
    assert answer["__typename"] == "UpdateStaffGroupPayload", answer


async def test_a_window_that_shrinks_leaves_the_cover_and_reports_it(kitchen):
    await generate(kitchen)
    before = await recorded(kitchen)
    assert len(before) == 1
    await shrink(kitchen)
    assert await recorded(kitchen) == before
    assert "COVER_OUTSIDE_EFFECTIVE_PERIOD" in await reported(kitchen)


async def test_the_next_run_drops_a_cover_outside_its_window_and_shows_the_gap(kitchen):
    await generate(kitchen)
    await shrink(kitchen)
    assert (await generate(kitchen))["state"] == "FINISHED"
    assert await recorded(kitchen) == []
    board = await kitchen.board()
    (gap,) = [gap for gap in board["gaps"] if gap["date"] == ABSENCE]
    assert [reason["code"] for reason in gap["reasons"]] == ["OUTSIDE_EFFECTIVE_PERIOD"]
    assert "COVER_OUTSIDE_EFFECTIVE_PERIOD" not in await reported(kitchen)


async def test_the_next_run_keeps_a_pinned_cover_outside_its_window(kitchen):
    await pinned_by_hand(kitchen)
    before = await recorded(kitchen)
    await shrink(kitchen)
    assert (await generate(kitchen))["state"] == "FINISHED"
    assert await recorded(kitchen) == before
    assert "COVER_OUTSIDE_EFFECTIVE_PERIOD" in await reported(kitchen)


async def test_a_published_cover_outside_its_window_stays_and_somebody_else_is_proposed(kitchen):
    spare = await hire(kitchen.api, kitchen.restaurant, "応援")
    await kitchen.api.write(
        "CreateBackupAssignment", staffId=spare, groupId=kitchen.group, priorityOrder=2
    )
    await kitchen.set(cell(spare, "normal"))
    await generate(kitchen)
    await publish(kitchen)
    before = await recorded(kitchen)
    assert [cover["staff"]["id"] for cover in before] == [kitchen.nakata]
    await shrink(kitchen)
    assert await recorded(kitchen) == before
    found = await kitchen.api.ask(
        CONFLICTS, id=kitchen.restaurant, start="2025-01-13", end="2025-01-19"
    )
    fixes = [
        conflict["fix"]
        for conflict in found["conflicts"]
        if conflict["code"] == "COVER_OUTSIDE_EFFECTIVE_PERIOD" and ABSENCE in conflict["dates"]
    ]
    assert len(fixes) == 1
    assert "応援" in fixes[0]


async def test_a_deleted_assignment_leaves_its_cover_which_counts_on(kitchen):
    await generate(kitchen)
    before = await recorded(kitchen)
    await kitchen.api.write("DeleteBackupAssignment", id=kitchen.assignment)
    assert await recorded(kitchen) == before
    assert "COVER_BY_UNASSIGNED" in await reported(kitchen)
    assert [g for g in (await kitchen.board())["gaps"] if g["date"] == ABSENCE] == []


async def test_a_new_order_and_a_new_name_change_no_recorded_cover(kitchen):
    await generate(kitchen)
    before = await recorded(kitchen)
    assert before[0]["priorityOrder"] == 1
    for change in ({"priorityOrder": 7}, {"notes": "応援"}):
        await kitchen.api.write("UpdateBackupAssignment", id=kitchen.assignment, **change)
    await kitchen.api.write("UpdateStaffMember", id=kitchen.nakata, name="中田 花子")
    await kitchen.api.mutate("updateStaffGroup", "", id=kitchen.group, name="厨房")
    assert await recorded(kitchen) == before


async def test_a_holder_who_leaves_before_the_day_counts_no_longer_and_stays_recorded(kitchen):
    await generate(kitchen)
    before = await recorded(kitchen)
    await kitchen.api.write("UpdateStaffMember", id=kitchen.nakata, employedUntil="2025-01-14")
    assert await recorded(kitchen) == before
    assert {"COVER_NOT_ELIGIBLE", "OUTSIDE_EMPLOYMENT"} <= await reported(kitchen)
    (gap,) = [gap for gap in (await kitchen.board())["gaps"] if gap["date"] == ABSENCE]
    assert gap["missing"] == 1


async def test_a_holder_whose_last_day_is_the_day_goes_on_covering(kitchen):
    await generate(kitchen)
    await kitchen.api.write("UpdateStaffMember", id=kitchen.nakata, employedUntil=ABSENCE)
    assert len(await recorded(kitchen)) == 1
    assert "COVER_NOT_ELIGIBLE" not in await reported(kitchen)


async def test_a_holder_who_joins_the_group_is_reported_and_dropped_by_the_next_run(kitchen):
    await generate(kitchen)
    before = await recorded(kitchen)
    await members_are(kitchen, kitchen.sato, kitchen.suzuki, kitchen.nakata)
    assert await recorded(kitchen) == before
    assert "COVER_NOT_ELIGIBLE" in await reported(kitchen)
    await generate(kitchen)
    assert await recorded(kitchen) == []


async def test_a_released_cover_is_set_again_by_hand(kitchen):
    """The way back from an edit that released a cover."""
    await generate(kitchen)
    (before,) = await recorded(kitchen)
    await kitchen.set(cell(kitchen.nakata, "off"))
    assert await recorded(kitchen) == []
    await kitchen.set(cell(kitchen.nakata, "normal"))
    await pinned_by_hand(kitchen)
    (after,) = await recorded(kitchen)
    same = ("staff", "group", "backupAssignment", "priorityOrder", "absentMembers")
    assert {key: after[key] for key in same} == {key: before[key] for key in same}
    assert (after["source"], after["pinned"]) == ("MANUAL", True)


async def test_a_draft_says_for_whom_a_cover_is_now_and_a_published_one_for_whom_it_was(kitchen):
    await kitchen.set(cell(kitchen.suzuki, "off", pinned=True))
    await generate(kitchen)
    (both,) = await recorded(kitchen)
    await members_are(kitchen, kitchen.sato)
    (one,) = await recorded(kitchen)
    node = await kitchen.api.ask(NODE, id=one["id"])
    assert both["absentMembers"] == [{"id": kitchen.sato}, {"id": kitchen.suzuki}]
    assert one["absentMembers"] == [{"id": kitchen.sato}]
    assert node["node"] == {"absentMembers": one["absentMembers"]}

    await publish(kitchen)
    await members_are(kitchen, kitchen.sato, kitchen.suzuki)
    (kept,) = await recorded(kitchen)
    assert kept["absentMembers"] == one["absentMembers"]
    assert await kitchen.api.ask(NODE, id=one["id"]) == node
