"""The change feed and the change log as clients see them, on a real database."""

from contextlib import aclosing
from typing import Any

import pytest

from domain.refusals import UnavailableRefusal
from schema import following as following_events
from schema.context import Context
from schema.following import BriefReads
from store.engine import Database
from tests.api.conftest import Api
from tests.api.kitchen import ABSENCE, Kitchen, cell, following, hire, open_kitchen, refusal


@pytest.fixture
async def kitchen(api, restaurant_id) -> Kitchen:
    return await open_kitchen(api, restaurant_id)


async def replay(kitchen: Kitchen, after: int, **variables: Any) -> list[dict[str, Any]]:
    """Every event up to the first that is not a change set, which is the last one here."""
    events = []
    place = {"restaurantId": kitchen.restaurant, "after": after, **variables}
    async with aclosing(following(kitchen.api, "Changes", **place)) as stream:
        async for event in stream:
            events.append(event)
            if event["__typename"] != "ChangeSet":
                return events
    raise AssertionError("the feed ended by itself")


async def test_everything_since_the_beginning_is_told_once_and_in_order(kitchen):
    *sets, caught_up = await replay(kitchen, after=0)
    newest = await kitchen.revision()
    assert [s["revision"] for s in sets] == list(range(1, newest + 1))
    assert [s["previousRevision"] for s in sets] == list(range(newest))
    assert (caught_up["__typename"], caught_up["revision"]) == ("CaughtUp", newest)


async def test_without_a_place_only_what_is_new_is_told(kitchen):
    newest = await kitchen.revision()
    stream = following(kitchen.api, "Changes", restaurantId=kitchen.restaurant)
    async with aclosing(stream) as events:
        first = await anext(events)
        assert (first["__typename"], first["revision"]) == ("CaughtUp", newest)
        await kitchen.set(cell(kitchen.sato, "off"), clientMutationId="mine")
        second = await anext(events)
    assert (second["revision"], second["clientMutationId"]) == (newest + 1, "mine")


async def test_a_resumed_follower_gets_exactly_what_it_missed(kitchen):
    seen = await kitchen.revision()
    for shift_type in ("off", "normal", None):
        await kitchen.set(cell(kitchen.sato, shift_type))
    *sets, caught_up = await replay(kitchen, after=seen)
    assert [s["revision"] for s in sets] == [seen + 1, seen + 2, seen + 3]
    assert caught_up["revision"] == seen + 3


async def test_a_cell_and_the_gap_that_it_opens_are_in_one_set(kitchen):
    answer = await kitchen.set(cell(kitchen.sato, "off", pinned=True))
    change_set, _ = await replay(kitchen, after=answer["revision"] - 1)
    told = {change["__typename"]: change for change in change_set["changes"]}
    assert set(told) == {"ShiftChanged", "ScheduleChanged", "CoverageGapChanged"}
    assert told["ShiftChanged"]["shift"] == answer["shifts"][0]


async def test_gaps_are_told_when_they_open_and_when_they_close(kitchen):
    text = """
    subscription($id: ID!, $after: Int) { changes(restaurantId: $id, after: $after) {
      __typename ... on ChangeSet { changes { entityId ... on CoverageGapChanged {
        schedule { id } group { id } date gap { missing reasons { code } } } } } } }
    """
    seen = await kitchen.revision()
    await kitchen.set(cell(kitchen.sato, "off"))
    await kitchen.set(cell(kitchen.sato, "normal"))
    opened, closed = [
        [change for change in event["changes"] if "gap" in change]
        for event in await _first(kitchen.api, text, 2, id=kitchen.restaurant, after=seen)
    ]
    place = {
        "schedule": {"id": kitchen.schedule},
        "group": {"id": kitchen.group},
        "date": ABSENCE,
        "entityId": opened[0]["entityId"],
    }
    assert opened == [{**place, "gap": {"missing": 1, "reasons": [{"code": "AVAILABLE"}]}}]
    assert closed == [{**place, "gap": None}]


