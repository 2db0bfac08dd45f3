"""Settings through the contract's documents, on a real database."""

from datetime import date

from store import backup_assignments, restaurants, staff
from tests.api.conftest import Api


async def person(api: Api, restaurant_id: str, name: str, **fields) -> str:
    answer = await api.write(
        "CreateStaffMember",
        **{
            "restaurantId": restaurant_id,
            "name": name,
            "employmentType": "REGULAR",
            "employedFrom": "2024-04-01",
            **fields,
        },
    )
    return answer["staffMember"]["id"]


async def group(api: Api, restaurant_id: str, *member_ids: str) -> str:
    fields = {"restaurantId": restaurant_id, "name": "キッチン", "memberIds": list(member_ids)}
    return (await api.write("CreateStaffGroup", **fields))["group"]["id"]


async def settings(api: Api, restaurant_id: str) -> dict:
    return (await api.ask("Settings", restaurantId=restaurant_id))["restaurant"]


async def test_a_new_restaurant_has_its_six_types_in_order(api, restaurant_id):
    types = (await settings(api, restaurant_id))["shiftTypes"]
    assert [(t["code"], t["symbol"]) for t in types] == [
        ("normal", "○"),
        ("early", "△"),
        ("late", "◇"),
        ("off", "×"),
        ("designated_off", "★"),
        ("unavailable", "⊘"),
    ]
    assert [t["restHalfDays"] for t in types] == [0, 1, 0, 2, 2, 2]
    assert [t["works"] for t in types] == [True] * 3 + [False] * 3
    assert [t["absentForCoverage"] for t in types] == [False] * 3 + [True] * 3
    assert [t["code"] for t in types if t["canCover"]] == ["normal"]


async def test_a_new_restaurant_has_the_rules_to_begin_with(api, restaurant_id):
    active = (await settings(api, restaurant_id))["activeConfiguration"]
    assert (active["number"], active["status"], active["isLocked"]) == (1, "ACTIVE", False)
    limits = [
        (x["window"], x["shiftTypes"], x["minimum"], x["maximum"], x["level"], x["weight"])
        for x in active["workLimits"]
    ]
    works, rests = ["normal", "early", "late"], ["off", "designated_off", "unavailable"]
    assert limits == [
        ("CONSECUTIVE_DAYS", works, None, 6.0, "HARD", 10),
        ("WEEK", rests, 2.0, None, "HARD", 10),
        ("WEEK", rests, None, 2.0, "SOFT", 10),
        ("CONSECUTIVE_DAYS", works, None, 5.0, "SOFT", 20),
    ]
    assert {x["scope"] for x in active["workLimits"]} == {"ALL"}
    assert active["calendarRules"] == []
    rules = await api.ask(
        "query($id: ID!) { restaurant(id: $id) { viewerRole activeConfiguration {"
        " successionRules { from { code } to { code } level weight }"
        " standingRules { kind weight } } } }",
        id=restaurant_id,
    )
    assert rules["restaurant"]["viewerRole"] == "OWNER"
    assert rules["restaurant"]["activeConfiguration"] == {
        "successionRules": [
            {"from": {"code": "late"}, "to": {"code": "early"}, "level": "SOFT", "weight": 30}
        ],
        "standingRules": [
            {"kind": "GROUP_ABSENT_TOGETHER", "weight": 30},
            {"kind": "SHIFT_NOT_ASKED", "weight": 1},
        ],
    }


async def test_a_new_restaurant_lends_members_and_a_new_person_is_free_and_works_on_holidays(
    api, restaurant_id
):
    await person(api, restaurant_id, "佐藤")
    found = await api.ask(
        "query($id: ID!) { restaurant(id: $id) { borrowing weekStart"
        " staff { idlePolicy holidayPolicy maximumGroupsPerDay }"
        " shiftTypes { code employmentTypes } } }",
        id=restaurant_id,
    )
    kept = {t["code"]: t["employmentTypes"] for t in found["restaurant"].pop("shiftTypes")}
    assert found["restaurant"] == {
        "borrowing": True,
        "weekStart": "MONDAY",
        "staff": [{"idlePolicy": "FREE", "holidayPolicy": "WORK", "maximumGroupsPerDay": 1}],
    }
    assert {code for code, types in kept.items() if types} == {"early", "late"}
    assert kept["early"] == kept["late"] == ["REGULAR"]


