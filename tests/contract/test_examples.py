"""The worked examples of who covers whom, told through the contract's documents."""

import pytest

from tests.stories import House

TUESDAY, WEDNESDAY, THURSDAY = "2025-01-14", "2025-01-15", "2025-01-16"
NO_GAPS: dict[tuple[str, str], tuple[int, list[str]]] = {}

pytestmark = pytest.mark.usefixtures("worker")


async def open_kitchen(house: House) -> None:
    """Two regulars, a part-timer behind them, and one of the two off on the fifteenth."""
    await house.form("キッチン", "佐藤", "鈴木")
    await house.back("キッチン", "中田")
    await house.plan(TUESDAY, THURSDAY)
    await house.pin("off", ("佐藤", WEDNESDAY))


async def test_backup_covers_and_without_the_assignment_the_gap_says_so(house: House):
    await open_kitchen(house)
    told = await house.generate()
    assert told.covers == {(WEDNESDAY, "キッチン", "中田")}
    assert told.shift("中田", WEDNESDAY) == ("normal", "COVER")
    assert (told.gaps, told.run["outcome"]) == (NO_GAPS, "OPTIMAL")
    assert {cell["date"] for cell in told.board["shifts"]} == {TUESDAY, WEDNESDAY, THURSDAY}
    assert len(told.board["shifts"]) == 9

    assignment = house.assignments["キッチン", "中田"]
    await house.client.do("DeleteBackupAssignment", id=assignment)
    told = await house.generate()
    assert told.covers == set()
    assert told.gaps == {(WEDNESDAY, "キッチン"): (1, ["NO_ASSIGNMENT"])}
    past = [entry for entry in await house.log() if entry["entityId"] == assignment]
    assert [entry["operation"] for entry in past] == [
        "deleteBackupAssignment",
        "createBackupAssignment",
    ]
    document = "query ($id: ID!) { node(id: $id) { ... on BackupAssignment { isActive } } }"
    assert (await house.client.post(document, id=assignment))["node"] == {"isActive": False}


async def test_requested_day_off_of_a_backup_is_kept_and_the_next_one_comes(house: House):
    await open_kitchen(house)
    request = await house.client.do("RequestDayOff", staffId=house.staff["中田"], date=WEDNESDAY)
    told = await house.generate()
    assert told.shift("中田", WEDNESDAY) == ("off", "GENERATED")
    assert told.gaps == {(WEDNESDAY, "キッチン"): (1, ["BACKUP_ABSENT"])}
    document = "query ($id: ID!) { node(id: $id) { ... on DayOffRequest { state } } }"
    asked = await house.client.post(document, id=request["dayOffRequest"]["id"])
    assert asked["node"] == {"state": "REQUESTED"}

    await house.back("キッチン", "石井")
    told = await house.generate()
    assert (told.covers, told.gaps) == ({(WEDNESDAY, "キッチン", "石井")}, NO_GAPS)
    explained = await house.explain("キッチン", WEDNESDAY)
    assert list(explained) == ["中田", "石井"]
    assert explained["中田"] == (False, ["BACKUP_ABSENT"])
    assert explained["石井"] == (True, ["BEST_AVAILABLE"])


async def test_designated_day_off_is_an_absence_and_an_early_shift_is_not(house: House):
    await open_kitchen(house)
    await house.pin("designated_off", ("佐藤", WEDNESDAY))
    assert (await house.generate()).covers == {(WEDNESDAY, "キッチン", "中田")}
    written = await house.pin("early", ("佐藤", WEDNESDAY))
    assert written["gaps"] == []
    told = await house.read()
    assert (told.covers, told.gaps) == (set(), NO_GAPS)
    assert told.shift("中田", WEDNESDAY) == ("normal", "GENERATED")
    assert (await house.figures())["キッチン"]["needUnits"] == 0


async def test_hard_limit_leaves_a_gap_and_a_soft_one_pays(house: House):
    await house.form("hard", "m", "n")
    await house.form("soft", "o", "p")
    await house.back("hard", "b")
    await house.back("soft", "c")
    await house.limit("at most one", "b", maximum=1)
    await house.limit("rather at most one", "c", maximum=1, level="SOFT")
    await house.plan(TUESDAY, THURSDAY)
    await house.pin("normal", ("b", TUESDAY), ("c", TUESDAY))
    await house.pin("off", ("m", WEDNESDAY), ("o", WEDNESDAY))
    told = await house.generate()
    assert told.gaps == {(WEDNESDAY, "hard"): (1, ["LIMIT_REACHED"])}
    assert told.covers == {(WEDNESDAY, "soft", "c")}
    assert (told.tier("REQUIRED_GAPS")["value"], told.tier("SOFT_RULES")["value"]) == (100, 20)
    assert ("WORK_LIMIT", "SOFT") in told.findings
    assert ("WORK_LIMIT", "HARD") not in told.findings


