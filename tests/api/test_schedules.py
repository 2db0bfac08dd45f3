"""Schedules and cells through the contract's documents, on a real database."""

import pytest

from tests.api.kitchen import ABSENCE, Kitchen, cell, hire, open_kitchen, plan


@pytest.fixture
async def kitchen(api, restaurant_id) -> Kitchen:
    return await open_kitchen(api, restaurant_id)


async def test_a_schedule_is_a_draft_without_cells(kitchen):
    board = await kitchen.board()
    assert (board["start"], board["end"], board["status"]) == ("2025-01-01", "2025-01-31", "DRAFT")
    assert board["shifts"] == board["covers"] == board["gaps"] == []


@pytest.mark.parametrize(
    ("start", "end", "code"),
    [
        ("2025-01-02", "2025-01-01", "SCHEDULE_LENGTH"),
        ("2025-01-01", "2026-01-02", "SCHEDULE_LENGTH"),
        ("0001-01-01", "9999-12-31", "SCHEDULE_LENGTH"),
        ("0001-01-01", "0001-01-31", "DATE_OUT_OF_RANGE"),
        ("9999-12-01", "9999-12-31", "DATE_OUT_OF_RANGE"),
    ],
)
async def test_a_schedule_of_no_days_or_too_many_is_refused(api, restaurant_id, start, end, code):
    answer = await api.write("CreateSchedule", restaurantId=restaurant_id, start=start, end=end)
    assert (answer["__typename"], answer["code"]) == ("ValidationProblem", code)


async def test_a_schedule_may_have_366_days(api, restaurant_id):
    schedule = await plan(api, restaurant_id, "2025-01-01", "2026-01-01")
    data = await api.ask("ScheduleBoard", scheduleId=schedule)
    assert data["schedule"]["end"] == "2026-01-01"


async def test_a_stranger_sees_no_schedule(kitchen):
    stranger = kitchen.api.as_("stranger")
    assert await stranger.ask("ScheduleBoard", scheduleId=kitchen.schedule) == {"schedule": None}
    answer = await stranger.write("SetShifts", scheduleId=kitchen.schedule, shifts=[])
    assert answer["__typename"] == "NotFoundProblem"


async def test_cells_are_set_by_hand_and_their_gaps_are_in_the_answer(kitchen):
    answer = await kitchen.set(cell(kitchen.sato, "off", pinned=True))
    (shift,) = answer["shifts"]
    assert shift["shiftType"] == {"code": "off", "symbol": "×", "works": False}
    assert (shift["source"], shift["pinned"]) == ("MANUAL", True)
    assert shift["revision"] == answer["revision"]
    (gap,) = answer["gaps"]
    assert (gap["date"], gap["needed"], gap["covered"], gap["missing"]) == (ABSENCE, 1, 0, 1)
    assert gap["reasons"][0]["staff"] == {"id": kitchen.nakata}
    assert gap["reasons"][0]["code"] == "AVAILABLE"


async def test_what_was_set_is_read_back(kitchen):
    answer = await kitchen.set(cell(kitchen.sato, "off"), cell(kitchen.suzuki, "early"))
    board = await kitchen.board()
    assert sorted(board["shifts"], key=str) == sorted(answer["shifts"], key=str)
    assert board["gaps"] == answer["gaps"]
    assert board["revision"] == answer["revision"]


async def test_null_clears_a_cell(kitchen):
    await kitchen.set(cell(kitchen.sato, "off"))
    answer = await kitchen.set(cell(kitchen.sato, None))
    assert answer["shifts"] == answer["gaps"] == []
    assert (await kitchen.board())["shifts"] == []


async def test_one_bad_cell_leaves_all_unset(kitchen):
    before = await kitchen.revision()
    answer = await kitchen.set(
        cell(kitchen.sato, "off"), cell(kitchen.suzuki, "off", day="2025-02-01")
    )
    assert answer["code"] == "DATE_OUTSIDE_SCHEDULE"
    assert answer["path"] == ["input", "shifts", "1", "date"]
    assert (await kitchen.board())["shifts"] == []
    assert await kitchen.revision() == before


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"shiftType": "siesta"}, "UNKNOWN_SHIFT_TYPE"),
        ({"shiftType": None, "pinned": True}, "PIN_WITHOUT_SHIFT"),
        ({"date": "2024-12-31"}, "DATE_OUTSIDE_SCHEDULE"),
    ],
)
async def test_cells_that_cannot_be_are_refused(kitchen, given, code):
    answer = await kitchen.set({**cell(kitchen.sato, "off"), **given})
    assert (answer["__typename"], answer["code"]) == ("ValidationProblem", code)


