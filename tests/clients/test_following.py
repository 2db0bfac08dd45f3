"""The TypeScript client against two real servers: what it shows, when, and how it goes on."""

import asyncio
import os
from collections.abc import Sequence
from random import Random
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from tests.clients.conftest import Pair
from tests.clients.node import EXAMPLE, OWNER, Event, Node
from tests.clients.proxy import proxy_to
from tests.clients.told import (
    assert_equal_to_server,
    assert_nothing_doubled_or_skipped,
    cell,
    ended,
    revision,
    settled,
)
from tests.stories import ABSENCE, Kitchen, take_day_off
from tests.system import Client, until
from tests.tokens import token_for

HARMS = 3


async def following(node: Node, pair: Pair, kitchen: Kitchen, *clients: str) -> None:
    """Clients that are live, by turns on the one server and on the other."""
    servers = (pair.first, pair.second)
    for number, name in enumerate(clients):
        node.follow(name, servers[number % 2].port, kitchen)
    for name in clients:
        await node.first("connection", client=name, connection="live")


def shown_at(event: Event, staff: str, day: str) -> tuple[str | None, bool] | None:
    """What a client shows in a cell, and whether it is pending."""
    found = [c for c in event["cells"] if (c["staffId"], c["date"]) == (staff, day)]
    return (found[0]["shiftType"], found[0]["isPending"]) if found else None


async def test_edit_is_shown_at_once_and_reaches_the_other_server_once(
    pair: Pair, kitchen: Kitchen, client: Client, node: Node
):
    await following(node, pair, kitchen, "own", "other")
    edit = node.edit("own", cell(kitchen.sato, "off"))
    shown = await node.first("shown", edit=edit)
    outcome = await node.outcome(edit)
    assert shown_at(shown, kitchen.sato, ABSENCE) == ("off", True)
    assert outcome["status"] == "CONFIRMED"
    await settled(node, client, kitchen, "own", "other")
    taken = {name: node.all("taken", client=name) for name in ("own", "other")}
    assert [(t["revision"], t["origin"]) for t in taken["own"]] == [(outcome["revision"], "OWN")]
    assert [t["origin"] for t in taken["other"]] == ["FOREIGN"]
    await assert_equal_to_server(node, client, kitchen, "own", "other")


async def test_cell_stays_the_same_object_until_it_changes(
    pair: Pair, kitchen: Kitchen, client: Client, node: Node
):
    await following(node, pair, kitchen, "a")
    people = (kitchen.sato, kitchen.suzuki, kitchen.nakata)
    await node.outcome(node.edit("a", *(cell(person, "normal") for person in people)))
    await node.state("a")
    await node.outcome(node.edit("a", cell(kitchen.sato, "off")))
    assert (await node.state("a"))["sameObjects"] == len(people) - 1


async def test_conflict_rolls_back_and_shows_what_stands_now(
    pair: Pair, kitchen: Kitchen, client: Client, node: Node
):
    await following(node, pair, kitchen, "a", "b")
    edits = [
        node.edit("a", cell(kitchen.sato, "off")),
        node.edit("b", cell(kitchen.sato, "early")),
    ]
    outcomes = [await node.outcome(edit) for edit in edits]
    (won,) = [o for o in outcomes if o["status"] == "CONFIRMED"]
    (lost,) = [o for o in outcomes if o["status"] == "ROLLED_BACK"]
    assert lost["problem"]["code"] == "STALE_REVISION"
    (standing,) = lost["current"]
    assert standing["revision"] == won["revision"]
    assert shown_at(lost, kitchen.sato, ABSENCE) == (standing["shiftType"]["code"], False)
    await assert_equal_to_server(node, client, kitchen, "a", "b")


async def test_refused_input_is_rolled_back_whole(
    pair: Pair, kitchen: Kitchen, client: Client, node: Node
):
    await following(node, pair, kitchen, "a")
    good = cell(kitchen.suzuki, "off", day="2025-01-16")
    outcome = await node.outcome(node.edit("a", good, cell(kitchen.sato, "no such type")))
    assert outcome["status"] == "ROLLED_BACK"
    assert outcome["problem"]["__typename"] == "ValidationProblem"
    assert outcome["cells"] == []
    await assert_equal_to_server(node, client, kitchen, "a")


