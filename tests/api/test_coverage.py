"""Figures, explanations, findings and suggestions through the contract's documents."""

from typing import Any

import pytest

from tests.api.kitchen import ABSENCE, Kitchen, cell, hire, open_kitchen


@pytest.fixture
async def kitchen(api, restaurant_id) -> Kitchen:
    found = await open_kitchen(api, restaurant_id)
    await found.set(cell(found.sato, "off", pinned=True), cell(found.suzuki, "normal"))
    return found


async def explain(kitchen: Kitchen, **variables) -> dict | None:
    given = {"scheduleId": kitchen.schedule, "groupId": kitchen.group, "date": ABSENCE}
    return (await kitchen.api.ask("ExplainCover", **{**given, **variables}))["explainCover"]


async def test_a_need_not_met_is_counted_with_its_gap(kitchen):
    figures = (await kitchen.api.ask("Coverage", scheduleId=kitchen.schedule))["coverage"]
    (group,) = figures["groups"]
    assert (group["needDays"], group["needUnits"], group["coveredUnits"]) == (1, 1, 0)
    assert (group["rate"], group["firstChoiceRate"]) == (0.0, None)
    assert [gap["date"] for gap in group["gaps"]] == [ABSENCE]
    assert figures["revision"] == await kitchen.revision()


async def test_without_need_there_is_no_rate_and_no_slack(kitchen):
    await kitchen.set(cell(kitchen.sato, "normal"))
    figures = (await kitchen.api.ask("Coverage", scheduleId=kitchen.schedule))["coverage"]
    assert figures["groups"][0]["rate"] is None
    assert {day["slack"] for day in figures["days"]} == {None}
    assert len(figures["days"]) == 31


async def test_a_candidate_whom_nobody_asked_is_available(kitchen):
    found = await explain(kitchen)
    assert (found["needed"], found["covered"]) == (1, 0)
    assert found["absentMembers"] == [{"id": kitchen.sato}]
    (candidate,) = found["candidates"]
    assert candidate["staff"] == {"id": kitchen.nakata}
    assert candidate["backupAssignment"] == {"id": kitchen.assignment}
    assert candidate["chosen"] is False
    assert [reason["code"] for reason in candidate["reasons"]] == ["AVAILABLE"]


async def test_a_requested_day_off_is_the_reason(kitchen):
    await kitchen.api.write("RequestDayOff", staffId=kitchen.nakata, date=ABSENCE)
    (candidate,) = (await explain(kitchen))["candidates"]
    assert candidate["reasons"][0]["code"] == "BACKUP_ABSENT"


@pytest.mark.parametrize(
    "variables",
    [
        {"date": "2025-02-01"},
        {"groupId": "nonsense"},
        {"groupId": "U3RhZmZHcm91cDo5OTk"},
        {"scheduleId": "nonsense"},
    ],
)
async def test_what_is_not_there_explains_nothing(kitchen, variables):
    assert await explain(kitchen, **variables) is None


async def test_a_stranger_reads_null_everywhere(kitchen):
    stranger = kitchen.api.as_("stranger")
    schedule, restaurant = kitchen.schedule, kitchen.restaurant
    dates = {"start": "2025-01-01", "end": "2025-01-31"}
    answers = [
        await stranger.ask("Coverage", scheduleId=schedule),
        await stranger.ask(
            "ExplainCover", scheduleId=schedule, groupId=kitchen.group, date=ABSENCE
        ),
        await stranger.ask("Conflicts", restaurantId=restaurant, **dates),
        await stranger.ask("SuggestBackups", scheduleId=schedule),
    ]
    assert [list(answer.values()) for answer in answers] == [[None]] * 4


async def conflicts(kitchen: Kitchen, start: str = "2025-01-01", end: str = "2025-01-31") -> list:
    data = await kitchen.api.ask("Conflicts", restaurantId=kitchen.restaurant, start=start, end=end)
    return data["conflicts"]


async def test_a_group_without_backup_is_found(kitchen):
    assert "GROUP_WITHOUT_BACKUP" not in {c["code"] for c in await conflicts(kitchen)}
    await kitchen.api.write("DeleteBackupAssignment", id=kitchen.assignment)
    (found,) = [c for c in await conflicts(kitchen) if c["code"] == "GROUP_WITHOUT_BACKUP"]
    assert found["group"] == {"id": kitchen.group}
    assert found["severity"] == "WARNING"