async def test_a_cell_outside_employment_is_refused(kitchen):
    newcomer = await hire(kitchen.api, kitchen.restaurant, "新人", employedFrom="2025-01-16")
    answer = await kitchen.set(cell(newcomer, "normal"))
    assert answer["code"] == "NOT_EMPLOYED"


async def test_one_cell_named_twice_is_refused(kitchen):
    answer = await kitchen.set(cell(kitchen.sato, "off"), cell(kitchen.sato, "normal"))
    assert answer["code"] == "DUPLICATE"


async def test_somebody_of_another_restaurant_is_not_found(kitchen):
    other = await kitchen.api.write("CreateRestaurant", name="支店", timeZone="Asia/Tokyo")
    stranger = await hire(kitchen.api, other["restaurant"]["id"], "他人")
    answer = await kitchen.set(cell(stranger, "off"))
    assert (answer["__typename"], answer["path"]) == (
        "NotFoundProblem",
        ["input", "shifts", "0", "staffId"],
    )


async def test_a_cell_changed_by_another_is_a_conflict_that_shows_it(kitchen):
    seen = await kitchen.revision()
    await kitchen.set(cell(kitchen.sato, "off"))
    answer = await kitchen.set(cell(kitchen.sato, "normal"), expectedRevision=seen)
    assert (answer["__typename"], answer["code"]) == ("ConflictProblem", "STALE_REVISION")
    (current,) = answer["current"]
    assert (current["staff"], current["shiftType"]["code"]) == ({"id": kitchen.sato}, "off")


async def test_a_cell_cleared_by_another_is_a_conflict_too(kitchen):
    seen = (await kitchen.set(cell(kitchen.sato, "off")))["revision"]
    await kitchen.set(cell(kitchen.sato, None))
    answer = await kitchen.set(cell(kitchen.sato, "normal"), expectedRevision=seen)
    assert (answer["code"], answer["current"]) == ("STALE_REVISION", [])


async def test_another_cell_changed_by_another_is_no_conflict(kitchen):
    seen = await kitchen.revision()
    await kitchen.set(cell(kitchen.suzuki, "off"))
    answer = await kitchen.set(cell(kitchen.sato, "normal"), expectedRevision=seen)
    assert answer["shifts"][0]["shiftType"]["code"] == "normal"


async def test_the_same_key_answers_the_first_result_and_writes_nothing(kitchen):
    first = await kitchen.set(cell(kitchen.sato, "off"), clientMutationId="one")
    again = await kitchen.set(cell(kitchen.sato, "off"), clientMutationId="one")
    assert again == first
    assert await kitchen.revision() == first["revision"]


async def test_the_same_key_with_another_cell_is_refused(kitchen):
    await kitchen.set(cell(kitchen.sato, "off"), clientMutationId="one")
    answer = await kitchen.set(cell(kitchen.sato, "normal"), clientMutationId="one")
    assert answer["code"] == "IDEMPOTENCY_KEY_REUSED"


async def test_viewers_may_look_and_not_write(kitchen):
    await kitchen.api.mutate(
        "grantMembership",
        "membership { role }",
        restaurantId=kitchen.restaurant,
        subject="guest",
        role="VIEWER",
    )
    guest = kitchen.api.as_("guest")
    text = "query($id: ID!) { schedule(id: $id) { canEdit } }"
    assert await guest.ask(text, id=kitchen.schedule) == {"schedule": {"canEdit": False}}
    answer = await guest.write(
        "SetShifts", scheduleId=kitchen.schedule, shifts=[cell(kitchen.sato, "off")]
    )
    assert answer["__typename"] == "ForbiddenProblem"


