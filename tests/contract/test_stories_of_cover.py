"""Whole stories of who covers whom: covers, gaps, reasons, findings and explanations together."""

from typing import Any

import pytest

from tests.stories import House

TUESDAY, WEDNESDAY, THURSDAY = "2025-01-14", "2025-01-15", "2025-01-16"
FRIDAY, SATURDAY = "2025-01-17", "2025-01-18"
NO_GAPS: dict[tuple[str, str], tuple[int, list[str]]] = {}
FIXES = """
query ($id: ID!, $day: Date!) {
  conflicts(restaurantId: $id, start: $day, end: $day) { code severity fix group { id } dates }
}
"""

pytestmark = pytest.mark.usefixtures("worker")


async def fixes(house: House, code: str, day: str) -> list[dict[str, Any]]:
    """The findings of one code on one day, with what would settle them."""
    found = await house.client.post(FIXES, id=house.id, day=day)
    return [conflict for conflict in found["conflicts"] if conflict["code"] == code]


async def drop(house: House, group: str, name: str) -> None:
    await house.client.do("DeleteBackupAssignment", id=house.assignments[group, name])


async def test_greedy_trap_over_three_groups_leaves_no_gap(house: House):
    for group, member in (("g", "m"), ("h", "o"), ("k", "q")):
        await house.form(group, member, f"{member}2")
    await house.back("g", "P", "Q")
    await house.back("k", "Q", "R")
    await house.back("h", "P")
    await house.plan(WEDNESDAY, WEDNESDAY)
    await house.pin("off", *((name, WEDNESDAY) for name in ("m", "o", "q")))
    told = await house.generate()
    assert told.covers == {(WEDNESDAY, "h", "P"), (WEDNESDAY, "g", "Q"), (WEDNESDAY, "k", "R")}
    assert (told.gaps, told.tier("REQUIRED_GAPS")["value"]) == (NO_GAPS, 0)
    assert (told.tier("PRIORITY_ORDER")["value"], told.run["outcome"]) == (2, "OPTIMAL")
    assert await house.explain("g", WEDNESDAY) == {
        "P": (False, ["USED_FOR_GROUP"]),
        "Q": (True, ["BEST_AVAILABLE"]),
    }
    assert await house.explain("k", WEDNESDAY) == {
        "Q": (False, ["USED_FOR_GROUP"]),
        "R": (True, ["BEST_AVAILABLE"]),
    }
    assert await house.explain("h", WEDNESDAY) == {"P": (True, ["FIRST_CHOICE"])}
    assert "SHARED_BACKUP" in await house.conflicts(WEDNESDAY, WEDNESDAY)
    figures = await house.figures()
    assert {name: found["rate"] for name, found in figures.items()} == {"g": 1, "h": 1, "k": 1}


async def test_mutual_backups_keep_their_requests_and_one_stays_at_a_home_of_one(house: House):
    await house.form("g", "A")
    await house.form("h", "B")
    await house.back("h", "A")
    await house.back("g", "B")
    await house.plan(TUESDAY, WEDNESDAY)
    for name in ("A", "B"):
        await house.client.do("RequestDayOff", staffId=house.staff[name], date=WEDNESDAY)
    await house.pin("off", ("A", TUESDAY))
    told = await house.generate()
    assert told.covers == set()
    assert told.gaps == {
        (TUESDAY, "g"): (1, ["NEEDED_AT_HOME"]),
        (WEDNESDAY, "g"): (1, ["BACKUP_ABSENT"]),
        (WEDNESDAY, "h"): (1, ["BACKUP_ABSENT"]),
    }
    assert [told.shift(name, WEDNESDAY) for name in ("A", "B")] == [("off", "GENERATED")] * 2
    assert told.shift("B", TUESDAY) == ("normal", "GENERATED")
    assert await house.explain("g", TUESDAY) == {"B": (False, ["NEEDED_AT_HOME"])}
    assert await house.explain("h", WEDNESDAY) == {"A": (False, ["BACKUP_ABSENT"])}
    found = await house.conflicts(TUESDAY, WEDNESDAY)
    assert found["MUTUAL_BACKUP"]["severity"] == "INFO"
    assert "CYCLE" not in found


async def open_chain(house: House, **first: Any) -> None:
    """The backup of each group belongs to the next one; somebody in no group backs the last."""
    await house.form("g", "m", "n", **first)
    await house.form("h", "b", "x")
    await house.form("k", "c", "y")
    await house.back("g", "b")
    await house.back("h", "c")
    await house.back("k", "d")
    await house.plan(WEDNESDAY, WEDNESDAY)
    await house.pin("off", ("m", WEDNESDAY))