async def test_every_write_takes_the_next_revision_and_a_refusal_takes_none(api, restaurant_id):
    await person(api, restaurant_id, "佐藤")
    refused = await api.write(
        "CreateStaffMember",
        restaurantId=restaurant_id,
        name=" ",
        employmentType="REGULAR",
        employedFrom="2024-04-01",
    )
    await person(api, restaurant_id, "鈴木")
    assert refused["code"] == "NAME_EMPTY"
    assert refused["path"] == ["input", "name"]
    assert (await settings(api, restaurant_id))["revision"] == 3


async def test_what_is_written_is_read_back_equal(api, restaurant_id):
    sato = await person(api, restaurant_id, " 佐藤 ", position="店長", employedUntil="2026-03-31")
    kitchen = await group(api, restaurant_id, sato)
    nakata = await person(api, restaurant_id, "中田", employmentType="PART_TIME")
    made = await api.write(
        "CreateBackupAssignment",
        staffId=nakata,
        groupId=kitchen,
        effectiveFrom="2025-02-01",
        notes="火曜は不可",
    )
    read = await settings(api, restaurant_id)
    assert made["backupAssignment"] in read["activeConfiguration"]["backupAssignments"]
    assert made["revision"] == read["revision"] == 5
    assert made["backupAssignment"]["priorityOrder"] == 1
    assert read["staff"][0] == {
        "id": sato,
        "name": "佐藤",
        "employmentType": "REGULAR",
        "position": "店長",
        "employedFrom": "2024-04-01",
        "employedUntil": "2026-03-31",
        "groups": [{"id": kitchen}],
    }


async def test_an_omitted_field_stays_and_null_clears(api, restaurant_id):
    sato = await person(api, restaurant_id, "佐藤", employedUntil="2026-03-31")
    renamed = await api.write("UpdateStaffMember", id=sato, name="佐藤花子")
    opened = await api.write("UpdateStaffMember", id=sato, employedUntil=None)
    refused = await api.write("UpdateStaffMember", id=sato, name=None)
    assert renamed["staffMember"]["employedUntil"] == "2026-03-31"
    assert opened["staffMember"] == {"id": sato, "name": "佐藤花子", "employedUntil": None}
    assert (refused["code"], refused["path"]) == ("NULL_NOT_ALLOWED", ["input", "name"])


async def test_a_deleted_assignment_stays_as_a_row_and_leaves_the_list(api, restaurant_id):
    kitchen = await group(api, restaurant_id)
    nakata = await person(api, restaurant_id, "中田")
    made = await api.write("CreateBackupAssignment", staffId=nakata, groupId=kitchen)
    key = made["backupAssignment"]["id"]
    gone = await api.write("DeleteBackupAssignment", id=key)
    again = await api.write("DeleteBackupAssignment", id=key)
    anew = await api.write("CreateBackupAssignment", staffId=nakata, groupId=kitchen)
    active = (await settings(api, restaurant_id))["activeConfiguration"]
    assert gone["backupAssignment"] == {"id": key, "isActive": False}
    assert again["code"] == "ALREADY_DELETED"
    assert [a["id"] for a in active["backupAssignments"]] == [anew["backupAssignment"]["id"]]
    async with api.database.read() as connection:
        rows = await backup_assignments.by_ids(connection, [1, 2])
    assert [(row.id, row.is_active) for row in rows.values()] == [(1, False), (2, True)]


async def test_the_same_key_answers_the_first_result_and_writes_once(api, restaurant_id):
    fields = {
        "restaurantId": restaurant_id,
        "name": "佐藤",
        "employmentType": "REGULAR",
        "employedFrom": "2024-04-01",
        "clientMutationId": "one",
    }
    first = await api.write("CreateStaffMember", **fields)
    second = await api.write("CreateStaffMember", **fields)
    other = await api.write("CreateStaffMember", **{**fields, "name": "鈴木"})
    async with api.database.read() as connection:
        people = await staff.of_restaurants(connection, [1])
    assert first == second
    assert (other["code"], other["path"]) == (
        "IDEMPOTENCY_KEY_REUSED",
        ["input", "clientMutationId"],
    )
    assert [member.name for member in people] == ["佐藤"]