async def test_quick_edits_of_one_cell_do_not_refuse_each_other(
    pair: Pair, kitchen: Kitchen, client: Client, node: Node
):
    await following(node, pair, kitchen, "a")
    codes = ("off", "early", None, "late", "normal")
    edits = [node.edit("a", cell(kitchen.sato, code)) for code in codes]
    outcomes = [await node.outcome(edit) for edit in edits]
    assert {o["status"] for o in outcomes} == {"CONFIRMED"}
    board = (await assert_equal_to_server(node, client, kitchen, "a"))["a"]
    assert shown_at(board, kitchen.sato, ABSENCE) == ("normal", False)


async def test_settings_lead_to_a_new_reading(
    pair: Pair, kitchen: Kitchen, client: Client, node: Node
):
    """No event says what a changed setting does to gaps and to whom a cover is for."""
    await take_day_off(client, kitchen)
    await following(node, pair, kitchen, "a")
    await client.do("DeleteBackupAssignment", id=kitchen.assignment)
    await until(lambda: len(node.all("snapshot", client="a")) == 2)
    await assert_equal_to_server(node, client, kitchen, "a")


async def test_another_schedule_of_the_same_dates_stays_out(
    pair: Pair, kitchen: Kitchen, client: Client, node: Node
):
    await following(node, pair, kitchen, "a")
    dates = {"start": "2025-01-10", "end": "2025-01-20"}
    other = await client.do("CreateSchedule", restaurantId=kitchen.restaurant, **dates)
    schedule = other["schedule"]["id"]
    await client.do("SetShifts", scheduleId=schedule, shifts=[cell(kitchen.sato, "off")])
    boards = await assert_equal_to_server(node, client, kitchen, "a")
    assert boards["a"]["cells"] == []


async def test_another_epoch_is_read_anew(pair: Pair, kitchen: Kitchen, client: Client, node: Node):
    await following(node, pair, kitchen, "a", "b")
    await execute(pair.database_url, "update restaurants set epoch = 'restored' where name = :n")
    for name in ("a", "b"):
        anew = await node.first("snapshot", client=name, epoch="restored")
        assert anew["revision"] == node.all("snapshot", client=name)[0]["revision"]
    outcome = await node.outcome(node.edit("a", cell(kitchen.sato, "off")))
    assert outcome["status"] == "CONFIRMED"
    await assert_equal_to_server(node, client, kitchen, "a", "b")


@pytest.mark.parametrize(
    ("times", "codes", "gaps"),
    [(0, ["off", "early"], 1), (0, ["off"], 1), (2, ["off", "early"], 0)],
    ids=["lost", "lost at the end", "doubled"],
)
async def test_lost_frame_is_asked_for_again_and_a_doubled_one_passed_over(
    *,
    times: int,
    codes: list[str],
    gaps: int,
    pair: Pair,
    kitchen: Kitchen,
    client: Client,
    node: Node,
):
    async with proxy_to(pair.first.port) as proxy:
        node.follow("a", proxy.port, kitchen)
        await node.first("connection", client="a", connection="live")
        proxy.meet(b'"ChangeSet"', lambda frame: frame * times)
        for code in codes:
            cells = [cell(kitchen.sato, code)]
            await client.do("SetShifts", scheduleId=kitchen.schedule, shifts=cells)
        await assert_equal_to_server(node, client, kitchen, "a")
    assert proxy.done["met"] == 1
    offline = node.all("connection", client="a", connection="offline")
    assert len([e for e in offline if "The feed stands at" in e["error"]["message"]]) == gaps
    assert len(node.all("taken", client="a")) == len(codes)
    assert_nothing_doubled_or_skipped(node, "a")


@pytest.mark.parametrize("seed", [1])
async def test_after_a_storm_every_client_has_everything_once(
    seed: int, pair: Pair, kitchen: Kitchen, client: Client, node: Node
):
    names = ("a", "b", "c", "d")
    async with proxy_to(pair.first.port) as one, proxy_to(pair.second.port) as two:
        for name, proxy in zip(names, (one, two, one, two), strict=True):
            node.follow(name, proxy.port, kitchen)
        for name in names:
            await node.first("connection", client=name, connection="live")
        begun = (await settled(node, client, kitchen, *names)) and await revision(client, kitchen)
        storms = asyncio.gather(one.storm(seed, HARMS), two.storm(seed + 1000, HARMS))
        edits = await keep_editing(node, kitchen, names, Random(seed), storms)
        outcomes = [await node.outcome(edit) for edit in edits]
        await assert_equal_to_server(node, client, kitchen, *names)
    confirmed = {o["revision"] for o in outcomes if o["status"] == "CONFIRMED"}
    refused = {o["problem"]["code"] for o in outcomes if o["status"] == "ROLLED_BACK"}
    assert confirmed == set(range(begun + 1, await revision(client, kitchen) + 1))
    assert refused <= {"STALE_REVISION"}
    for name in names:
        assert_nothing_doubled_or_skipped(node, name)