async def _first(api: Api, text: str, count: int, **variables: Any) -> list[dict[str, Any]]:
    from schema.root import schema

    found = []
    results = await schema.subscribe(text, variable_values=variables, context_value=api.context())
    async for result in results:
        assert result.errors is None, result.errors
        found.append(result.data["changes"])
        if len(found) == count:
            break
    await results.aclose()
    return found


async def test_a_cleared_cell_is_told_as_deleted(kitchen):
    set_ = await kitchen.set(cell(kitchen.sato, "normal"))
    await kitchen.set(cell(kitchen.sato, None))
    was, gone, _ = await replay(kitchen, after=set_["revision"] - 1)
    (deleted,) = [c for c in gone["changes"] if c["__typename"] == "EntityDeleted"]
    (changed,) = [c for c in was["changes"] if c["__typename"] == "ShiftChanged"]
    assert deleted["entityType"] == "SHIFT_ASSIGNMENT"
    assert deleted["entityId"] == changed["entityId"]


async def test_a_deleted_assignment_is_told_as_changed_and_inactive(kitchen):
    seen = await kitchen.revision()
    await kitchen.api.write("DeleteBackupAssignment", id=kitchen.assignment)
    change_set, _ = await replay(kitchen, after=seen)
    (change,) = change_set["changes"]
    assert change["__typename"] == "BackupAssignmentChanged"
    assert change["entityId"] == kitchen.assignment
    assert change["backupAssignment"]["isActive"] is False


async def test_what_a_revision_said_stays_what_it_said(kitchen):
    seen = await kitchen.revision()
    for notes in ("はじめ", "あと"):
        await kitchen.api.write("UpdateBackupAssignment", id=kitchen.assignment, notes=notes)
    first, second, _ = await replay(kitchen, after=seen)
    told = [s["changes"][0]["backupAssignment"]["notes"] for s in (first, second)]
    assert told == ["はじめ", "あと"]


class AwayTwice:
    """A database that refuses the first two who read in turn."""

    def __init__(self, database: Database, refusals: list[UnavailableRefusal]) -> None:
        self._database = database
        self._refusals = refusals

    def read_in_turn(self) -> Any:
        if self._refusals:
            raise self._refusals.pop()
        return self._database.read_in_turn()


async def test_an_event_waits_for_a_database_that_is_away_while_its_parts_are_read(
    kitchen, monkeypatch
):
    monkeypatch.setattr(following_events, "AGAIN_SECONDS", 0.01)
    begin, refusals = BriefReads.__init__, [UnavailableRefusal(message="away")] * 2

    def begin_away(reads: BriefReads, context: Context) -> None:
        begin(reads, context)
        reads._database = AwayTwice(reads._database, refusals)

    monkeypatch.setattr(BriefReads, "__init__", begin_away)
    seen = await kitchen.revision()
    await kitchen.api.write("UpdateBackupAssignment", id=kitchen.assignment, notes="頼れる")
    change_set, _ = await replay(kitchen, after=seen)
    assert refusals == []
    assert change_set["changes"][0]["backupAssignment"]["group"]["id"] == kitchen.group


async def test_a_refused_mutation_makes_no_event(kitchen):
    seen = await kitchen.revision()
    await kitchen.set(cell(kitchen.sato, "siesta"))
    (caught_up,) = await replay(kitchen, after=seen)
    assert (caught_up["__typename"], caught_up["revision"]) == ("CaughtUp", seen)


@pytest.mark.parametrize(
    ("variables", "reason"),
    [
        ({"after": 1_000_000}, "AHEAD_OF_SERVER"),
        ({"after": -1}, "TOO_OLD"),
        ({"after": 1, "epoch": "another"}, "OTHER_EPOCH"),
    ],
)
async def test_a_place_that_the_log_cannot_lead_on_from_needs_a_snapshot(
    kitchen, variables, reason
):
    events = [
        event
        async for event in following(
            kitchen.api, "Changes", restaurantId=kitchen.restaurant, **variables
        )
    ]
    assert [(e["__typename"], e["reason"]) for e in events] == [("SnapshotRequired", reason)]


