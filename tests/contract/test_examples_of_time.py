"""The worked examples of ranks, dates, limits, edits by hand and publishing."""

import pytest

from tests.stories import House

TUESDAY, WEDNESDAY, THURSDAY = "2025-01-14", "2025-01-15", "2025-01-16"
FOUR = ("m", "n", "o", "p")

pytestmark = pytest.mark.usefixtures("worker")


async def test_best_ranks_are_taken_and_the_rest_of_the_need_is_a_gap(house: House):
    await house.form("g", *FOUR, needPolicy="PER_ABSENCE")
    await house.back("g", "first", "equal", priorityOrder=1)
    await house.back("g", "second", priorityOrder=2)
    await house.plan(TUESDAY, TUESDAY)
    await house.pin("off", ("m", TUESDAY), ("n", TUESDAY))
    told = await house.generate()
    assert told.covers == {(TUESDAY, "g", "first"), (TUESDAY, "g", "equal")}
    assert told.gaps == {}

    await house.plan(WEDNESDAY, WEDNESDAY)
    await house.pin("off", *((name, WEDNESDAY) for name in FOUR))
    told = await house.generate()
    assert {holder for _, _, holder in told.covers} == {"first", "equal", "second"}
    (gap,) = told.board["gaps"]
    assert (gap["needed"], gap["covered"], gap["missing"]) == (4, 3, 1)
    found = (await house.figures())["g"]
    assert (found["rate"], found["firstChoiceRate"]) == (3 / 4, 2 / 3)


async def test_soft_rule_does_not_push_the_first_rank_aside(house: House):
    await house.form("g", "m", "n")
    await house.back("g", "first", "second")
    await house.client.do(
        "CreatePriorityRule",
        name="rather not on Wednesdays",
        staffId=house.staff["first"],
        shiftType="normal",
        weekdays=["WEDNESDAY"],
        direction="AVOID",
        level="SOFT",
    )
    await house.plan(WEDNESDAY, WEDNESDAY)
    await house.pin("off", ("m", WEDNESDAY))
    told = await house.generate()
    assert told.covers == {(WEDNESDAY, "g", "first")}
    assert ("PRIORITY_RULE", "SOFT") in told.findings


async def test_assignment_counts_from_its_first_day(house: House):
    await house.form("g", "m", "n")
    await house.back("g", "b", effectiveFrom=THURSDAY)
    await house.plan(WEDNESDAY, THURSDAY)
    await house.pin("off", ("m", WEDNESDAY), ("m", THURSDAY))
    told = await house.generate()
    outside = (1, ["OUTSIDE_EFFECTIVE_PERIOD"])
    assert told.covers == {(THURSDAY, "g", "b")}
    assert told.gaps == {(WEDNESDAY, "g"): outside}

    assignment = house.assignments["g", "b"]
    await house.client.do("UpdateBackupAssignment", id=assignment, effectiveFrom="2025-02-01")
    told = await house.read()
    assert told.covers == {(THURSDAY, "g", "b")}
    assert ("COVER_OUTSIDE_EFFECTIVE_PERIOD", "HARD") in told.findings
    told = await house.generate()
    assert told.covers == set()
    assert told.gaps == {(WEDNESDAY, "g"): outside, (THURSDAY, "g"): outside}


async def test_same_pair_twice_is_answered_by_key_and_dates(house: House):
    await house.form("g", "m", "n")
    await house.hire("b")
    pair = {"staffId": house.staff["b"], "groupId": house.groups["g"]}
    january = {**pair, "effectiveFrom": "2025-01-01", "effectiveUntil": "2025-01-31"}
    attempt = house.client.attempt
    first = await attempt("CreateBackupAssignment", clientMutationId="one", **january)
    again = await attempt("CreateBackupAssignment", clientMutationId="one", **january)
    assert again == first
    other = await attempt("CreateBackupAssignment", clientMutationId="two", **january)
    assert (other["__typename"], other["code"]) == ("ValidationProblem", "DUPLICATE")
    longer = {**january, "effectiveUntil": "2025-02-28"}
    overlapping = await attempt("CreateBackupAssignment", **longer)
    assert (overlapping["__typename"], overlapping["code"]) == (
        "ValidationProblem",
        "EFFECTIVE_PERIODS_OVERLAP",
    )
    apart = {**pair, "effectiveFrom": "2025-02-01"}
    accepted = await house.client.do("CreateBackupAssignment", **apart)
    assert accepted["revision"] == first["revision"] + 1


