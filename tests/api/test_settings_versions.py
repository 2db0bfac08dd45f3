"""Configuration versions: copied, activated in one step, locked."""

from tests.api.conftest import Api
from tests.api.test_settings import group, person, settings

VERSION = "configurationVersion { id number status isLocked }"
CONTENT = (
    "query($id: ID!) { node(id: $id) { ... on ConfigurationVersion { status"
    " groups { name members { name } } backupAssignments { staff { name } group { name } }"
    " workLimits { name } successionRules { weight } standingRules { kind }"
    " calendarRules { date } } } }"
)


async def copy(api: Api, restaurant_id: str) -> str:
    made = await api.mutate(
        "createConfigurationVersion", VERSION, restaurantId=restaurant_id, name="二月"
    )
    return made["configurationVersion"]["id"]


async def test_a_copy_holds_what_is_in_force_and_lives_on_its_own(api, restaurant_id):
    sato = await person(api, restaurant_id, "佐藤")
    nakata = await person(api, restaurant_id, "中田")
    kitchen = await group(api, restaurant_id, sato)
    await api.write("CreateBackupAssignment", staffId=nakata, groupId=kitchen)
    active = (await settings(api, restaurant_id))["activeConfiguration"]
    draft = await copy(api, restaurant_id)
    original = (await api.ask(CONTENT, id=active["id"]))["node"]
    copied = (await api.ask(CONTENT, id=draft))["node"]
    assert (original.pop("status"), copied.pop("status")) == ("ACTIVE", "DRAFT")
    assert copied == original
    await api.write(
        "CreateStaffGroup",
        restaurantId=restaurant_id,
        configurationId=draft,
        name="新しい",
        memberIds=[],
    )
    changed = (await api.ask(CONTENT, id=draft))["node"]["groups"]
    assert [g["name"] for g in changed] == ["キッチン", "新しい"]
    assert (await api.ask(CONTENT, id=active["id"]))["node"]["groups"] == original["groups"]


async def test_exactly_one_version_is_active(api, restaurant_id):
    first = (await settings(api, restaurant_id))["activeConfiguration"]["id"]
    draft = await copy(api, restaurant_id)
    active = await api.mutate("activateConfigurationVersion", VERSION, id=draft)
    again = await api.mutate("activateConfigurationVersion", VERSION, id=draft)
    versions = await api.ask(
        "query($id: ID!) { restaurant(id: $id) { configurations { number status } } }",
        id=restaurant_id,
    )
    late = await api.write(
        "CreateStaffGroup",
        restaurantId=restaurant_id,
        configurationId=first,
        name="x",
        memberIds=[],
    )
    assert active["configurationVersion"]["status"] == "ACTIVE"
    assert again["code"] == "ALREADY_ACTIVE"
    assert versions["restaurant"]["configurations"] == [
        {"number": 1, "status": "ARCHIVED"},
        {"number": 2, "status": "ACTIVE"},
    ]
    assert (late["__typename"], late["code"]) == ("ConflictProblem", "CONFIGURATION_ARCHIVED")
    assert late["path"] == ["input", "configurationId"]


async def test_an_edit_of_an_archived_row_names_the_field_that_was_sent(api, restaurant_id):
    kitchen = await group(api, restaurant_id)
    nakata = await person(api, restaurant_id, "中田")
    made = await api.write("CreateBackupAssignment", staffId=nakata, groupId=kitchen)
    key = made["backupAssignment"]["id"]
    draft = await copy(api, restaurant_id)
    await api.mutate("activateConfigurationVersion", VERSION, id=draft)
    answers = [
        await api.write("CreateBackupAssignment", staffId=nakata, groupId=kitchen),
        await api.write("UpdateBackupAssignment", id=key, priorityOrder=2),
        await api.mutate("deleteStaffGroup", "group { id }", id=kitchen),
    ]
    assert {answer["code"] for answer in answers} == {"CONFIGURATION_ARCHIVED"}
    paths = [answer["path"] for answer in answers]
    assert paths == [["input", "groupId"], ["input", "id"], ["input", "id"]]


async def test_a_locked_version_refuses_every_edit(api, restaurant_id):
    kitchen = await group(api, restaurant_id)
    nakata = await person(api, restaurant_id, "中田")
    made = await api.write("CreateBackupAssignment", staffId=nakata, groupId=kitchen)
    active = (await settings(api, restaurant_id))["activeConfiguration"]
    await api.mutate("lockConfigurationVersion", VERSION, id=active["id"])
    key = made["backupAssignment"]["id"]
    day = {"restaurantId": restaurant_id, "date": "2025-01-01", "kind": "CLOSED"}
    answers = [
        await api.write("CreateStaffGroup", restaurantId=restaurant_id, name="x", memberIds=[]),
        await api.mutate("deleteStaffGroup", "group { id }", id=kitchen),
        await api.write("UpdateBackupAssignment", id=key, priorityOrder=2),
        await api.write("DeleteBackupAssignment", id=key),
        await api.write("ReorderBackupAssignments", groupId=kitchen, ids=[key]),
        await api.write("CreateCalendarRule", **day),
        await api.mutate("deleteWorkLimit", "workLimit { id }", id=active["workLimits"][0]["id"]),
    ]
    assert {answer["__typename"] for answer in answers} == {"LockedProblem"}
    assert {answer["code"] for answer in answers} == {"CONFIGURATION_LOCKED"}
    sent = [[], ["id"], ["id"], ["id"], ["groupId"], [], ["id"]]
    assert [answer["path"] for answer in answers] == [["input", *p] if p else [] for p in sent]
    await api.mutate("lockConfigurationVersion", VERSION, id=active["id"], isLocked=False)
    assert (await api.write("CreateCalendarRule", **day))["calendarRule"]["id"]


async def test_a_deleted_group_takes_its_backups_along(api, restaurant_id):
    kitchen = await group(api, restaurant_id)
    nakata = await person(api, restaurant_id, "中田")
    made = await api.write("CreateBackupAssignment", staffId=nakata, groupId=kitchen)
    gone = await api.mutate("deleteStaffGroup", "group { isActive }", id=kitchen)
    active = (await settings(api, restaurant_id))["activeConfiguration"]
    left = await api.ask(
        "query($id: ID!) { node(id: $id) { ... on BackupAssignment { isActive } } }",
        id=made["backupAssignment"]["id"],
    )
    late = await api.write("CreateBackupAssignment", staffId=nakata, groupId=kitchen)
    assert gone["group"] == {"isActive": False}
    assert (active["groups"], active["backupAssignments"]) == ([], [])
    assert left["node"] == {"isActive": False}
    assert (late["code"], late["path"]) == ("NOT_FOUND", ["input", "groupId"])
