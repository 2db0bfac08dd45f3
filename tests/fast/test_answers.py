"""Remembered answers: the same bytes as worked out anew, at every revision and to every reader."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from schema.nodes import encode
from schema.root import schema
from server import graphql as door
from tests.fast.conftest import Speak, application
from tests.stories import ABSENCE, Kitchen, open_kitchen, take_day_off

GRANT = """
mutation($input: GrantMembershipInput!) { grantMembership(input: $input) {
  ... on GrantMembershipPayload { revision } ...on Problem { code message path } } }
"""
REVOKE = """
mutation($input: RevokeMembershipInput!) { revokeMembership(input: $input) {
  ... on RevokeMembershipPayload { revision } ...on Problem { code message path } } }
"""
NAME = "query($id: ID!) { node(id: $id) { id ... on StaffMember { name } } }"
ROLE = "query($id: ID!) { restaurant(id: $id) { viewerRole revision } }"
RUNS = "query($id: ID!) { schedule(id: $id) { runs { edges { node { id state } } } } }"
TWO = "query($a: ID!, $b: ID!) { a: node(id: $a) { id } b: node(id: $b) { id } }"


@pytest.fixture
async def kitchen(fast: Speak) -> Kitchen:
    return await open_kitchen(fast("owner"))


@pytest.fixture
def executions(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The queries that were worked out, by watching the schema."""
    seen: list[str] = []
    execute = schema.execute

    async def watched(query, *given, **named):
        seen.append(query)
        return await execute(query, *given, **named)

    monkeypatch.setattr(schema, "execute", watched)
    return seen


async def test_a_second_reader_of_the_same_role_gets_the_same_bytes_unworked(
    fast, kitchen, executions
):
    await grant(fast, kitchen, "second", "OWNER")
    first = await fast("owner").post("ScheduleBoard", scheduleId=kitchen.schedule)
    second = await fast("second").post("ScheduleBoard", scheduleId=kitchen.schedule)
    assert second.content == first.content
    assert second.headers["content-type"] == first.headers["content-type"]
    assert sum("ScheduleBoard" in query for query in executions) == 1


async def test_the_answer_is_new_after_every_write(fast, slow, kitchen):
    for shift_type in ("off", "normal", "off"):
        cells = [{"staffId": kitchen.sato, "date": ABSENCE, "shiftType": shift_type}]
        await fast("owner").do("SetShifts", scheduleId=kitchen.schedule, shifts=cells)
        expected = await slow("owner").post("ScheduleBoard", scheduleId=kitchen.schedule)
        for _ in range(2):
            actual = await fast("owner").post("ScheduleBoard", scheduleId=kitchen.schedule)
            assert actual.content == expected.content


async def test_roles_never_share_an_answer(fast, kitchen):
    await grant(fast, kitchen, "guest", "VIEWER")
    asked = {"id": kitchen.restaurant}
    assert (await fast("owner").ask(ROLE, **asked))["restaurant"]["viewerRole"] == "OWNER"
    assert (await fast("guest").ask(ROLE, **asked))["restaurant"]["viewerRole"] == "VIEWER"
    await grant(fast, kitchen, "guest", "MANAGER")
    assert (await fast("guest").ask(ROLE, **asked))["restaurant"]["viewerRole"] == "MANAGER"


async def test_a_stranger_gets_nothing_of_what_is_remembered(fast, kitchen):
    await grant(fast, kitchen, "guest", "OWNER")
    assert (await fast("guest").ask(NAME, id=kitchen.sato))["node"]["name"] == "佐藤"
    assert (await fast("stranger").ask(NAME, id=kitchen.sato)) == {"node": None}
    gone = await fast("owner").ask(
        REVOKE, input={"restaurantId": kitchen.restaurant, "subject": "guest"}
    )
    assert "revision" in gone["revokeMembership"]
    assert (await fast("guest").ask(NAME, id=kitchen.sato)) == {"node": None}


@pytest.mark.parametrize("document", [RUNS, TWO])
async def test_what_moves_without_a_revision_or_spans_restaurants_is_worked_out_anew(
    fast, kitchen, executions, document
):
    given = {"id": kitchen.schedule, "a": kitchen.sato, "b": kitchen.suzuki}
    named = {name: value for name, value in given.items() if f"${name}:" in document}
    for _ in range(2):
        await fast("owner").ask(document, **named)
    assert executions.count(document) == 2


async def test_what_is_not_there_is_looked_for_again(fast, kitchen, executions):
    """An id that names nothing yet may name a row of any restaurant later."""
    unknown = encode("StaffMember", 10**6)
    for _ in range(2):
        assert await fast("owner").ask(NAME, id=unknown) == {"node": None}
    assert executions.count(NAME) == 2