async def test_settings_changed_after_a_run_make_it_stale(house: House):
    await house.form("g", "m", "n")
    await house.plan(WEDNESDAY, WEDNESDAY)
    await house.generate()
    run = house.last_run["id"]
    fresh = (await house.client.ask("GenerationRun", id=run))["generationRun"]
    assert (fresh["isStale"], fresh["outcome"]) == (False, "OPTIMAL")
    await house.hire("late comer")
    stale = (await house.client.ask("GenerationRun", id=run))["generationRun"]
    assert stale["isStale"] is True
    refused = await house.client.attempt("PublishSchedule", scheduleId=house.schedule)
    assert (refused["__typename"], refused["code"]) == ("ValidationProblem", "OVERRIDE_NEEDED")
    only = "Settings, staff, calendar or requests changed after the last generation."
    assert refused["message"] == f"Publishing needs a reason in `override`: {only}"
    published = await house.client.do(
        "PublishSchedule", scheduleId=house.schedule, override="agreed with everybody"
    )
    assert published["schedule"]["status"] == "PUBLISHED"


async def test_run_is_stale_when_settings_changed_after_what_it_read(house: House):
    await house.form("g", "m", "n")
    await house.plan("2025-01-01", "2025-01-31")
    client = house.client
    made = await client.do("GenerateSchedule", scheduleId=house.schedule, timeLimitSeconds=3)
    run, changed_at = made["run"]["id"], 0
    async with client.following("GenerationProgress", runId=run) as events:
        async for event in events:
            if event["state"] == "RUNNING" and not changed_at:
                await house.hire("x")
                changed_at = await house.revision()
    found = (await client.ask("GenerationRun", id=run))["generationRun"]
    assert found["state"] == "FINISHED"
    assert found["isStale"] is (found["configurationRevision"] < changed_at)
    board = (await client.ask("ScheduleBoard", scheduleId=house.schedule))["schedule"]
    assert len(board["shifts"]) >= 2 * 31


async def test_backup_set_to_rest_by_hand_is_released_and_the_gap_shows(house: House):
    await house.form("g", "m", "n")
    await house.back("g", "b")
    await house.plan(TUESDAY, WEDNESDAY)
    await house.pin("off", ("m", WEDNESDAY))
    assert (await house.generate()).covers == {(WEDNESDAY, "g", "b")}
    seen = await house.revision()
    cell = house.cell("b", WEDNESDAY, "off")
    written = await house.client.do("SetShifts", scheduleId=house.schedule, shifts=[cell])
    (gap,) = written["gaps"]
    assert (gap["date"], gap["missing"], gap["reasons"][0]["code"]) == (
        WEDNESDAY,
        1,
        "BACKUP_ABSENT",
    )
    assert written["revision"] == seen + 1
    assert (await house.read()).covers == set()
    asked = {"restaurantId": house.id, "after": seen}
    async with house.client.following("Changes", **asked) as events:
        change_set = await anext(events)
    assert change_set["revision"] == written["revision"]
    kinds = [change["__typename"] for change in change_set["changes"]]
    assert kinds.count("CoverageGapChanged") == 1
    assert kinds.count("ShiftChanged") == 1
    gone = [c["entityType"] for c in change_set["changes"] if c["__typename"] == "EntityDeleted"]
    assert gone == ["COVER"]


