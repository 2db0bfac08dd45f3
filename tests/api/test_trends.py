"""Coverage from schedule to schedule through GraphQL, on the real database."""

from typing import Any

import pytest

from tests.api.kitchen import Kitchen, cell, open_kitchen, plan

TREND = """
query($restaurant: ID!, $group: ID, $first: Int, $before: Date) {
  coverageTrend(restaurantId: $restaurant, groupId: $group, first: $first, before: $before) {
    points {
      schedule { id status start }
      needUnits coveredUnits rate firstChoiceRate
      reasons { code gaps }
      missingChange rateChange firstChoiceChange
    }
    hasEarlier
    revision
  }
}
"""
FEBRUARY = "2025-02-12"


@pytest.fixture
async def kitchen(api, restaurant_id) -> Kitchen:
    """Satō is off in January, where nobody covers, and in February, where Nakata does."""
    made = await open_kitchen(api, restaurant_id)
    await made.set(cell(made.sato, "off", pinned=True), cell(made.nakata, "off", pinned=True))
    return made


async def covered_february(kitchen: Kitchen) -> str:
    february = await plan(kitchen.api, kitchen.restaurant, "2025-02-01", "2025-02-28")
    await kitchen.api.write(
        "SetShifts", scheduleId=february, shifts=[cell(kitchen.sato, "off", FEBRUARY)]
    )
    await kitchen.api.mutate(
        "setCovers",
        "",
        scheduleId=february,
        covers=[{"staffId": kitchen.nakata, "groupId": kitchen.group, "date": FEBRUARY}],
    )
    return february


async def asked(kitchen: Kitchen, **variables: Any) -> dict[str, Any]:
    data = await kitchen.api.ask(TREND, restaurant=kitchen.restaurant, **variables)
    return data["coverageTrend"]


async def test_each_schedule_is_shown_beside_the_one_before(kitchen):
    february = await covered_february(kitchen)
    found = await asked(kitchen)
    january, second = found["points"]
    assert january["schedule"]["id"] == kitchen.schedule
    assert (january["needUnits"], january["coveredUnits"], january["rate"]) == (1, 0, 0.0)
    assert january["reasons"] == [{"code": "BACKUP_ABSENT", "gaps": 1}]
    assert (january["missingChange"], january["rateChange"]) == (None, None)
    assert second["schedule"]["id"] == february
    assert (second["rate"], second["firstChoiceRate"], second["reasons"]) == (1.0, 1.0, [])
    assert (second["missingChange"], second["rateChange"]) == (-1, 1.0)
    assert second["firstChoiceChange"] is None
    assert found["revision"] == await kitchen.revision()


async def test_a_trend_says_of_a_schedule_what_its_coverage_says(kitchen):
    await covered_february(kitchen)
    for point in (await asked(kitchen, group=kitchen.group))["points"]:
        data = await kitchen.api.ask("Coverage", scheduleId=point["schedule"]["id"])
        (group,) = data["coverage"]["groups"]
        figures = ("needUnits", "coveredUnits", "rate", "firstChoiceRate")
        assert {name: point[name] for name in figures} == {name: group[name] for name in figures}
        missing = sum(gap["missing"] for gap in group["gaps"])
        assert missing == point["needUnits"] - point["coveredUnits"]
    assert (await asked(kitchen))["points"] == (await asked(kitchen, group=kitchen.group))["points"]


async def test_an_overlapping_draft_does_not_count_twice(kitchen):
    newer = await plan(kitchen.api, kitchen.restaurant, "2025-01-15", "2025-01-20")
    shown = (await asked(kitchen))["points"]
    assert [(p["schedule"]["id"], p["schedule"]["status"]) for p in shown] == [(newer, "DRAFT")]
    await kitchen.api.write(
        "PublishSchedule", scheduleId=kitchen.schedule, override="short of people"
    )
    shown = (await asked(kitchen))["points"]
    assert [(p["schedule"]["id"], p["schedule"]["status"]) for p in shown] == [
        (kitchen.schedule, "PUBLISHED")
    ]


async def test_a_trend_is_read_in_parts(kitchen):
    february = await covered_february(kitchen)
    latest = await asked(kitchen, first=1)
    (point,) = latest["points"]
    assert point["schedule"]["id"] == february
    assert (point["missingChange"], latest["hasEarlier"]) == (-1, True)
    earlier = await asked(kitchen, first=1, before=point["schedule"]["start"])
    assert [p["schedule"]["id"] for p in earlier["points"]] == [kitchen.schedule]
    assert earlier["hasEarlier"] is False


async def test_a_strangers_trend_does_not_exist(kitchen, api):
    stranger = api.as_("stranger")
    answer = await stranger.ask(TREND, restaurant=kitchen.restaurant)
    assert answer == {"coverageTrend": None}
    own = await stranger.write("CreateRestaurant", name="Elsewhere", timeZone="Asia/Tokyo")
    answer = await stranger.ask(TREND, restaurant=own["restaurant"]["id"], group=kitchen.group)
    assert answer == {"coverageTrend": None}
    assert await asked(kitchen, group=kitchen.nakata) is None


async def test_without_schedules_a_trend_is_empty(api, restaurant_id):
    data = await api.ask(TREND, restaurant=restaurant_id)
    assert (data["coverageTrend"]["points"], data["coverageTrend"]["hasEarlier"]) == ([], False)


@pytest.mark.parametrize("first", [0, -1, 25])
async def test_a_trend_has_a_limit(kitchen, first):
    answer = await kitchen.api.execute(TREND, restaurant=kitchen.restaurant, first=first)
    assert answer.errors[0].extensions["code"] == "BAD_PAGE_SIZE"