async def test_days_worked_last_month_count_in_a_run_of_days(house: House):
    await house.form("g", "m", "n")
    await house.back("g", "b")
    await house.limit("five in a row", "b", window="CONSECUTIVE_DAYS", maximum=5)
    await house.plan("2024-12-27", "2024-12-31")
    await house.pin("normal", *(("b", f"2024-12-{day}") for day in range(27, 32)))
    await house.plan("2025-01-01", "2025-01-02")
    await house.pin("off", ("m", "2025-01-01"))
    told = await house.generate()
    assert told.gaps == {("2025-01-01", "g"): (1, ["LIMIT_REACHED"])}
    assert told.covers == set()


async def test_two_needs_and_one_day_left_are_judged_together(house: House):
    await house.form("g", "m", "n")
    await house.back("g", "b")
    await house.limit("one day", "b", maximum=1)
    await house.plan(TUESDAY, THURSDAY)
    await house.pin("off", ("m", TUESDAY), ("m", THURSDAY))
    told = await house.generate()
    assert len(told.covers) == 1
    (gap,) = told.gaps.values()
    assert gap == (1, ["LIMIT_REACHED"])


async def test_employment_is_judged_by_the_day(house: House):
    await house.form("leaving", "m", "n")
    await house.hire("b", kind="PART_TIME", employedUntil=WEDNESDAY)
    await house.back("leaving", "b")
    await house.hire("x", "y", employedFrom=THURSDAY)
    await house.form("new", "x", "y")
    await house.plan(TUESDAY, THURSDAY)
    await house.pin("off", ("m", WEDNESDAY), ("m", THURSDAY))
    told = await house.generate()
    assert told.covers == {(WEDNESDAY, "leaving", "b")}
    assert told.gaps == {(THURSDAY, "leaving"): (1, ["NOT_EMPLOYED"])}
    assert [told.shift("x", day) for day in (TUESDAY, WEDNESDAY)] == [None, None]
    assert told.shift("b", THURSDAY) is None
    assert told.run["outcome"] == "OPTIMAL"
    assert (await house.figures())["new"]["needUnits"] == 0


async def test_need_follows_the_policy_of_the_group(house: House):
    await house.form("any", "m", "n", "o")
    await house.form("each", "m", "n", "o", needPolicy="PER_ABSENCE")
    await house.form("minimum", "m", "n", "o", needPolicy="MINIMUM_PRESENT", minimumPresent=1)
    await house.plan(TUESDAY, THURSDAY)
    assert (await house.figures())["each"]["needUnits"] == 0
    await house.pin("off", ("m", WEDNESDAY), ("n", WEDNESDAY))
    units = {name: found["needUnits"] for name, found in (await house.figures()).items()}
    assert units == {"any": 1, "each": 2, "minimum": 0}
    assert (await house.read()).gaps == {
        (WEDNESDAY, "any"): (1, ["NO_ASSIGNMENT"]),
        (WEDNESDAY, "each"): (2, ["NO_ASSIGNMENT"]),
    }


async def test_all_members_off_are_reported_and_a_closed_day_needs_nobody(house: House):
    await house.form("g", "m", "n")
    await house.back("g", "b")
    await house.plan(TUESDAY, THURSDAY)
    await house.pin("off", ("m", WEDNESDAY), ("n", WEDNESDAY))
    told = await house.generate()
    assert told.covers == {(WEDNESDAY, "g", "b")}
    assert "GROUP_ALL_ABSENT" in {code for code, _ in told.findings}
    assert "GROUP_ALL_ABSENT" in await house.conflicts(TUESDAY, THURSDAY)

    await house.rule_date(WEDNESDAY, "CLOSED")
    told = await house.read()
    assert told.gaps == NO_GAPS
    assert told.covers == {(WEDNESDAY, "g", "b")}
    assert "COVER_WITHOUT_NEED" in {code for code, _ in told.findings}
    assert (await house.figures())["g"]["needUnits"] == 0
    told = await house.generate()
    assert (told.covers, told.gaps) == (set(), NO_GAPS)
    assert told.shift("b", WEDNESDAY) == ("off", "GENERATED")


async def test_must_work_beats_a_holiday_and_a_holiday_blocks_backups(house: House):
    await house.form("working", "m", "n")
    await house.form("resting", "o", "p")
    await house.hire("b", "c", kind="PART_TIME", holidayPolicy="OFF")
    await house.back("working", "b")
    await house.back("resting", "c")
    await house.plan(TUESDAY, THURSDAY)
    await house.rule_date(TUESDAY, "HOLIDAY")
    await house.rule_date(TUESDAY, "MUST_WORK")
    await house.rule_date(THURSDAY, "HOLIDAY")
    await house.pin("off", ("m", TUESDAY))
    await house.client.do("RequestDayOff", staffId=house.staff["o"], date=THURSDAY)
    told = await house.generate()
    assert told.covers == {(TUESDAY, "working", "b")}
    assert told.gaps == {(THURSDAY, "resting"): (1, ["HOLIDAY_BLOCKED"])}
    assert told.shift("o", THURSDAY) == ("off", "GENERATED")
    assert "MUST_WORK_VS_HOLIDAY" in await house.conflicts(TUESDAY, THURSDAY)
    assert told.run["outcome"] == "OPTIMAL"


