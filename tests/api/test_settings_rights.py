"""Who sees and who edits: another restaurant does not exist."""

from domain.access import Caller
from tests.api.conftest import Api
from tests.api.test_settings import group, person, settings

NODE = "query($id: ID!) { node(id: $id) { __typename id } restaurant(id: $id) { id } }"


async def grant(api: Api, restaurant_id: str, subject: str, role: str, **fields) -> dict:
    return await api.mutate(
        "grantMembership",
        "membership { subject role }",
        restaurantId=restaurant_id,
        subject=subject,
        role=role,
        **fields,
    )


async def test_a_stranger_sees_nothing_and_may_guess_no_id(api, restaurant_id):
    sato = await person(api, restaurant_id, "佐藤")
    kitchen = await group(api, restaurant_id)
    stranger = api.as_("stranger")
    for key in (restaurant_id, sato, kitchen):
        seen = await stranger.ask(NODE, id=key)
        assert seen == {"node": None, "restaurant": None}
    assert (await stranger.ask("Restaurants"))["restaurants"] == []
    assert (await api.ask(NODE, id=sato))["node"] == {"__typename": "StaffMember", "id": sato}


async def test_a_strangers_id_answers_like_an_absent_one(api, restaurant_id):
    sato = await person(api, restaurant_id, "佐藤")
    stranger = api.as_("stranger")
    foreign = await stranger.write("UpdateStaffMember", id=sato, name="x")
    absent = await stranger.write("UpdateStaffMember", id="U3RhZmZNZW1iZXI6OTk5", name="x")
    wrong_type = await stranger.write("UpdateStaffMember", id=restaurant_id, name="x")
    assert foreign["code"] == "NOT_FOUND"
    assert foreign["message"] == absent["message"] == wrong_type["message"]
    assert foreign["path"] == absent["path"] == wrong_type["path"] == ["input", "id"]
    assert {a["__typename"] for a in (foreign, absent, wrong_type)} == {"NotFoundProblem"}
    assert (await settings(api, restaurant_id))["revision"] == 2


async def test_two_restaurants_are_never_mixed_also_by_their_owner(api, restaurant_id):
    other = (await api.write("CreateRestaurant", name="支店", timeZone="Asia/Tokyo"))["restaurant"]
    kitchen = await group(api, restaurant_id)
    stranger = await person(api, other["id"], "山田")
    answer = await api.write("CreateBackupAssignment", staffId=stranger, groupId=kitchen)
    members = await api.write(
        "CreateStaffGroup", restaurantId=restaurant_id, name="x", memberIds=[stranger]
    )
    moved = await api.write("UpdateStaffMember", id=stranger, restaurantId=restaurant_id)
    assert (answer["code"], answer["path"]) == ("NOT_FOUND", ["input", "staffId"])
    assert (members["code"], members["path"]) == ("NOT_FOUND", ["input", "memberIds"])
    assert (moved["code"], moved["path"]) == ("NOT_FOUND", ["input", "restaurantId"])
    assert (await settings(api, restaurant_id))["revision"] == 2


async def test_viewers_read_and_managers_edit_and_only_owners_grant(api, restaurant_id):
    await grant(api, restaurant_id, "viewer", "VIEWER")
    await grant(api, restaurant_id, "manager", "MANAGER")
    viewer, manager = api.as_("viewer"), api.as_("manager")
    fields = {"restaurantId": restaurant_id, "name": "x", "memberIds": []}
    refused = await viewer.write("CreateStaffGroup", **fields)
    written = await manager.write("CreateStaffGroup", **fields)
    granted = await grant(manager, restaurant_id, "friend", "OWNER")
    roles = "query($id: ID!) { restaurant(id: $id) { viewerRole memberships { subject role } } }"
    seen = await viewer.ask(roles, id=restaurant_id)
    owned = await api.ask(roles, id=restaurant_id)
    assert refused["__typename"] == granted["__typename"] == "ForbiddenProblem"
    assert written["revision"] == 4
    assert seen["restaurant"] == {"viewerRole": "VIEWER", "memberships": None}
    assert owned["restaurant"]["memberships"] == [
        {"subject": "owner", "role": "OWNER"},
        {"subject": "viewer", "role": "VIEWER"},
        {"subject": "manager", "role": "MANAGER"},
    ]


