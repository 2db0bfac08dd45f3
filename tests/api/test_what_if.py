"""Suppositions over GraphQL: answered like facts, and leaving nothing behind."""

import pytest
from sqlalchemy import text

from feed.channels import restaurant_channel
from schema.nodes import decode
from tests.api.kitchen import ABSENCE, cell, hire, open_kitchen

QUESTION = """
query($schedule: ID!, $changes: WhatIfInput!, $mode: WhatIfMode! = AS_IT_STANDS,
      $seconds: Float! = 5, $profile: CoverageProfile) {
  whatIf(scheduleId: $schedule, changes: $changes, mode: $mode, timeLimitSeconds: $seconds,
         profile: $profile) {
    __typename
    ... on WhatIf {
      revision mode profile outcome
      covers { date priorityOrder source pinned group { id name } staff { id name } }
      gaps { date missing group { id } reasons { code } }
      cells { date staff { id } before { code } after { code } }
      gapsOpened { date missing } gapsClosed { date missing }
      coversGained { staff { id } } coversLost { staff { id } }
      tiers { name before after }
    }
    ... on Problem { code message path }
  }
}
"""


@pytest.fixture
async def kitchen(api, restaurant_id):
    """One day on which all work."""
    made = await open_kitchen(api, restaurant_id, ABSENCE, ABSENCE)
    await made.set(*(cell(who, "normal") for who in (made.sato, made.suzuki, made.nakata)))
    return made


async def suppose(kitchen, mode: str = "AS_IT_STANDS", seconds: float = 5, **changes):
    rules = {"profile": changes.pop("profile")} if "profile" in changes else {}
    data = await kitchen.api.ask(
        QUESTION, schedule=kitchen.schedule, changes=changes, mode=mode, seconds=seconds, **rules
    )
    return data["whatIf"]


async def contents(kitchen) -> dict[str, str]:
    """A digest of every table."""
    rows = "coalesce(string_agg(t::text, '|' ORDER BY t::text), '')"
    async with kitchen.api.database.read() as connection:
        names = await connection.execute(
            text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        )
        return {
            name: (
                await connection.execute(text(f'SELECT md5({rows}) FROM "{name}" t'))
            ).scalar_one()
            for (name,) in names.all()
        }


def on_that_day(staff: str) -> dict[str, str]:
    return {"staffId": staff, "date": ABSENCE}


async def test_absence_calls_the_backup_and_changes_one_cell(kitchen):
    found = await suppose(kitchen, absences=[on_that_day(kitchen.sato)])
    assert (found["mode"], found["outcome"]) == ("AS_IT_STANDS", None)
    assert found["revision"] == await kitchen.revision()
    (cover,) = found["covers"]
    assert cover["staff"] == {"id": kitchen.nakata, "name": "中田"}
    assert cover["group"]["id"] == kitchen.group
    assert found["coversGained"] == [{"staff": {"id": kitchen.nakata}}]
    assert found["coversLost"] == []
    assert found["gaps"] == found["gapsOpened"] == found["gapsClosed"] == []
    (changed,) = found["cells"]
    assert changed["staff"] == {"id": kitchen.sato}
    assert (changed["before"], changed["after"]) == ({"code": "normal"}, {"code": "off"})


async def test_absence_of_the_backup_too_opens_a_gap(kitchen):
    found = await suppose(
        kitchen, absences=[on_that_day(kitchen.sato), on_that_day(kitchen.nakata)]
    )
    (gap,) = found["gaps"]
    assert (gap["date"], gap["missing"]) == (ABSENCE, 1)
    assert gap["reasons"][0]["code"] == "BACKUP_ABSENT"
    assert found["gapsOpened"] == [{"date": ABSENCE, "missing": 1}]
    tiers = {tier["name"]: tier for tier in found["tiers"]}
    assert tiers["REQUIRED_GAPS"]["before"] == 0
    assert tiers["REQUIRED_GAPS"]["after"] > 0