async def keep_editing(
    node: Node,
    kitchen: Kitchen,
    names: Sequence[str],
    random: Random,
    storms: asyncio.Future[Any],
) -> list[str]:
    """Edit few cells by many hands until the storms are over; the names of the edits."""
    edits = []
    while not storms.done():
        await asyncio.sleep(random.uniform(0.01, 0.06))
        staff = random.choice([kitchen.sato, kitchen.suzuki, kitchen.nakata])
        code = random.choice(["normal", "early", "off", None])
        day = f"2025-01-{random.randrange(10, 14)}"
        edits.append(node.edit(random.choice(names), cell(staff, code, day=day)))
    await storms
    return edits


async def test_refused_token_ends_the_feed(pair: Pair, kitchen: Kitchen, node: Node):
    node.follow("nobody", pair.first.port, kitchen, ["no token"])
    # the reading is answered, the socket is not
    node.follow("late", pair.first.port, kitchen, [token_for(OWNER), "no token"])
    assert await ended(node, "nobody") == "UNAUTHENTICATED"
    assert await ended(node, "late") == "UNAUTHENTICATED"


async def test_expired_token_ends_the_feed_unless_there_is_a_new_one(
    pair: Pair, kitchen: Kitchen, client: Client, node: Node
):
    short = token_for(OWNER, 4)
    node.follow("old", pair.first.port, kitchen, [short])
    node.follow("new", pair.first.port, kitchen, [short, short, token_for(OWNER)])
    assert await ended(node, "old") == "UNAUTHENTICATED"
    await node.first("connection", client="new", connection="offline")
    await take_day_off(client, kitchen)
    await assert_equal_to_server(node, client, kitchen, "new")


async def test_stranger_and_somebody_sent_away_are_told(
    pair: Pair, kitchen: Kitchen, client: Client, node: Node
):
    node.follow("stranger", pair.first.port, kitchen, [token_for("taro")])
    assert await ended(node, "stranger") == "NOT_FOUND"
    who = {"restaurantId": kitchen.restaurant, "subject": "taro"}
    await write(client, "grantMembership", **who, role="MANAGER")
    node.follow("member", pair.first.port, kitchen, [token_for("taro")])
    await node.first("connection", client="member", connection="live")
    await write(client, "revokeMembership", **who)
    assert await ended(node, "member") == "FORBIDDEN"
    outcome = await node.outcome(node.edit("member", cell(kitchen.sato, "off")))
    assert (outcome["status"], outcome["problem"]["code"]) == ("ROLLED_BACK", "NOT_FOUND")


async def test_deleted_schedule_ends_the_feed(
    pair: Pair, kitchen: Kitchen, client: Client, node: Node
):
    await following(node, pair, kitchen, "a")
    await write(client, "deleteSchedule", scheduleId=kitchen.schedule)
    assert await ended(node, "a") == "NOT_FOUND"


async def test_example_of_the_docs_runs(pair: Pair, kitchen: Kitchen, compiled: None):
    more = {"URL": f"{pair.first.address}/graphql", "TOKEN": token_for(OWNER)}
    process = await asyncio.create_subprocess_exec(
        "node", str(EXAMPLE), stdout=asyncio.subprocess.PIPE, env={**os.environ, **more}
    )
    said, _ = await process.communicate()
    assert process.returncode == 0
    assert "shown at once, 1 pending" in said.decode()
    assert "CONFIRMED" in said.decode()


async def write(client: Client, operation: str, **given: Any) -> None:
    """A mutation beyond the contract's documents, which has to be taken."""
    kind = f"{operation[0].upper()}{operation[1:]}Input!"
    document = f"mutation ($input: {kind}) {{ {operation}(input: $input) {{ __typename }} }}"
    (answer,) = (await client.post(document, input=given)).values()
    assert answer["__typename"].endswith("Payload"), answer


async def execute(database_url: str, statement: str) -> None:
    engine = create_async_engine(database_url)
    try:
        async with engine.begin() as connection:
            await connection.execute(text(statement), {"n": "割烹みなと"})
    finally:
        await engine.dispose()