async def test_another_day_is_another_answer(fast, kitchen, clock, executions):
    """Who belongs to a group is asked of a day, at the restaurant's own midnight."""
    document = "query($id: ID!) { node(id: $id) { ... on StaffGroup { members { id } } } }"
    update = """
    mutation($input: UpdateStaffGroupInput!) { updateStaffGroup(input: $input) {
      ... on UpdateStaffGroupPayload { revision } } }
    """
    leaving = {"id": kitchen.group, "memberIds": [kitchen.sato], "membersFrom": "2025-01-11"}
    await fast("owner").ask(update, input=leaving)
    both = await fast("owner").ask(document, id=kitchen.group)
    assert both["node"]["members"] == [{"id": kitchen.sato}, {"id": kitchen.suzuki}]
    clock.now = datetime(2025, 1, 10, 14, 59, tzinfo=UTC)
    assert await fast("owner").ask(document, id=kitchen.group) == both
    clock.now = datetime(2025, 1, 10, 15, 0, tzinfo=UTC)
    one = await fast("owner").ask(document, id=kitchen.group)
    assert one["node"]["members"] == [{"id": kitchen.sato}]
    assert executions.count(document) == 2


async def test_a_reader_that_knows_the_answer_is_told_so(fast, kitchen):
    first = await fast("owner").get("ScheduleBoard", scheduleId=kitchen.schedule)
    tag = first.headers["etag"]
    again = await fast("owner").get("ScheduleBoard", tag, scheduleId=kitchen.schedule)
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    await take_day_off(fast("owner"), kitchen)
    changed = await fast("owner").get("ScheduleBoard", tag, scheduleId=kitchen.schedule)
    assert changed.status_code == 200
    assert changed.headers["etag"] != tag


async def test_a_tag_opens_nothing_to_a_stranger(fast, kitchen):
    tag = (await fast("owner").get("ScheduleBoard", scheduleId=kitchen.schedule)).headers["etag"]
    refused = await fast("stranger").get("ScheduleBoard", tag, scheduleId=kitchen.schedule)
    assert refused.json() == {"data": {"schedule": None}}


async def test_the_preferred_media_type_is_kept(fast, kitchen):
    preferred = "application/graphql-response+json"
    caller = fast("owner")
    for _ in range(2):
        answer = await caller.http.post(
            "/graphql",
            json={"query": NAME, "variables": {"id": kitchen.sato}},
            headers={**caller.headers, "Accept": preferred},
        )
        assert answer.headers["content-type"].startswith(preferred)


async def test_variables_that_cannot_be_written_again_are_no_reason_to_fail(fast, kitchen):
    """They can be read four times as deep as they can be written; nobody asks for this one."""
    body = b'{"query":"query($id: ID!) { node(id: $id) { id } }","variables":{"id":"%s","deep":%s}}'
    deep = b"[" * 600 + b"]" * 600
    caller = fast("owner")
    answer = await caller.http.post(
        "/graphql",
        content=body % (kitchen.sato.encode(), deep),
        headers={**caller.headers, "Content-Type": "application/json"},
    )
    assert answer.json() == {"data": {"node": {"id": kitchen.sato}}}


async def test_a_body_that_never_ends_is_not_waited_for(fast, monkeypatch):
    monkeypatch.setattr(door, "EXECUTION_SECONDS", 0.2)

    async def endless() -> AsyncIterator[bytes]:
        yield b'{"query": "'
        await asyncio.Event().wait()

    caller = fast("owner")
    answer = await caller.http.post(
        "/graphql",
        content=endless(),
        headers={**caller.headers, "Content-Type": "application/json"},
    )
    assert answer.status_code == 503
    assert answer.json()["errors"][0]["extensions"]["code"] == "TIMEOUT"


async def test_no_reader_is_ever_told_of_a_revision_that_it_has_left_behind(
    fast, database, clock, kitchen
):
    """Writers and readers race; what was committed before a read began must show in it."""
    known, read = 0, 0
    document = "query($id: ID!) { restaurant(id: $id) { revision name } }"

    async def write(speak: Speak, number: int) -> None:
        nonlocal known
        for turn in range(10):
            day = f"2025-01-{1 + number * 10 + turn:02d}"
            cells = [{"staffId": kitchen.sato, "date": day, "shiftType": "off"}]
            made = await speak("owner").do("SetShifts", scheduleId=kitchen.schedule, shifts=cells)
            known = max(known, made["revision"])

    async def look(speak: Speak) -> None:
        nonlocal read
        while not done.is_set():
            before = known
            found = (await speak("owner").ask(document, id=kitchen.restaurant))["restaurant"]
            assert found["revision"] >= before
            read += 1

    done = asyncio.Event()
    async with application(database, clock, fast_path=True) as other:
        looking = [asyncio.create_task(look(speak)) for speak in (fast, other, fast, other)]
        await asyncio.gather(write(fast, 0), write(other, 1))
        done.set()
        await asyncio.gather(*looking)
    assert read > 20
    assert known >= 20


async def grant(speak: Speak, kitchen: Kitchen, subject: str, role: str) -> None:
    given = {"restaurantId": kitchen.restaurant, "subject": subject, "role": role}
    answer = await speak("owner").ask(GRANT, input=given)
    assert "revision" in answer["grantMembership"], answer