async def test_chain_of_loans_closes_a_gap_as_long_as_somebody_stands_at_its_end(house: House):
    await open_chain(house)
    told = await house.generate()
    assert told.covers == {(WEDNESDAY, "g", "b"), (WEDNESDAY, "h", "c"), (WEDNESDAY, "k", "d")}
    assert (told.gaps, told.tier("PRIORITY_ORDER")["value"]) == (NO_GAPS, 2)
    for group, name in (("g", "b"), ("h", "c"), ("k", "d")):
        assert await house.explain(group, WEDNESDAY) == {name: (True, ["FIRST_CHOICE"])}
    found = await house.conflicts(WEDNESDAY, WEDNESDAY)
    assert found.keys().isdisjoint({"CYCLE", "MUTUAL_BACKUP", "HOME_GROUP_STRIPPED"})

    await drop(house, "k", "d")
    told = await house.generate()
    assert told.covers == set()
    assert told.gaps == {(WEDNESDAY, "g"): (1, ["NEEDED_AT_HOME"])}
    assert await house.explain("g", WEDNESDAY) == {"b": (False, ["NEEDED_AT_HOME"])}


async def test_chain_without_an_end_moves_the_gap_to_where_it_weighs_least(house: House):
    await open_chain(house, criticality=5)
    await drop(house, "k", "d")
    told = await house.generate()
    assert told.covers == {(WEDNESDAY, "g", "b")}
    assert told.gaps == {(WEDNESDAY, "h"): (1, ["NEEDED_AT_HOME"])}
    assert told.tier("REQUIRED_GAPS")["value"] == 100
    (stripped,) = await fixes(house, "HOME_GROUP_STRIPPED", WEDNESDAY)
    assert stripped["severity"] == "ERROR"
    assert stripped["group"] == {"id": house.groups["h"]}
    assert await house.explain("g", WEDNESDAY) == {"b": (True, ["FIRST_CHOICE"])}
    assert await house.explain("h", WEDNESDAY) == {"c": (False, ["NEEDED_AT_HOME"])}


async def test_ring_of_groups_lends_only_where_a_loan_costs_nothing(house: House):
    await house.form("g", "a", "a2")
    await house.form("h", "b", "b2")
    await house.form("k", "c", "c2")
    await house.back("g", "b")
    await house.back("h", "c")
    await house.back("k", "a")
    await house.plan(TUESDAY, WEDNESDAY)
    await house.pin("off", ("a", WEDNESDAY))
    told = await house.generate()
    assert told.covers == set()
    assert told.gaps == {(WEDNESDAY, "g"): (1, ["NEEDED_AT_HOME"])}
    ring = (await house.conflicts(TUESDAY, WEDNESDAY))["CYCLE"]
    assert ring["severity"] == "INFO"

    minimum = {"needPolicy": "MINIMUM_PRESENT", "minimumPresent": 1}
    await house.write("updateStaffGroup", id=house.groups["k"], **minimum)
    told = await house.generate()
    assert told.covers == {(WEDNESDAY, "g", "b"), (WEDNESDAY, "h", "c")}
    assert (told.gaps, told.tier("PRIORITY_ORDER")["value"]) == (NO_GAPS, 2)
    assert await house.explain("k", WEDNESDAY) == {"a": (False, ["BACKUP_ABSENT"])}


async def test_member_lent_by_hand_needs_a_reason_and_shows_at_home(house: House):
    await house.form("g", "m", "n")
    await house.form("h", "b", "x")
    await house.back("g", "b")
    await house.plan(WEDNESDAY, WEDNESDAY)
    await house.pin("off", ("m", WEDNESDAY))
    told = await house.generate()
    assert (told.covers, told.gaps) == (set(), {(WEDNESDAY, "g"): (1, ["NEEDED_AT_HOME"])})
    lent = {"staffId": house.staff["b"], "groupId": house.groups["g"], "date": WEDNESDAY}
    given = {"scheduleId": house.schedule, "covers": [lent]}
    refused = await house.write("setCovers", **given)
    assert refused["code"] == "OVERRIDE_NEEDED"
    assert "needed in h" in refused["message"]
    made = await house.write("setCovers", **given, override="g is full tonight")
    assert made["__typename"] == "SetCoversPayload"
    told = await house.read()
    assert told.covers == {(WEDNESDAY, "g", "b")}
    assert told.gaps == {(WEDNESDAY, "h"): (1, ["NO_ASSIGNMENT"])}
    assert ("HOME_GROUP_STRIPPED", "HARD") in told.findings
    assert await house.explain("g", WEDNESDAY) == {"b": (True, ["MANUAL"])}