async def test_a_gap_must_be_answered_for_before_publishing(kitchen):
    await kitchen.set(cell(kitchen.sato, "off"))
    answer = await kitchen.api.write("PublishSchedule", scheduleId=kitchen.schedule)
    assert answer["code"] == "OVERRIDE_NEEDED"
    assert "キッチングループ" in answer["message"]
    assert (await kitchen.board())["status"] == "DRAFT"


async def test_the_reason_for_publishing_is_in_the_log(kitchen):
    await kitchen.set(cell(kitchen.sato, "off"))
    answer = await kitchen.api.write(
        "PublishSchedule", scheduleId=kitchen.schedule, override="店長が入る"
    )
    assert answer["schedule"]["status"] == "PUBLISHED"
    text = (
        "query($id: ID!) { changeLog(restaurantId: $id, first: 1)"
        " { edges { node { operation note } } } }"
    )
    data = await kitchen.api.ask(text, id=kitchen.restaurant)
    (edge,) = data["changeLog"]["edges"]
    assert edge["node"] == {"operation": "publishSchedule", "note": "店長が入る"}


async def test_published_schedules_may_not_overlap(kitchen):
    other = await plan(kitchen.api, kitchen.restaurant, "2025-01-31", "2025-02-27")
    for schedule in (kitchen.schedule, other):
        answer = await kitchen.api.write("PublishSchedule", scheduleId=schedule, override="x")
    assert (answer["__typename"], answer["code"]) == ("ConflictProblem", "SCHEDULE_OVERLAPS")


async def test_a_draft_is_deleted_and_a_published_one_is_not(kitchen):
    draft = await plan(kitchen.api, kitchen.restaurant, "2025-03-01", "2025-03-31")
    answer = await kitchen.api.mutate("deleteSchedule", "schedule { isActive }", scheduleId=draft)
    assert answer["schedule"] == {"isActive": False}
    assert await kitchen.api.ask("ScheduleBoard", scheduleId=draft) == {"schedule": None}
    await kitchen.api.write("PublishSchedule", scheduleId=kitchen.schedule, override="x")
    answer = await kitchen.api.mutate(
        "deleteSchedule", "schedule { id }", scheduleId=kitchen.schedule
    )
    assert answer["code"] == "SCHEDULE_PUBLISHED"


async def test_schedules_come_newest_first_in_pages(kitchen):
    newest = await plan(kitchen.api, kitchen.restaurant, "2025-02-01", "2025-02-28")
    text = """
    query($id: ID!, $after: String) { restaurant(id: $id) {
      schedules(first: 1, after: $after) {
        edges { node { id } } pageInfo { hasNextPage endCursor }
      } } }
    """
    found = (await kitchen.api.ask(text, id=kitchen.restaurant))["restaurant"]["schedules"]
    assert found["edges"] == [{"node": {"id": newest}}]
    assert found["pageInfo"]["hasNextPage"] is True
    cursor = found["pageInfo"]["endCursor"]
    data = await kitchen.api.ask(text, id=kitchen.restaurant, after=cursor)
    found = data["restaurant"]["schedules"]
    assert found["edges"] == [{"node": {"id": kitchen.schedule}}]
    assert found["pageInfo"]["hasNextPage"] is False


async def test_a_schedule_of_nobody_is_empty_and_reads(api, restaurant_id):
    schedule = await plan(api, restaurant_id, "2025-01-01", "2025-01-31")
    data = await api.ask("ScheduleBoard", scheduleId=schedule)
    assert data["schedule"]["shifts"] == data["schedule"]["violations"] == []
    figures = (await api.ask("Coverage", scheduleId=schedule))["coverage"]
    assert (figures["groups"], figures["backups"]) == ([], [])


async def test_a_board_costs_as_many_statements_however_many_cells(kitchen, statements):
    await kitchen.set(cell(kitchen.sato, "off"))
    before = statements()
    await kitchen.board()
    few = statements() - before
    days = [f"2025-01-{day:02}" for day in range(1, 29)]
    people = (kitchen.sato, kitchen.suzuki, kitchen.nakata)
    await kitchen.set(*(cell(person, "normal", day=day) for person in people for day in days))
    before = statements()
    assert len((await kitchen.board())["shifts"]) == 84
    assert statements() - before == few


