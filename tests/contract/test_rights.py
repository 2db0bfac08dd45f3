"""Who may see and do what, with signed tokens and memberships of each restaurant."""

import asyncio
import json
import time
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any

import pytest
from gql.transport.exceptions import TransportQueryError
from joserfc import jwt
from joserfc.jwk import OctKey
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tests.contract.conftest import running
from tests.inputs import DAY, IDS, LAST, acceptable, furnish
from tests.stories import House, open_house
from tests.system import Client, Server, client_of

SECRET = "a-shared-secret-that-is-long-enough-for-tests"


@pytest.fixture(scope="module")
def server(module_database_url: str, redis_url: str) -> Iterator[Server]:
    signed = Server(
        module_database_url,
        redis_url,
        UNDERSTUDY_AUTH="jwt",
        UNDERSTUDY_JWT_KEY=SECRET,
        UNDERSTUDY_JWT_ALGORITHMS="HS256",
        UNDERSTUDY_HEARTBEAT_SECONDS="1",
    )
    with running(signed):
        yield signed


def token_of(subject: str, seconds: float = 600) -> str:
    claims = {"sub": subject, "name": subject.title(), "exp": int(time.time() + seconds)}
    return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET))


class People:
    """Clients by the names of their owners."""

    def __init__(self, server: Server, stack: AsyncExitStack) -> None:
        self._server = server
        self._stack = stack

    async def client(self, subject: str) -> Client:
        return await self._stack.enter_async_context(client_of(self._server, token_of(subject)))


@pytest.fixture
async def people(server: Server) -> AsyncIterator[People]:
    async with AsyncExitStack() as stack:
        yield People(server, stack)


@pytest.fixture
async def house(people: People) -> House:
    """The owner's restaurant, with a kitchen of two, a backup and a schedule."""
    return await furnish(await people.client("owner"))


async def grant(house: House, subject: str, role: str, **more: Any) -> dict[str, Any]:
    place = {"restaurantId": house.id, "subject": subject}
    return await house.write("grantMembership", **place, role=role, **more)


async def revoke(house: House, subject: str) -> dict[str, Any]:
    return await house.write("revokeMembership", restaurantId=house.id, subject=subject)


def mutations(house: House) -> list[tuple[str, dict[str, Any]]]:
    """An acceptable input for each mutation of something that exists already."""
    return [item for item in acceptable(house).items() if item[0] != "CreateRestaurant"]


def reads(house: House, run: str) -> list[tuple[str, dict[str, Any]]]:
    schedule, dates = {"scheduleId": house.schedule}, {"start": DAY, "end": LAST}
    return [
        ("Settings", {"restaurantId": house.id}),
        ("ScheduleBoard", schedule),
        ("Coverage", schedule),
        ("ExplainCover", schedule | {"groupId": house.groups["g"], "date": DAY}),
        ("Conflicts", {"restaurantId": house.id} | dates),
        ("SuggestBackups", schedule),
        ("GenerationRun", {"id": run}),
        ("ChangeLog", {"restaurantId": house.id}),
    ]


async def queued_run(house: House) -> str:
    made = await house.client.do("GenerateSchedule", scheduleId=house.schedule)
    return str(made["run"]["id"])


async def refusal_of_following(client: Client, name: str, **variables: Any) -> str:
    """The message with which a subscription is refused before its first event."""
    with pytest.raises(TransportQueryError) as refused:
        async with client.following(name, **variables) as stream, asyncio.timeout(10):
            await anext(stream)
    return str(refused.value)


async def test_stranger_sees_and_touches_nothing(house: House, people: People):
    run = await queued_run(house)
    seen = await house.revision()
    stranger = await people.client("stranger")
    own = await open_house(stranger, "よその店")
    for document, variables in reads(house, run):
        assert list((await stranger.ask(document, **variables)).values()) == [None], document
    for document, given in [*mutations(house), ("CancelGeneration", {"runId": run})]:
        problem = await stranger.attempt(document, **given)
        assert (problem["__typename"], problem["code"]) == ("NotFoundProblem", "NOT_FOUND")
    listed = (await stranger.ask("Restaurants"))["restaurants"]
    assert [restaurant["id"] for restaurant in listed] == [own.id]
    for key in (house.id, house.schedule, run, house.staff["m"], house.assignments["g", "b"]):
        found = await stranger.post("query ($id: ID!) { node(id: $id) { id } }", id=key)
        assert found == {"node": None}
    assert await refusal_of_following(stranger, "Changes", restaurantId=house.id, after=0)
    assert await refusal_of_following(stranger, "GenerationProgress", runId=run)
    assert await house.revision() == seen


def absent_like(key: str) -> str:
    """The id of a row of the same type that does not exist."""
    kind = b64decode(key + "=" * (-len(key) % 4), altchars=b"-_").decode().split(":")[0]
    return b64encode(f"{kind}:999999999".encode(), altchars=b"-_").decode().rstrip("=")


async def test_strange_absent_and_unreadable_ids_are_answered_alike(house: House, people: People):
    own = await furnish(await people.client("stranger"))
    for document, field in IDS:
        good, strange = acceptable(own)[document], acceptable(house)[document][field]
        hidden = strange[0] if isinstance(strange, list) else strange
        answers = []
        for key in (hidden, absent_like(hidden), "x"):
            value = [key] if isinstance(strange, list) else key
            answers.append(await own.client.attempt(document, **{**good, field: value}))
        assert answers[0]["code"] == "NOT_FOUND", (document, field)
        assert answers[0] == answers[1] == answers[2], (document, field)