async def test_a_stale_edit_shows_what_stands(api, restaurant_id):
    sato = await person(api, restaurant_id, "佐藤")
    await api.write("UpdateStaffMember", id=sato, name="佐藤花子")
    stale = await api.mutate(
        "updateStaffMember", "staffMember { id }", id=sato, name="x", expectedRevision=2
    )
    fresh = await api.mutate(
        "updateStaffMember", "staffMember { name }", id=sato, name="x", expectedRevision=3
    )
    assert (stale["__typename"], stale["code"]) == ("ConflictProblem", "STALE_REVISION")
    assert stale["current"] == [{"id": sato}]
    assert fresh["staffMember"] == {"name": "x"}


async def test_today_is_taken_in_the_restaurants_zone(api, restaurant_id):
    sato = await person(api, restaurant_id, "佐藤")
    later = api.as_("owner")
    later.now = api.now.replace(day=14, hour=15, minute=30)
    await later.mutate("deleteStaffMember", "staffMember { isActive }", id=sato)
    async with api.database.read() as connection:
        row = (await staff.by_ids(connection, [1]))[1]
    assert row.deactivated_on == date(2025, 1, 15)
    assert (await settings(api, restaurant_id))["staff"] == []


async def test_members_leave_and_join_by_date(api, restaurant_id):
    sato = await person(api, restaurant_id, "佐藤")
    suzuki = await person(api, restaurant_id, "鈴木")
    kitchen = await group(api, restaurant_id, sato)
    changed = await api.mutate(
        "updateStaffGroup",
        "group { members { name } memberships { staff { name } effectiveFrom effectiveUntil } }",
        id=kitchen,
        memberIds=[suzuki],
    )
    assert changed["group"] == {
        "members": [{"name": "鈴木"}],
        "memberships": [
            {"staff": {"name": "佐藤"}, "effectiveFrom": None, "effectiveUntil": "2025-01-09"},
            {"staff": {"name": "鈴木"}, "effectiveFrom": "2025-01-10", "effectiveUntil": None},
        ],
    }


async def test_the_log_shows_who_joined_and_who_left(api, restaurant_id):
    sato = await person(api, restaurant_id, "佐藤")
    suzuki = await person(api, restaurant_id, "鈴木")
    kitchen = await group(api, restaurant_id, sato)
    await api.mutate("updateStaffGroup", "group { id }", id=kitchen, memberIds=[suzuki])
    log = await api.ask("ChangeLog", restaurantId=restaurant_id, first=1)
    newest = log["changeLog"]["edges"][0]["node"]
    assert (newest["entityType"], newest["entityId"]) == ("STAFF_GROUP", kitchen)
    assert newest["before"]["memberIds"] == [sato]
    assert newest["after"]["memberIds"] == [suzuki]


async def test_reordering_writes_one_to_n_in_one_revision(api, restaurant_id):
    kitchen = await group(api, restaurant_id)
    ids = []
    for name in ("一", "二", "三"):
        staff_id = await person(api, restaurant_id, name)
        made = await api.write("CreateBackupAssignment", staffId=staff_id, groupId=kitchen)
        ids.append(made["backupAssignment"]["id"])
    before = (await settings(api, restaurant_id))["revision"]
    short = await api.write("ReorderBackupAssignments", groupId=kitchen, ids=ids[:2])
    double = await api.write("ReorderBackupAssignments", groupId=kitchen, ids=[*ids, ids[0]])
    turned = await api.write("ReorderBackupAssignments", groupId=kitchen, ids=ids[::-1])
    assert (short["code"], double["code"]) == ("ORDER_INCOMPLETE", "ORDER_INCOMPLETE")
    assert turned["backupAssignments"] == [
        {"id": key, "priorityOrder": n} for n, key in enumerate(ids[::-1], start=1)
    ]
    assert turned["revision"] == before + 1


async def test_the_log_names_the_actor_and_the_operation(api, restaurant_id):
    await person(api, restaurant_id, "佐藤")
    log = await api.ask("ChangeLog", restaurantId=restaurant_id)
    newest = log["changeLog"]["edges"][0]["node"]
    assert newest["actor"] == {"id": "owner", "name": "Owner"}
    assert (newest["operation"], newest["entityType"]) == ("createStaffMember", "STAFF_MEMBER")
    assert (newest["before"], newest["after"]["name"]) == (None, "佐藤")


async def test_a_restaurant_is_stored_with_its_owner(api, restaurant_id):
    async with api.database.read() as connection:
        members = await restaurants.memberships_of(connection, 1)
    assert [(m.subject, m.role.value) for m in members] == [("owner", "OWNER")]
    assert restaurant_id