async def test_member_of_two_groups_makes_a_need_in_both(house: House):
    await house.form("g", "m", "n")
    await house.form("h", "m", "o")
    await house.back("g", "b")
    await house.back("h", "c")
    await house.plan(WEDNESDAY, WEDNESDAY)
    await house.pin("off", ("m", WEDNESDAY))
    told = await house.generate()
    assert told.covers == {(WEDNESDAY, "g", "b"), (WEDNESDAY, "h", "c")}
    assert told.gaps == NO_GAPS


async def test_unset_cell_is_no_absence_and_a_group_without_absence_has_no_rate(house: House):
    await house.form("g", "m", "n")
    await house.back("g", "b")
    await house.plan(TUESDAY, THURSDAY)
    assert (await house.read()).gaps == NO_GAPS
    await house.generate()
    found = (await house.figures())["g"]
    assert (found["needDays"], found["needUnits"], found["coveredUnits"]) == (0, 0, 0)
    assert (found["rate"], found["firstChoiceRate"], found["gaps"]) == (None, None, [])
    days = (await house.client.ask("Coverage", scheduleId=house.schedule))["coverage"]["days"]
    assert [day["slack"] for day in days] == [None, None, None]


async def test_only_backup_of_two_groups_goes_where_it_weighs_more(house: House):
    await house.form("h", "o", "p", criticality=3)
    await house.form("g", "m", "n", criticality=5)
    await house.back("g", "b")
    await house.back("h", "b")
    await house.plan(WEDNESDAY, WEDNESDAY)
    await house.pin("off", ("m", WEDNESDAY), ("o", WEDNESDAY))
    told = await house.generate()
    assert told.covers == {(WEDNESDAY, "g", "b")}
    missing, reasons = told.gaps[WEDNESDAY, "h"]
    assert (list(told.gaps), missing) == ([(WEDNESDAY, "h")], 1)
    assert reasons[0] == "USED_FOR_GROUP"


async def test_greedy_trap_is_not_fallen_into(house: House):
    await house.form("g", "m", "n")
    await house.form("h", "o", "p")
    await house.back("g", "P", "Q")
    await house.back("h", "P")
    await house.plan(WEDNESDAY, WEDNESDAY)
    await house.pin("off", ("m", WEDNESDAY), ("o", WEDNESDAY))
    told = await house.generate()
    assert told.covers == {(WEDNESDAY, "h", "P"), (WEDNESDAY, "g", "Q")}
    assert (told.gaps, told.tier("PRIORITY_ORDER")["value"]) == (NO_GAPS, 1)
    explained = await house.explain("g", WEDNESDAY)
    assert explained["P"] == (False, ["USED_FOR_GROUP"])
    assert explained["Q"] == (True, ["BEST_AVAILABLE"])


async def test_member_is_lent_only_where_somebody_stands_in_at_home(house: House):
    await house.form("g", "m", "n")
    await house.form("h", "b", "x")
    await house.back("g", "b")
    await house.back("h", "c")
    await house.plan(WEDNESDAY, WEDNESDAY)
    await house.pin("off", ("m", WEDNESDAY))
    told = await house.generate()
    assert told.covers == {(WEDNESDAY, "g", "b"), (WEDNESDAY, "h", "c")}
    assert (told.gaps, told.tier("PRIORITY_ORDER")["value"]) == (NO_GAPS, 1)

    await house.client.do("DeleteBackupAssignment", id=house.assignments["h", "c"])
    told = await house.generate()
    assert told.covers == set()
    assert told.gaps == {(WEDNESDAY, "g"): (1, ["NEEDED_AT_HOME"])}


async def test_groups_that_back_each_other_cannot_help_when_both_are_off(house: House):
    await house.form("g", "A")
    await house.form("h", "B")
    await house.back("h", "A")
    await house.back("g", "B")
    await house.plan(WEDNESDAY, WEDNESDAY)
    for name in ("A", "B"):
        await house.client.do("RequestDayOff", staffId=house.staff[name], date=WEDNESDAY)
    told = await house.generate()
    assert told.gaps == {
        (WEDNESDAY, "g"): (1, ["BACKUP_ABSENT"]),
        (WEDNESDAY, "h"): (1, ["BACKUP_ABSENT"]),
    }
    assert [told.shift(name, WEDNESDAY) for name in ("A", "B")] == [("off", "GENERATED")] * 2
    assert "MUTUAL_BACKUP" in await house.conflicts(WEDNESDAY, WEDNESDAY)