async def test_windows_inside_the_period_decide_day_by_day_who_is_asked(house: House):
    await house.form("g", "m", "n")
    await house.back("g", "b", effectiveFrom=TUESDAY, effectiveUntil=WEDNESDAY)
    await house.back("g", "c", effectiveFrom=FRIDAY)
    days = (TUESDAY, WEDNESDAY, THURSDAY, FRIDAY)
    await house.plan(TUESDAY, SATURDAY)
    await house.pin("off", *(("m", day) for day in days))
    told = await house.generate()
    assert told.covers == {(TUESDAY, "g", "b"), (WEDNESDAY, "g", "b"), (FRIDAY, "g", "c")}
    assert told.gaps == {(THURSDAY, "g"): (1, ["OUTSIDE_EFFECTIVE_PERIOD"] * 2)}
    outside = (False, ["OUTSIDE_EFFECTIVE_PERIOD"])
    first = (True, ["FIRST_CHOICE"])
    assert await house.explain("g", WEDNESDAY) == {"b": first, "c": outside}
    assert await house.explain("g", THURSDAY) == {"b": outside, "c": outside}
    assert await house.explain("g", FRIDAY) == {"b": outside, "c": first}
    found = await house.conflicts(TUESDAY, SATURDAY)
    assert found["ALL_BACKUPS_ABSENT"]["dates"] == [THURSDAY]
    assert found["EXPIRED"]["backupAssignment"] == {"id": house.assignments["g", "b"]}
    figures = (await house.figures())["g"]
    assert (figures["needUnits"], figures["coveredUnits"], figures["rate"]) == (4, 3, 3 / 4)


async def test_leavers_in_mid_period_cover_and_count_until_their_last_day(house: House):
    await house.hire("m")
    await house.hire("n", employedUntil=WEDNESDAY)
    await house.form("g", "m", "n")
    await house.hire("b", kind="PART_TIME", employedUntil=WEDNESDAY)
    await house.back("g", "b", "c")
    await house.plan(TUESDAY, FRIDAY)
    await house.pin("off", ("m", WEDNESDAY), ("m", THURSDAY))
    told = await house.generate()
    assert told.covers == {(WEDNESDAY, "g", "b"), (THURSDAY, "g", "c")}
    assert told.gaps == NO_GAPS
    assert [told.shift(name, THURSDAY) for name in ("n", "b")] == [None, None]
    assert await house.explain("g", THURSDAY) == {
        "b": (False, ["NOT_EMPLOYED"]),
        "c": (True, ["BEST_AVAILABLE"]),
    }
    found = await house.conflicts(TUESDAY, FRIDAY)
    assert found["STAFF_LEAVES_EARLY"]["backupAssignment"] == {"id": house.assignments["g", "b"]}
    assert found["GROUP_ALL_ABSENT"]["dates"] == [THURSDAY]


async def test_backup_who_leaves_sooner_keeps_the_cover_on_record_and_is_replaced(house: House):
    await house.form("g", "m", "n")
    await house.back("g", "b", "c")
    await house.plan(TUESDAY, WEDNESDAY)
    await house.pin("off", ("m", WEDNESDAY))
    assert (await house.generate()).covers == {(WEDNESDAY, "g", "b")}
    await house.client.do("UpdateStaffMember", id=house.staff["b"], employedUntil=TUESDAY)
    told = await house.read()
    assert told.covers == {(WEDNESDAY, "g", "b")}
    missing, reasons = told.gaps[WEDNESDAY, "g"]
    assert (missing, reasons[0]) == (1, "NOT_EMPLOYED")
    assert {("COVER_NOT_ELIGIBLE", "HARD"), ("OUTSIDE_EMPLOYMENT", "HARD")} <= told.findings
    (proposed,) = await fixes(house, "COVER_NOT_ELIGIBLE", WEDNESDAY)
    assert "replace b by c" in proposed["fix"]
    told = await house.generate()
    assert (told.covers, told.gaps) == ({(WEDNESDAY, "g", "c")}, NO_GAPS)
    assert await house.explain("g", WEDNESDAY) == {
        "b": (False, ["NOT_EMPLOYED"]),
        "c": (True, ["BEST_AVAILABLE"]),
    }