async def test_staff_ask_for_their_own_days_off_only(api, restaurant_id):
    sato = await person(api, restaurant_id, "佐藤")
    suzuki = await person(api, restaurant_id, "鈴木")
    await grant(api, restaurant_id, "sato", "STAFF", staffId=sato)
    speaker = api.as_("sato")
    own = await speaker.write("RequestDayOff", staffId=sato, date="2025-01-20")
    other = await speaker.write("RequestDayOff", staffId=suzuki, date="2025-01-20")
    edit = await speaker.write("UpdateStaffMember", id=sato, name="x")
    assert own["dayOffRequest"]["state"] == "REQUESTED"
    assert (other["code"], other["path"]) == ("FORBIDDEN", ["input", "staffId"])
    assert edit["__typename"] == "ForbiddenProblem"


async def test_the_last_owner_stays(api, restaurant_id):
    shown = "membership { subject }"
    fields = {"restaurantId": restaurant_id, "subject": "owner"}
    last = await api.mutate("revokeMembership", shown, **fields)
    lower = await grant(api, restaurant_id, "owner", "VIEWER")
    await grant(api, restaurant_id, "second", "OWNER")
    gone = await api.mutate("revokeMembership", shown, **fields)
    assert (last["code"], lower["code"]) == ("LAST_OWNER", "LAST_OWNER")
    assert gone["membership"] == {"subject": "owner"}
    assert (await api.ask("Restaurants"))["restaurants"] == []
    nobody = await api.as_("second").mutate(
        "revokeMembership", shown, restaurantId=restaurant_id, subject="nobody"
    )
    assert (nobody["code"], nobody["path"]) == ("NOT_FOUND", ["input", "subject"])


async def test_a_role_that_changed_meanwhile_is_given_and_taken_from_nobody(api, restaurant_id):
    first = await grant(api, restaurant_id, "sato", "STAFF")
    second = await grant(api, restaurant_id, "sato", "MANAGER", expectedRevision=first["revision"])
    late = await grant(api, restaurant_id, "sato", "VIEWER", expectedRevision=first["revision"])
    fields = {"restaurantId": restaurant_id, "subject": "sato"}
    stale = await api.mutate("revokeMembership", "", **fields, expectedRevision=first["revision"])
    for refused in (late, stale):
        assert refused["__typename"] == "ConflictProblem"
        assert (refused["code"], refused["path"]) == (
            "STALE_REVISION",
            ["input", "expectedRevision"],
        )
        assert "sato is MANAGER now" in refused["message"]
    gone = await api.mutate("revokeMembership", "", **fields, expectedRevision=second["revision"])
    again = await grant(api, restaurant_id, "sato", "STAFF", expectedRevision=second["revision"])
    assert gone["revision"] == second["revision"] + 1
    assert "sato has no role now" in again["message"]


async def test_somebody_elses_role_makes_no_grant_stale(api, restaurant_id):
    first = await grant(api, restaurant_id, "sato", "STAFF")
    await grant(api, restaurant_id, "suzuki", "STAFF")
    found = await grant(api, restaurant_id, "sato", "VIEWER", expectedRevision=first["revision"])
    assert found["__typename"] == "GrantMembershipPayload"


async def test_the_development_token_owns_everything(api, restaurant_id):
    api.caller = Caller(subject="dev", name="dev", owns_everything=True)
    seen = await api.ask("query { restaurants { id viewerRole } }")
    assert seen["restaurants"] == [{"id": restaurant_id, "viewerRole": "OWNER"}]
    assert await person(api, restaurant_id, "佐藤")