async def test_new_backup_closes_a_gap(kitchen):
    await kitchen.set(cell(kitchen.sato, "off"), cell(kitchen.nakata, "off"))
    other = await hire(kitchen.api, kitchen.restaurant, "応援")
    found = await suppose(
        kitchen,
        assignments=[{"staffId": other, "groupId": kitchen.group}],
        shifts=[cell(other, "normal")],
    )
    assert found["gapsClosed"] == [{"date": ABSENCE, "missing": 1}]
    assert found["coversGained"] == [{"staff": {"id": other}}]


@pytest.mark.parametrize("change", [{"isActive": False}, {"effectiveUntil": "2025-01-14"}])
async def test_backup_out_of_force_comes_no_more(kitchen, change):
    found = await suppose(
        kitchen,
        absences=[on_that_day(kitchen.sato)],
        assignments=[{"id": kitchen.assignment, **change}],
    )
    assert found["covers"] == []
    assert [gap["missing"] for gap in found["gapsOpened"]] == [1]


async def test_nobody_is_missed_who_would_not_belong_yet(kitchen):
    found = await suppose(
        kitchen,
        absences=[on_that_day(kitchen.sato)],
        memberships=[
            {"staffId": kitchen.sato, "groupId": kitchen.group, "effectiveFrom": "2025-01-16"}
        ],
    )
    assert found["covers"] == found["gaps"] == []


async def test_request_is_kept_by_a_replanning(kitchen):
    found = await suppose(
        kitchen, mode="REPLANNED", requests=[on_that_day(kitchen.sato)], seconds=10
    )
    assert found["outcome"] == "OPTIMAL"
    assert {"date": ABSENCE, "staff": {"id": kitchen.sato}} in [
        {"date": c["date"], "staff": c["staff"]} for c in found["cells"]
    ]
    assert [c["staff"]["id"] for c in found["covers"]] == [kitchen.nakata]
    assert found["gaps"] == []


async def test_first_version_would_have_called_a_backup_from_a_day_off_that_is_kept(kitchen):
    await kitchen.set(cell(kitchen.sato, "off"), cell(kitchen.nakata, "off"))
    for profile in ({}, {"profile": None}, {"profile": "STANDARD"}):
        found = await suppose(kitchen, **profile)
        assert found["profile"] == "STANDARD"
        assert found["covers"] == found["cells"] == []
        assert [gap["missing"] for gap in found["gaps"]] == [1]
    for mode in ("AS_IT_STANDS", "REPLANNED"):
        found = await suppose(kitchen, mode, profile="ORIGINAL_2025_11")
        assert found["profile"] == "ORIGINAL_2025_11"
        assert found["coversGained"] == [{"staff": {"id": kitchen.nakata}}]
        assert found["gapsClosed"] == [{"date": ABSENCE, "missing": 1}]
        assert [(c["staff"]["id"], c["after"]["code"]) for c in found["cells"]] == [
            (kitchen.nakata, "normal")
        ]


@pytest.mark.parametrize("profile", ["STANDARD", "ORIGINAL_2025_11"])
@pytest.mark.parametrize("mode", ["AS_IT_STANDS", "REPLANNED"])
async def test_nothing_is_written_and_nobody_is_told(kitchen, mode, profile):
    before, board = await contents(kitchen), await kitchen.board()
    revision = await kitchen.revision()
    channel = restaurant_channel(decode("Restaurant", kitchen.restaurant))
    async with kitchen.api.doorbell.watch(channel) as watch:
        found = await suppose(
            kitchen,
            mode=mode,
            seconds=2,
            profile=profile,
            absences=[on_that_day(kitchen.sato)],
            assignments=[{"id": kitchen.assignment, "priorityOrder": 2}],
        )
        assert found["__typename"] == "WhatIf"
        assert not await watch.wait(0.2)
    assert await contents(kitchen) == before
    assert await kitchen.board() == board
    assert await kitchen.revision() == revision


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"absences": [on_that_day("nonsense")]}, ["changes", "absences", "0", "staffId"]),
        ({"requests": [on_that_day("nonsense")]}, ["changes", "requests", "0", "staffId"]),
        ({"shifts": [cell("nonsense", "off")]}, ["changes", "shifts", "0", "staffId"]),
        ({"assignments": [{"id": "nonsense"}]}, ["changes", "assignments", "0", "id"]),
        ({"assignments": [{}]}, ["changes", "assignments", "0", "staffId"]),
        (
            {"memberships": [{"staffId": "nonsense", "groupId": "nonsense"}]},
            ["changes", "memberships", "0", "staffId"],
        ),
    ],
)
async def test_unknown_ids_are_typed_problems(kitchen, changes, path):
    found = await suppose(kitchen, **changes)
    assert found["__typename"] == "NotFoundProblem"
    assert (found["code"], found["path"]) == ("NOT_FOUND", path)


