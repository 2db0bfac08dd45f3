"""The timeline of a group through GraphQL, on the real database."""

from typing import Any

import pytest

from tests.api.kitchen import Kitchen, hire, open_kitchen

TIMELINE = """
query($group: ID!, $start: Date! = "2025-01-01", $end: Date! = "2025-01-31") {
  backupTimeline(groupId: $group, start: $start, end: $end) {
    group { id }
    spans { start end backups { rank backupAssignment { id staff { id } } } }
    nextExpiry
    expiring { id }
    lastBackupLost
    revision
  }
}
"""


@pytest.fixture
async def kitchen(api, restaurant_id) -> Kitchen:
    return await open_kitchen(api, restaurant_id)


async def asked(kitchen: Kitchen, **variables: Any) -> dict[str, Any]:
    data = await kitchen.api.ask(TIMELINE, group=kitchen.group, **variables)
    return data["backupTimeline"]


def shown(spans: list[dict[str, Any]]) -> list[tuple[str, str, list[tuple[int, str]]]]:
    return [
        (
            span["start"],
            span["end"],
            [(b["rank"], b["backupAssignment"]["staff"]["id"]) for b in span["backups"]],
        )
        for span in spans
    ]


async def test_effective_periods_and_leavers_split_the_timeline(kitchen):
    await kitchen.api.write(
        "UpdateBackupAssignment", id=kitchen.assignment, effectiveUntil="2025-01-10"
    )
    leaver = await hire(kitchen.api, kitchen.restaurant, "応援", employedUntil="2025-01-20")
    await kitchen.api.write(
        "CreateBackupAssignment",
        staffId=leaver,
        groupId=kitchen.group,
        effectiveFrom="2025-01-05",
    )
    found = await asked(kitchen)
    assert found["group"] == {"id": kitchen.group}
    assert shown(found["spans"]) == [
        ("2025-01-01", "2025-01-04", [(1, kitchen.nakata)]),
        ("2025-01-05", "2025-01-10", [(1, kitchen.nakata), (2, leaver)]),
        ("2025-01-11", "2025-01-20", [(1, leaver)]),
        ("2025-01-21", "2025-01-31", []),
    ]
    assert found["lastBackupLost"] == ["2025-01-21"]
    assert found["revision"] == await kitchen.revision()


async def test_the_next_expiry_names_who_ends(kitchen):
    assert (await asked(kitchen))["nextExpiry"] is None
    await kitchen.api.write(
        "UpdateBackupAssignment", id=kitchen.assignment, effectiveUntil="2099-12-31"
    )
    found = await asked(kitchen)
    assert (found["nextExpiry"], found["expiring"]) == ("2099-12-31", [{"id": kitchen.assignment}])


async def test_who_joins_the_group_backs_it_no_more(kitchen):
    await kitchen.api.mutate(
        "updateStaffGroup",
        "",
        id=kitchen.group,
        memberIds=[kitchen.sato, kitchen.suzuki, kitchen.nakata],
        membersFrom="2025-01-16",
    )
    found = await asked(kitchen)
    assert [(start, len(backups)) for start, _, backups in shown(found["spans"])] == [
        ("2025-01-01", 1),
        ("2025-01-16", 0),
    ]


async def test_a_strangers_timeline_does_not_exist(kitchen):
    stranger = kitchen.api.as_("stranger")
    assert await stranger.ask(TIMELINE, group=kitchen.group) == {"backupTimeline": None}
    assert await kitchen.api.ask(TIMELINE, group=kitchen.nakata) == {"backupTimeline": None}
    await kitchen.api.mutate("deleteStaffGroup", "", id=kitchen.group)
    assert await asked(kitchen) is None


@pytest.mark.parametrize(
    ("start", "end", "code"),
    [
        ("2025-01-02", "2025-01-01", "FROM_AFTER_UNTIL"),
        ("2025-01-01", "2026-01-02", "TOO_MANY_DAYS"),
        ("9999-12-01", "9999-12-31", "DATE_OUT_OF_RANGE"),
    ],
)
async def test_absurd_periods_are_coded_errors(kitchen, start, end, code):
    answer = await kitchen.api.execute(TIMELINE, group=kitchen.group, start=start, end=end)
    assert answer.errors[0].extensions["code"] == code