async def test_rest_limit_counts_half_days_and_is_shortened_with_employment(house: House):
    await house.hire("whole")
    await house.hire("half", employedFrom="2025-01-17")
    limit = {"shiftTypes": ["off", "early"], "minimum": 7, "maximum": 7.5}
    await house.limit("rest", "whole", "half", **limit)
    await house.plan("2025-01-07", "2025-01-26")
    told = await house.generate()
    assert told.tier("HARD_RULES")["value"] == 0
    weights = {"off": 2, "early": 1}
    rests = dict.fromkeys(house.staff, 0)
    for shift in told.board["shifts"]:
        name = house.name_of(shift["staff"])
        rests[name] += weights.get(shift["shiftType"]["code"], 0)
    assert 14 <= rests["whole"] <= 15
    assert 7 <= rests["half"] <= 8
    await house.pin("off", *(("whole", f"2025-01-{day:02}") for day in range(7, 15)))
    assert ("WORK_LIMIT", "HARD") in (await house.read()).findings


async def test_contradicting_facts_still_give_a_full_schedule(house: House):
    await house.hire("m")
    days = [f"2025-01-{day:02}" for day in range(7, 15)]
    await house.plan(days[0], days[-1])
    await house.pin("normal", *(("m", day) for day in days))
    told = await house.generate()
    assert told.run["outcome"] == "RELAXED"
    hard = told.tier("HARD_RULES")
    assert (hard["value"], hard["bound"], hard["status"]) == (4, 4, "OPTIMAL")
    assert [told.shift("m", day) for day in days] == [("normal", "MANUAL")] * 8
    assert ("WORK_LIMIT", "HARD") in told.findings
    query = (
        "query ($id: ID!) { generationRun(id: $id) { isExplained conflictSets { message members { "
        "kind dates nodeIds staff { name } } } repairs { kind message conflictSet days "
        "hardRulesBefore hardRulesAfter member { kind } } } }"
    )
    run = (await house.client.post(query, id=told.run["id"]))["generationRun"]
    (found,) = run["conflictSets"]
    pinned, rules = found["members"][:-1], found["members"][-1:]
    assert [member["kind"] for member in pinned] == ["PINNED"] * 7
    assert [member["dates"] for member in pinned] == [[day] for day in days[:7]]
    assert [(m["kind"], m["staff"], m["dates"]) for m in rules] == [
        ("WORK_LIMIT", {"name": "m"}, days[:7])
    ]
    whole = [repair for repair in run["repairs"] if repair["hardRulesAfter"] == 0]
    assert {repair["hardRulesBefore"] for repair in whole} == {4}
    assert {"CLEAR_CELL", "RAISE_MAXIMUM"} <= {repair["kind"] for repair in whole}
    assert run["isExplained"]
    (node_id,) = rules[0]["nodeIds"]
    node = await house.client.post("query ($id: ID!) { node(id: $id) { id } }", id=node_id)
    assert node["node"] == {"id": node_id}


async def test_settings_may_reach_to_the_ends_of_the_calendar(house: House):
    first, last = "0001-01-01", "9999-12-31"
    await house.hire("m", "n", employedFrom=first, employedUntil=last)
    await house.form("g", "m", "n")
    await house.hire("b", employedFrom=first)
    await house.back("g", "b", effectiveFrom=first, effectiveUntil=last)
    for day in (first, last):
        await house.client.do("RequestDayOff", staffId=house.staff["m"], date=day)
        await house.rule_date(day, "CLOSED")
    settings = (await house.client.ask("Settings", restaurantId=house.id))["restaurant"]
    assert {(s["employedFrom"], s["employedUntil"]) for s in settings["staff"]} == {
        (first, last),
        (first, None),
    }
    rules = settings["activeConfiguration"]["calendarRules"]
    assert [rule["date"] for rule in rules] == [first, last]
    await house.plan(WEDNESDAY, WEDNESDAY)
    await house.pin("off", ("m", WEDNESDAY))
    assert (await house.generate()).covers == {(WEDNESDAY, "g", "b")}


@pytest.mark.parametrize("dates", [("2025-01-15", "2025-01-15"), ("2024-02-29", "2024-02-29")])
async def test_schedule_without_staff_is_a_valid_empty_result(house: House, dates):
    await house.plan(*dates)
    told = await house.generate()
    assert (told.board["shifts"], told.board["gaps"], told.run["outcome"]) == ([], [], "OPTIMAL")