async def test_people_of_another_restaurant_are_unknown(kitchen):
    answer = await kitchen.api.write("CreateRestaurant", name="隣", timeZone="Asia/Tokyo")
    stranger = await hire(kitchen.api, answer["restaurant"]["id"], "他人")
    found = await suppose(kitchen, absences=[on_that_day(stranger)])
    assert found["__typename"] == "NotFoundProblem"


async def test_schedule_of_a_stranger_is_unknown(kitchen):
    data = await kitchen.api.as_("stranger").ask(QUESTION, schedule=kitchen.schedule, changes={})
    assert data["whatIf"]["__typename"] == "NotFoundProblem"
    assert data["whatIf"]["path"] == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"absences": [{"staffId": "sato", "date": "2025-02-01"}]}, "DATE_OUTSIDE_SCHEDULE"),
        (
            {"shifts": [{"staffId": "sato", "date": ABSENCE, "shiftType": "?"}]},
            "UNKNOWN_SHIFT_TYPE",
        ),
        ({"assignments": [{"staffId": "sato", "groupId": "group"}]}, "SELF_GROUP"),
        ({"assignments": [{"staffId": "nakata", "groupId": "group"}]}, "DUPLICATE"),
    ],
)
async def test_what_no_edit_could_do_is_a_validation_problem(kitchen, changes, code):
    known = {
        name: [
            {k: getattr(kitchen, v, v) if isinstance(v, str) else v for k, v in part.items()}
            for part in parts
        ]
        for name, parts in changes.items()
    }
    found = await suppose(kitchen, **known)
    assert (found["__typename"], found["code"]) == ("ValidationProblem", code)


@pytest.mark.parametrize("seconds", [0, 20.5, -1])
async def test_time_has_limits(kitchen, seconds):
    found = await suppose(kitchen, mode="REPLANNED", seconds=seconds)
    assert (found["__typename"], found["code"]) == ("ValidationProblem", "TIME_LIMIT_OUT_OF_RANGE")


async def test_single_points_of_failure_are_what_one_absence_shows(kitchen):
    await kitchen.set(cell(kitchen.nakata, "off"))
    figures = (await kitchen.api.ask(SAFETY, schedule=kitchen.schedule))["coverage"]
    (day,) = figures["days"]
    opening = []
    for who in (kitchen.sato, kitchen.suzuki):
        found = await suppose(kitchen, absences=[on_that_day(who)])
        if found["gapsOpened"]:
            opening.append(who)
    assert [person["id"] for person in day["singlePointsOfFailure"]] == opening
    assert opening == [kitchen.sato, kitchen.suzuki]


SAFETY = """
query($schedule: ID!) {
  coverage(scheduleId: $schedule) { days { singlePointsOfFailure { id } } }
}
"""


async def test_what_cannot_be_a_plan_at_all_is_refused(kitchen):
    types = await kitchen.api.ask("query { restaurants { shiftTypes { id canCover } } }")
    for kind in types["restaurants"][0]["shiftTypes"]:
        if kind["canCover"]:
            await kitchen.api.mutate("updateShiftType", "", id=kind["id"], canCover=False)
    before = await contents(kitchen)
    found = await suppose(kitchen, "REPLANNED", absences=[on_that_day(kitchen.sato)])
    assert (found["__typename"], found["code"]) == ("ValidationProblem", "CANNOT_BE_PLANNED")
    assert found["message"] == "No shift type both works and can cover."
    assert await contents(kitchen) == before