async def test_viewer_reads_everything_and_writes_nothing(house: House, people: People):
    run = await queued_run(house)
    assert (await grant(house, "viewer", "VIEWER"))["__typename"] == "GrantMembershipPayload"
    seen = await house.revision()
    viewer = await people.client("viewer")
    for document, variables in reads(house, run):
        assert None not in (await viewer.ask(document, **variables)).values(), document
    for document, given in [*mutations(house), ("CancelGeneration", {"runId": run})]:
        problem = await viewer.attempt(document, **given)
        assert (problem["__typename"], problem["code"]) == ("ForbiddenProblem", "FORBIDDEN")
    async with viewer.following("Changes", restaurantId=house.id, after=seen) as stream:
        assert (await anext(stream))["__typename"] == "CaughtUp"
    assert await house.revision() == seen


async def test_staff_ask_for_their_own_day_off_and_no_more(house: House, people: People):
    await grant(house, "staff", "STAFF", staffId=house.staff["m"])
    staff = await people.client("staff")
    own = {"staffId": house.staff["m"], "date": DAY}
    assert (await staff.do("RequestDayOff", **own))["dayOffRequest"]["date"] == DAY
    seen = await house.revision()
    other = await staff.attempt("RequestDayOff", staffId=house.staff["n"], date=DAY)
    assert (other["__typename"], other["code"]) == ("ForbiddenProblem", "FORBIDDEN")
    for document, given in mutations(house):
        if document != "RequestDayOff":
            problem = await staff.attempt(document, **given)
            assert problem["__typename"] == "ForbiddenProblem", document
    assert await house.revision() == seen


async def test_manager_edits_and_may_not_grant(house: House, people: People):
    await grant(house, "manager", "MANAGER")
    manager = await people.client("manager")
    for document, given in mutations(house):
        assert "revision" in await manager.do(document, **given), document
    seen = await house.revision()
    theirs = replace(house, client=manager)
    assert (await grant(theirs, "friend", "OWNER"))["code"] == "FORBIDDEN"
    assert (await revoke(theirs, "owner"))["code"] == "FORBIDDEN"
    assert await house.revision() == seen
    newest = (await house.log())[0]
    assert newest["actor"] == {"id": newest["actor"]["id"], "name": "Manager"}


async def test_last_owner_stays(house: House):
    assert (await revoke(house, "owner"))["__typename"] == "ConflictProblem"
    assert (await grant(house, "owner", "VIEWER"))["__typename"] == "ConflictProblem"
    assert (await grant(house, "second", "OWNER"))["__typename"] == "GrantMembershipPayload"
    assert (await revoke(house, "owner"))["__typename"] == "RevokeMembershipPayload"
    document = "query ($id: ID!) { restaurant(id: $id) { id } }"
    assert await house.client.post(document, id=house.id) == {"restaurant": None}


async def test_one_callers_key_does_not_answer_another_caller(house: House, people: People):
    await grant(house, "manager", "MANAGER")
    manager = await people.client("manager")
    given = {"restaurantId": house.id, "start": DAY, "end": LAST, "clientMutationId": house.id}
    first = await house.client.do("CreateSchedule", **given)
    second = await manager.do("CreateSchedule", **given)
    assert second["schedule"]["id"] != first["schedule"]["id"]
    assert second["revision"] == first["revision"] + 1


async def test_revoked_member_gets_no_kept_result(house: House, people: People):
    await grant(house, "manager", "MANAGER")
    manager = await people.client("manager")
    given = {"restaurantId": house.id, "start": DAY, "end": LAST, "clientMutationId": house.id}
    await manager.do("CreateSchedule", **given)
    await revoke(house, "manager")
    problem = await manager.attempt("CreateSchedule", **given)
    assert (problem["__typename"], problem["code"]) == ("NotFoundProblem", "NOT_FOUND")


async def hear_out(stream: AsyncIterator[Any], heard: list[Any]) -> None:
    """Keep every event until the line ends."""
    async with asyncio.timeout(15):
        async for event in stream:
            heard.append(event)  # noqa: PERF401  # what came before a failure counts


async def test_revoked_membership_ends_a_live_line(house: House, people: People):
    await grant(house, "viewer", "VIEWER")
    viewer = await people.client("viewer")
    heard = []
    async with viewer.following("Changes", restaurantId=house.id) as stream:
        heard.append(await anext(stream))
        await revoke(house, "viewer")
        await house.hire("secret")
        with pytest.raises(TransportQueryError):
            await hear_out(stream, heard)
    told = [event["changes"] for event in heard if event["__typename"] == "ChangeSet"]
    assert house.staff["secret"] not in json.dumps(told)


async def test_socket_is_closed_when_its_token_expires(server: Server):
    hello = {"authorization": f"Bearer {token_of('owner', seconds=2)}"}
    async with connect(
        f"ws://127.0.0.1:{server.port}/graphql", subprotocols=["graphql-transport-ws"]
    ) as socket:
        await socket.send(json.dumps({"type": "connection_init", "payload": hello}))
        assert json.loads(await socket.recv())["type"] == "connection_ack"
        with pytest.raises(ConnectionClosed) as closed:
            await asyncio.wait_for(socket.recv(), 15)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4401


async def test_expired_and_forged_tokens_do_not_enter(server: Server):
    forged = jwt.encode(
        {"alg": "HS256"},
        {"sub": "owner", "exp": int(time.time()) + 60},
        OctKey.import_key("another-secret-that-is-long-enough-too"),
    )
    for token in (forged, token_of("owner", seconds=-120), "", "a-token-for-tests"):
        async with client_of(server, token or "x") as client:
            answer = await client.http.post("/graphql", json={"query": "{ restaurants { id } }"})
        assert answer.status_code == 401