@pytest.mark.parametrize(
    ("start", "end", "code"),
    [
        ("2025-01-02", "2025-01-01", "FROM_AFTER_UNTIL"),
        ("2025-01-01", "2026-01-02", "TOO_MANY_DAYS"),
        ("0001-01-01", "9999-12-31", "TOO_MANY_DAYS"),
        ("0001-01-01", "0001-01-31", "DATE_OUT_OF_RANGE"),
        ("9999-12-01", "9999-12-31", "DATE_OUT_OF_RANGE"),
    ],
)
async def test_absurd_ranges_are_coded_errors(kitchen, start, end, code):
    answer = await kitchen.api.execute(
        "Conflicts", restaurantId=kitchen.restaurant, start=start, end=end
    )
    assert answer.errors[0].extensions["code"] == code


COMPARISON = """
query($restaurant: ID!, $known: [String!]!, $end: Date! = "2025-01-31") {
  conflictComparison(restaurantId: $restaurant, start: "2025-01-01", end: $end, knownKeys: $known) {
    fixed new { key } still { key } revision
  }
}
"""


async def compared(kitchen: Kitchen, known: list[str]) -> dict[str, Any]:
    data = await kitchen.api.ask(COMPARISON, restaurant=kitchen.restaurant, known=known)
    return data["conflictComparison"]


def keys(found: list[dict[str, str]]) -> list[str]:
    return [conflict["key"] for conflict in found]


async def test_a_later_list_says_what_is_fixed_new_and_still_there(kitchen):
    elsewhere = await hire(kitchen.api, kitchen.restaurant, "応援", employedUntil="2025-01-20")
    await kitchen.api.write(
        "CreateBackupAssignment", staffId=elsewhere, groupId=kitchen.group, effectiveUntil=None
    )
    first = await compared(kitchen, [])
    known = keys(first["new"])
    assert (first["fixed"], first["still"]) == ([], [])
    assert [key for key in known if key.startswith("STAFF_LEAVES_EARLY")]

    await kitchen.api.write("DeleteBackupAssignment", id=kitchen.assignment)
    await kitchen.set(cell(kitchen.suzuki, "off"))
    after = await compared(kitchen, [*known, "EXPIRED:assignment-1"])
    assert after["fixed"] == ["EXPIRED:assignment-1"]
    assert [key for key in keys(after["new"]) if key.startswith("GROUP_ALL_ABSENT")]
    assert keys(after["still"]) == known
    assert after["revision"] == await kitchen.revision()


async def test_a_comparison_refuses_absurd_questions_and_strangers(kitchen):
    many = await kitchen.api.execute(
        COMPARISON, restaurant=kitchen.restaurant, known=["GROUP_EMPTY:group-1"] * 10_001
    )
    assert many.errors[0].extensions["code"] == "TOO_MANY_KEYS"
    long = await kitchen.api.execute(
        COMPARISON, restaurant=kitchen.restaurant, known=[], end="2026-01-02"
    )
    assert long.errors[0].extensions["code"] == "TOO_MANY_DAYS"
    stranger = kitchen.api.as_("stranger")
    answer = await stranger.ask(COMPARISON, restaurant=kitchen.restaurant, known=[])
    assert answer == {"conflictComparison": None}


async def test_somebody_who_would_close_a_gap_is_suggested(kitchen):
    helper = await hire(kitchen.api, kitchen.restaurant, "応援")
    await kitchen.set(cell(helper, "normal"), cell(kitchen.nakata, "off", pinned=True))
    data = await kitchen.api.ask("SuggestBackups", scheduleId=kitchen.schedule)
    (found,) = data["suggestBackups"]
    assert (found["staff"], found["group"]) == ({"id": helper}, {"id": kitchen.group})
    assert (found["gapsBefore"], found["gapsAfter"]) == (1, 0)
    assert found["datesGained"] == [ABSENCE]


@pytest.mark.parametrize("first", [0, -1, 101])
async def test_lists_have_a_length(kitchen, first):
    answer = await kitchen.api.execute("SuggestBackups", scheduleId=kitchen.schedule, first=first)
    assert answer.errors[0].extensions["code"] == "BAD_PAGE_SIZE"


async def test_a_bare_reference_costs_no_statement(kitchen, statements):
    text = "query($id: ID!) { schedule(id: $id) { shifts { staff { %s } } } }"
    before = statements()
    await kitchen.api.ask(text % "id", id=kitchen.schedule)
    bare = statements() - before
    before = statements()
    await kitchen.api.ask(text % "id name", id=kitchen.schedule)
    assert bare <= statements() - before
