"""What clients are told once the old end of the log is gone: the same, but for the log itself."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from resolvers.retention import Kept, Total, prune
from tests.api.kitchen import Kitchen, cell, following, open_kitchen

SINCE = (
    "query ($id: ID!) { schedule(id: $id) { sincePublished { publishedRevision "
    "cells { staff { id } before { code } after { code } } gapsOpened { date } } "
    "runs { edges { node { isStale } } } } }"
)


@pytest.fixture
async def kitchen(api, restaurant_id) -> Kitchen:
    return await open_kitchen(api, restaurant_id)


async def forget(kitchen: Kitchen) -> Total:
    """Leave the newest change set alone in the log."""
    kept = Kept(days=0, change_sets=1)
    return await prune(kitchen.api.database, kept, lambda: datetime.now(UTC) + timedelta(days=1))


async def stale_edits(kitchen: Kitchen, expected: int) -> list[dict[str, Any]]:
    """Edits of a restaurant and a role that have changed, and of a role that has not."""
    api, place = kitchen.api, {"restaurantId": kitchen.restaurant, "expectedRevision": expected}
    return [
        await api.mutate(
            "updateRestaurant", "", id=kitchen.restaurant, name="x", expectedRevision=expected
        ),
        await api.mutate("grantMembership", "", **place, subject="a", role="OWNER"),
        await api.mutate("grantMembership", "", **place, subject="b", role="VIEWER"),
    ]


async def test_edits_are_stale_or_not_as_before(kitchen):
    api, place = kitchen.api, {"restaurantId": kitchen.restaurant}
    seen = await kitchen.revision()
    await api.mutate("updateRestaurant", "", id=kitchen.restaurant, name="別名")
    await api.mutate("grantMembership", "", **place, subject="a", role="VIEWER")
    await kitchen.set(cell(kitchen.sato, "normal"))
    await forget(kitchen)
    renamed, changed, untouched = await stale_edits(kitchen, seen)
    assert (renamed["code"], changed["code"]) == ("STALE_REVISION", "STALE_REVISION")
    assert untouched["__typename"] == "GrantMembershipPayload"


async def test_runs_and_publications_say_the_same(kitchen):
    api = kitchen.api
    await api.mutate("publishSchedule", "", scheduleId=kitchen.schedule, override="店長が入る")
    await kitchen.set(cell(kitchen.suzuki, "off", "2025-01-16"))
    made = await api.mutate("generateSchedule", "run { id }", scheduleId=kitchen.schedule)
    await api.mutate("cancelGeneration", "", runId=made["run"]["id"])
    await api.mutate("updateRestaurant", "", id=kitchen.restaurant, borrowing=False)
    await kitchen.set(cell(kitchen.sato, "off", "2025-01-17"))
    before = await api.ask(SINCE, id=kitchen.schedule)
    (run,) = before["schedule"]["runs"]["edges"]
    assert run["node"]["isStale"] is True
    assert (await forget(kitchen)).change_sets > 10
    assert await api.ask(SINCE, id=kitchen.schedule) == before


async def test_the_log_ends_where_it_begins_now_and_leads_no_further_back(kitchen):
    pages = await kitchen.api.ask("ChangeLog", restaurantId=kitchen.restaurant, first=3)
    cursor = pages["changeLog"]["pageInfo"]["endCursor"]
    await kitchen.set(cell(kitchen.sato, "normal"))
    newest = await kitchen.revision()
    await forget(kitchen)
    assert {row["revision"] for row in await kitchen.log(first=100)} == {newest}
    gone = await kitchen.api.ask(
        "ChangeLog", restaurantId=kitchen.restaurant, first=3, after=cursor
    )
    assert gone["changeLog"]["edges"] == []
    assert gone["changeLog"]["pageInfo"]["hasNextPage"] is False
    place = {"restaurantId": kitchen.restaurant, "after": newest - 2}
    events = [event async for event in following(kitchen.api, "Changes", **place)]
    assert [event["reason"] for event in events] == ["TOO_OLD"]