async def test_the_epoch_of_settings_is_the_one_to_resume_with(kitchen):
    settings = await kitchen.api.ask("Settings", restaurantId=kitchen.restaurant)
    epoch = settings["restaurant"]["epoch"]
    (caught_up,) = await replay(kitchen, after=await kitchen.revision(), epoch=epoch)
    assert (caught_up["__typename"], caught_up["epoch"]) == ("CaughtUp", epoch)


@pytest.mark.parametrize("id_", ["", "nonsense", "U3RhZmZNZW1iZXI6MQ"])
async def test_unreadable_ids_are_refused_before_the_first_event(api, id_):
    error = await refusal(api, "Changes", restaurantId=id_)
    assert (error["message"], error["code"]) == ("There is no such restaurant.", "NOT_FOUND")


async def test_a_stranger_is_refused_before_the_first_event(kitchen):
    stranger = kitchen.api.as_("stranger")
    error = await refusal(stranger, "Changes", restaurantId=kitchen.restaurant, after=0)
    assert (error["message"], error["code"]) == ("There is no such restaurant.", "NOT_FOUND")


async def test_every_kind_of_setting_has_its_kind_of_change(kitchen):
    *sets, _ = await replay(kitchen, after=0)
    told = {change["__typename"] for s in sets for change in s["changes"]}
    assert {
        "RestaurantChanged",
        "MembershipChanged",
        "ShiftTypeChanged",
        "ConfigurationVersionChanged",
        "WorkLimitChanged",
        "StandingRuleChanged",
        "SuccessionRuleChanged",
        "StaffMemberChanged",
        "StaffGroupChanged",
        "BackupAssignmentChanged",
        "ScheduleChanged",
    } <= told


async def test_the_log_is_newest_first_with_whole_rows_before_and_after(kitchen):
    await kitchen.set(cell(kitchen.sato, "off", pinned=True))
    rows = await kitchen.log(first=10)
    (row,) = [row for row in rows if row["entityType"] == "SHIFT_ASSIGNMENT"]
    assert [r["revision"] for r in rows] == sorted((r["revision"] for r in rows), reverse=True)
    assert row["actor"] == {"id": "owner", "name": "Owner"}
    assert row["operation"] == "setShifts"
    assert row["before"] is None
    assert row["after"]["id"] == row["entityId"]
    assert row["after"]["staffId"] == kitchen.sato
    assert row["after"]["scheduleId"] == kitchen.schedule
    assert (row["after"]["shiftType"], row["after"]["pinned"]) == ("off", True)


async def test_the_log_comes_in_pages_without_holes_or_doubles(kitchen):
    whole = await kitchen.log(first=100)
    pages, after = [], None
    while True:
        data = await kitchen.api.ask(
            "ChangeLog", restaurantId=kitchen.restaurant, first=7, after=after
        )
        pages += [edge["node"] for edge in data["changeLog"]["edges"]]
        after = data["changeLog"]["pageInfo"]["endCursor"]
        if not data["changeLog"]["pageInfo"]["hasNextPage"]:
            break
    assert pages == whole


@pytest.mark.parametrize("variables", [{"first": 0}, {"first": 101}, {"after": "nonsense"}])
async def test_pages_that_cannot_be_are_coded_errors(kitchen, variables):
    answer = await kitchen.api.execute("ChangeLog", restaurantId=kitchen.restaurant, **variables)
    assert answer.errors[0].extensions["code"] in ("BAD_PAGE_SIZE", "BAD_CURSOR")


async def test_the_log_of_another_restaurant_is_null(kitchen):
    stranger = kitchen.api.as_("stranger")
    assert await stranger.ask("ChangeLog", restaurantId=kitchen.restaurant) == {"changeLog": None}


async def test_people_of_two_restaurants_are_told_of_their_own_only(kitchen):
    other = await kitchen.api.write("CreateRestaurant", name="支店", timeZone="Asia/Tokyo")
    seen = await kitchen.revision()
    await hire(kitchen.api, other["restaurant"]["id"], "他人")
    (caught_up,) = await replay(kitchen, after=seen)
    assert caught_up["__typename"] == "CaughtUp"
