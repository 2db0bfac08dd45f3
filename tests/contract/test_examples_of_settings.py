"""The worked examples that need mutations beyond the contract's documents."""

import pytest

from tests.stories import House

TUESDAY, WEDNESDAY = "2025-01-14", "2025-01-15"
LONG_AGO = ("2025-01-15", "2025-01-16", True)
FAR_AHEAD = ("2099-01-14", "2099-01-15", False)
NO_GAPS: dict[tuple[str, str], tuple[int, list[str]]] = {}

pytestmark = pytest.mark.usefixtures("worker")


async def shift_type_id(house: House, code: str) -> str:
    document = "query ($id: ID!) { restaurant(id: $id) { shiftTypes { id code } } }"
    found = await house.client.post(document, id=house.id)
    return next(t["id"] for t in found["restaurant"]["shiftTypes"] if t["code"] == code)


async def test_early_shift_covers_once_it_may(house: House):
    await house.form("g", "m", "n")
    await house.hire("b")
    await house.back("g", "b")
    await house.plan(WEDNESDAY, WEDNESDAY)
    await house.pin("off", ("m", WEDNESDAY))
    await house.pin("early", ("b", WEDNESDAY))
    told = await house.generate()
    assert told.gaps == {(WEDNESDAY, "g"): (1, ["OTHER_SHIFT"])}
    early = await shift_type_id(house, "early")
    changed = await house.write("updateShiftType", id=early, canCover=True)
    assert changed["__typename"] == "UpdateShiftTypePayload"
    told = await house.generate()
    assert (told.covers, told.gaps) == ({(WEDNESDAY, "g", "b")}, NO_GAPS)
    assert told.shift("b", WEDNESDAY) == ("early", "MANUAL")


async def test_backup_who_joins_the_group_covers_it_no_more_and_keeps_days_off(house: House):
    await house.form("g", "m", "n")
    await house.hire("b")
    await house.back("g", "b")
    members = [house.staff[name] for name in ("m", "n", "b")]
    joined = await house.write(
        "updateStaffGroup", id=house.groups["g"], memberIds=members, membersFrom=TUESDAY
    )
    assert joined["__typename"] == "UpdateStaffGroupPayload"
    await house.plan(TUESDAY, WEDNESDAY)
    await house.pin("off", ("m", WEDNESDAY))
    await house.client.do("RequestDayOff", staffId=house.staff["b"], date=TUESDAY)
    told = await house.generate()
    assert told.covers == set()
    assert told.gaps == {
        (TUESDAY, "g"): (1, ["MEMBER_OF_GROUP"]),
        (WEDNESDAY, "g"): (1, ["MEMBER_OF_GROUP"]),
    }
    assert told.shift("b", TUESDAY) == ("off", "GENERATED")
    assert told.shift("b", WEDNESDAY) == ("normal", "GENERATED")
    assert "SELF_GROUP" in await house.conflicts(WEDNESDAY, WEDNESDAY)


async def test_backup_of_two_groups_covers_both_when_one_person_may(house: House):
    await house.form("g", "m", "n", criticality=5)
    await house.form("h", "o", "p", criticality=3)
    await house.back("g", "b")
    await house.back("h", "b")
    await house.write("updateStaffMember", id=house.staff["b"], maximumGroupsPerDay=2)
    await house.plan(WEDNESDAY, WEDNESDAY)
    await house.pin("off", ("m", WEDNESDAY), ("o", WEDNESDAY))
    told = await house.generate()
    assert told.covers == {(WEDNESDAY, "g", "b"), (WEDNESDAY, "h", "b")}
    assert (told.gaps, told.shift("b", WEDNESDAY)) == (NO_GAPS, ("normal", "COVER"))


async def test_pinned_cover_is_kept_and_its_cell_cannot_be_changed(house: House):
    await house.form("g", "m", "n")
    await house.back("g", "b")
    await house.hire("helper", kind="PART_TIME")
    await house.plan(WEDNESDAY, WEDNESDAY)
    await house.pin("off", ("m", WEDNESDAY))
    cover = {"staffId": house.staff["helper"], "groupId": house.groups["g"], "date": WEDNESDAY}
    made = await house.write("setCovers", scheduleId=house.schedule, covers=[cover])
    assert made["__typename"] == "SetCoversPayload", made
    told = await house.generate()
    assert told.covers == {(WEDNESDAY, "g", "helper")}
    (row,) = told.board["covers"]
    assert (row["source"], row["pinned"]) == ("MANUAL", True)
    assert (row["backupAssignment"], row["priorityOrder"]) == (None, None)
    assert "COVER_BY_UNASSIGNED" in {code for code, _ in told.findings}
    seen = await house.revision()
    cell = house.cell("helper", WEDNESDAY, "off")
    refused = await house.client.attempt("SetShifts", scheduleId=house.schedule, shifts=[cell])
    assert refused["code"] == "COVER_PINNED"
    assert await house.revision() == seen


async def test_declined_request_holds_nobody_back(house: House):
    await house.form("g", "m", "n")
    await house.back("g", "b")
    await house.plan(WEDNESDAY, WEDNESDAY)
    await house.pin("off", ("m", WEDNESDAY))
    asked = {"staffId": house.staff["b"], "date": WEDNESDAY}
    request = (await house.client.do("RequestDayOff", **asked))["dayOffRequest"]
    assert (await house.generate()).covers == set()
    await house.write("decideDayOffRequest", id=request["id"], decision="DECLINED")
    assert (await house.generate()).covers == {(WEDNESDAY, "g", "b")}


@pytest.mark.parametrize(("eve", "day", "is_past"), [LONG_AGO, FAR_AHEAD])
async def test_cover_of_somebody_who_left_stays_and_is_reported_while_it_is_to_come(
    house: House, eve: str, day: str, *, is_past: bool
):
    await house.form("g", "m", "n")
    await house.back("g", "b", "c")
    await house.plan(eve, day)
    await house.pin("off", ("m", day))
    assert (await house.generate()).covers == {(day, "g", "b")}
    await house.client.do("PublishSchedule", scheduleId=house.schedule, override="x")
    await house.client.do("UpdateStaffMember", id=house.staff["b"], employedUntil=eve)
    told = await house.read()
    assert told.covers == {(day, "g", "b")}
    assert ("COVER_NOT_ELIGIBLE" in {code for code, _ in told.findings}) is not is_past


async def test_day_without_absence_needs_one_more_only_while_somebody_is_off(house: House):
    await house.form("g", "m", "n")
    await house.back("g", "b", "c")
    await house.plan(TUESDAY, WEDNESDAY)
    await house.pin("off", ("m", TUESDAY), ("n", TUESDAY))
    told = await house.generate()
    assert told.covers == {(TUESDAY, "g", "b")}
    written = await house.pin("normal", ("m", TUESDAY), ("n", TUESDAY))
    assert written["gaps"] == []
    assert (await house.read()).covers == set()