async def test_cells_tell_when_they_begin_and_end_and_how_long_the_rest_before_was(kitchen):
    api = kitchen.api
    await api.mutate("updateRestaurant", "revision", id=kitchen.restaurant, timeZone="Europe/Paris")
    settings = await api.ask("{ restaurants { shiftTypes { id code } } }")
    kinds = {kind["code"]: kind["id"] for kind in settings["restaurants"][0]["shiftTypes"]}
    for code, starts, ends in (("late", "17:00", "01:00"), ("early", "07:00", "15:00")):
        await api.mutate(
            "updateShiftType", "revision", id=kinds[code], startsAt=starts, endsAt=ends
        )
    await kitchen.set(
        cell(kitchen.sato, "late", "2025-01-14"),
        cell(kitchen.sato, "early", "2025-01-15"),
        cell(kitchen.sato, "off", "2025-01-16"),
    )
    shown = "date startsAt endsAt lengthMinutes restBeforeMinutes"
    query = f"query ($id: ID!) {{ schedule(id: $id) {{ shifts {{ {shown} }} }} }}"

    found = (await api.ask(query, id=kitchen.schedule))["schedule"]["shifts"]

    late, early, off = (list(row.values())[1:] for row in found)
    assert late == ["2025-01-14T16:00:00+00:00", "2025-01-15T00:00:00+00:00", 480, None]
    assert early == ["2025-01-15T06:00:00+00:00", "2025-01-15T14:00:00+00:00", 480, 360]
    assert off == [None, None, None, None]


COVER_IDS = "query ($id: ID!) { schedule(id: $id) { covers { id } } }"
SINCE = (
    "query ($id: ID!) { schedule(id: $id) { sincePublished { publishedRevision "
    "cells { date staff { id } before { code } after { code } } "
    "coversGained { date staff { id } } coversLost { date staff { id } } "
    "gapsOpened { date } gapsClosed { date } } } }"
)


async def test_edits_of_a_published_schedule_are_shown_against_what_was_published(kitchen):
    api, day = kitchen.api, "2025-01-15"
    await kitchen.set(cell(kitchen.sato, "off", day))
    one = {"staffId": kitchen.nakata, "groupId": kitchen.group, "date": day}
    await api.mutate("setCovers", "revision", scheduleId=kitchen.schedule, covers=[one])
    draft = await api.ask(SINCE, id=kitchen.schedule)
    told = await api.mutate(
        "publishSchedule", "revision", scheduleId=kitchen.schedule, override="店長が入る"
    )
    same = (await api.ask(SINCE, id=kitchen.schedule))["schedule"]["sincePublished"]
    (cover,) = (await api.ask(COVER_IDS, id=kitchen.schedule))["schedule"]["covers"]
    await api.mutate("releaseCover", "revision", coverId=cover["id"])
    await kitchen.set(cell(kitchen.suzuki, "early", "2025-01-16"))

    now = (await api.ask(SINCE, id=kitchen.schedule))["schedule"]["sincePublished"]
    assert draft["schedule"]["sincePublished"] is None
    assert same.pop("publishedRevision") == told["revision"]
    assert set(map(tuple, same.values())) == {()}
    assert now["cells"] == [
        {
            "date": "2025-01-16",
            "staff": {"id": kitchen.suzuki},
            "before": None,
            "after": {"code": "early"},
        }
    ]
    assert now["coversLost"] == [{"date": day, "staff": {"id": kitchen.nakata}}]
    assert (now["coversGained"], now["gapsOpened"], now["gapsClosed"]) == ([], [{"date": day}], [])


async def test_group_that_is_deleted_keeps_its_past_in_the_figures(kitchen):
    await kitchen.set(
        cell(kitchen.sato, "off", "2025-01-09"), cell(kitchen.sato, "off", "2025-01-15")
    )
    before = await kitchen.api.ask("Coverage", scheduleId=kitchen.schedule)
    await kitchen.api.mutate("deleteStaffGroup", "revision", id=kitchen.group)
    after = await kitchen.api.ask("Coverage", scheduleId=kitchen.schedule)

    (stood,), (stands,) = before["coverage"]["groups"], after["coverage"]["groups"]
    assert (stood["needUnits"], stands["needUnits"]) == (2, 1)
    assert [gap["date"] for gap in stands["gaps"]] == ["2025-01-09"]
    assert (await kitchen.board())["gaps"] == []
