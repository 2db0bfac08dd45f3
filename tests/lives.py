"""Random lives of two restaurants and of three clients that follow them by one document."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from random import Random
from typing import Any

from domain.ids import RestaurantId
from store import restaurants, retention
from store.engine import Database
from store.retention import Retention
from tests.contract.test_rights import token_of
from tests.followers import FOLLOW, Copy, Follower
from tests.lines import open_line
from tests.system import until
from tests.worlds import BOTH, DAYS, OWNERS, Who, World

OTHERS = ("chika", "dan")
ROLES = ("OWNER", "MANAGER", "STAFF", "VIEWER")
CODES = ("off", "normal", "early", None)
EVER = datetime(9999, 1, 1, tzinfo=UTC)
READ_AGAIN = {"TOO_OLD", "AHEAD_OF_SERVER", "OTHER_EPOCH"}
REFUSED = {"NOT_FOUND", "FORBIDDEN"}
HIRE_TEMPORARILY = """
mutation ($input: CreateStaffMemberInput!) { createStaffMember(input: $input) {
  ... on CreateStaffMemberPayload { revision staffMember { id } } } }
"""
GUESS = """
query ($id: ID!, $person: ID!, $schedule: ID!) {
  changeLog(restaurantId: $id, first: 3) { edges { node { before after } } }
  node(id: $person) { id }
  schedule(id: $schedule) { id } }
"""


class Life:
    """A walk of random steps; `trail` tells them, and `agreed` how often a live copy was judged."""

    def __init__(self, world: World, database: Database, seed: int) -> None:
        self.world = world
        self.database = database
        self.random = Random(seed)
        self.followers: dict[int, Follower] = {}
        self.trail: list[str] = []
        self.seen: Counter[str] = Counter()

    async def step(self) -> None:
        """Do something, and then see that everybody agrees."""
        names, weights = zip(*STEPS.items(), strict=True)
        (name,) = self.random.choices(names, weights)
        self.trail.append(name)
        work: Callable[[], Awaitable[None]] = getattr(self, name)
        await work()
        await self.settle()

    def any_place(self) -> tuple[Who, int]:
        """Somebody at a server, and a restaurant; mostly one in which they may do something."""
        restaurant = self.random.choice(BOTH)
        anybody = [*OWNERS, *OTHERS, *5 * [*self.world.roles[restaurant]]]
        return (self.random.choice(anybody), self.random.choice(BOTH)), restaurant

    async def hire(self) -> None:
        await self.world.hire(*self.any_place())

    async def hire_through_both_servers_at_once(self) -> None:
        world, restaurant = self.world, self.random.choice(BOTH)
        times = self.random.randint(2, 4)

        async def hire(number: int) -> Any:
            given = {"restaurantId": world.ids[restaurant], "name": world.name(restaurant)}
            given |= {"employmentType": "PART_TIME", "employedFrom": "2024-04-01"}
            who = OWNERS[restaurant], number % 2
            return (await world.ask(who, HIRE_TEMPORARILY, input=given))["createStaffMember"]

        made = await asyncio.gather(*(hire(number) for number in range(times)))
        seen = world.revisions[restaurant]
        assert sorted(m["revision"] for m in made) == list(range(seen + 1, seen + times + 1))
        world.revisions[restaurant] += times
        world.staff[restaurant] += [m["staffMember"]["id"] for m in made]

    async def rename(self) -> None:
        who, restaurant = self.any_place()
        given = {"name": self.world.name(restaurant)}
        if self.random.random() < 0.2:
            given["id"] = self.world.ids[restaurant]
            await self.world.write(who, restaurant, "updateRestaurant", "", **given)
        else:
            given["id"] = self.random.choice(self.world.staff[restaurant])
            await self.world.write(who, restaurant, "updateStaffMember", "", **given)

    async def set_cells(self) -> None:
        who, restaurant = self.any_place()
        places = [(person, day) for person in range(3) for day in DAYS]
        shifts = [
            {
                "staffId": self.world.staff[restaurant][person],
                "date": day,
                "shiftType": self.random.choice(CODES),
            }
            for person, day in self.random.sample(places, self.random.randint(1, 5))
        ]
        given = {"scheduleId": self.world.schedules[restaurant], "shifts": shifts}
        await self.world.write(who, restaurant, "setShifts", "shifts { id }", **given)

    async def edit_backup(self) -> None:
        who, restaurant = self.any_place()
        key = self.world.backups[restaurant][-1]
        if self.random.random() < 0.5:
            given = {"id": key, "notes": self.world.name(restaurant)}
            await self.world.write(who, restaurant, "updateBackupAssignment", "", **given)
            return
        gone = await self.world.write(who, restaurant, "deleteBackupAssignment", "", id=key)
        if "revision" in gone:
            await self.settle()
            await self.world.back(who, restaurant, 2)

    async def grant(self) -> None:
        who, restaurant = self.any_place()
        whom, role = self.random.choice(OTHERS), self.random.choice(ROLES)
        place = {"restaurantId": self.world.ids[restaurant], "subject": whom, "role": role}
        made = await self.world.write(who, restaurant, "grantMembership", "", **place)
        if "revision" in made:
            self.world.roles[restaurant][whom] = role

    async def revoke(self) -> None:
        """Take somebody's role away, where there is one from under a line that is followed."""
        roles = [(r, whom) for r in BOTH for whom in OTHERS if whom in self.world.roles[r]]
        lines = {(f.restaurant, f.subject) for f in self.followers.values() if not f.ended}
        if not roles:
            return
        restaurant, whom = self.random.choice([p for p in roles if p in lines] or roles)
        who = OWNERS[restaurant], self.random.choice(BOTH)
        place = {"restaurantId": self.world.ids[restaurant], "subject": whom}
        await self.world.write(who, restaurant, "revokeMembership", "", **place)
        del self.world.roles[restaurant][whom]

    async def guess_ids(self) -> None:
        """Whoever has no role finds nothing, by whatever id they name."""
        world = self.world
        who, restaurant = self.any_place()
        ids = {"person": world.staff[restaurant][0], "schedule": world.schedules[restaurant]}
        found = await world.ask(who, GUESS, id=world.ids[restaurant], **ids)
        is_there = who[0] in world.roles[restaurant]
        assert [value is not None for value in found.values()] == [is_there] * 3

    async def prune(self) -> None:
        key = RestaurantId(self.world.keys[self.random.choice(BOTH)])
        wanted = Retention(change_sets=self.random.randint(1, 6), since=EVER)
        async with self.database.write() as connection:
            await retention.prune(connection, key, wanted)

    async def begin_epoch(self) -> None:
        async with self.database.write() as connection:
            await restaurants.begin_new_epoch(connection)

    async def begin(self) -> None:
        """Read everything and follow from there, or follow first and read meanwhile."""
        client = self.random.randrange(3)
        who, restaurant = self.any_place()
        if self.random.random() < 0.5:
            await self.follow_from_now(client, who, restaurant)
            return
        follower = await self._follow(client, who, restaurant, None)
        await until(lambda: follower.is_caught_up or bool(follower.ended))
        copy = await self.world.snapshot(who, restaurant)
        if copy is not None:
            follower.begin_with(copy)

    async def follow_from_now(self, client: int, who: Who, restaurant: int) -> Follower:
        """Read everything, and follow from there on."""
        copy = await self.world.snapshot(who, restaurant)
        if copy is None:
            return await self._follow(client, who, restaurant, None, after=0)
        place = {"after": copy.revision, "epoch": copy.epoch}
        return await self._follow(client, who, restaurant, copy, **place)

    async def cut(self) -> None:
        if self.followers:
            await self.random.choice([*self.followers.values()]).leave()

    async def resume(self) -> None:
        """Go on from the last revision, or from a little before: that changes nothing."""
        client = self.random.randrange(3)
        follower = self.followers.get(client)
        if follower is None or follower.copy is None:
            return
        await follower.leave()
        back = self.random.choice((0, 0, 0, 1, 2, 5))
        place: dict[str, Any] = {"after": max(0, follower.copy.revision - back)}
        if self.random.random() < 0.5:
            place["epoch"] = follower.copy.epoch
        who = follower.subject, self.random.choice(BOTH)
        await self._follow(client, who, follower.restaurant, follower.copy, **place)

    async def resume_from_nowhere(self) -> None:
        client = self.random.randrange(3)
        follower = self.followers.get(client)
        if follower is None:
            return
        nowhere = ({"after": 100_000}, {"after": -1}, {"after": 1, "epoch": "of old"})
        place: dict[str, Any] = self.random.choice(nowhere)
        who = follower.subject, self.random.choice(BOTH)
        lost = await self._follow(client, who, follower.restaurant, follower.copy, **place)
        await self._until_settled(lost)
        assert lost.ended in (REFUSED if self._is_stranger(lost) else READ_AGAIN)

    async def _follow(
        self, client: int, who: Who, restaurant: int, copy: Copy | None, **place: Any
    ) -> Follower:
        if client in self.followers:
            await self.followers[client].leave()
        line = await open_line(self.world.servers[who[1]], token_of(who[0]))
        await line.follow(self.world.ids[restaurant], FOLLOW, **place)
        follower = Follower(
            subject=who[0], restaurant=restaurant, line=line, copy=copy, last=place.get("after")
        )
        follower.listen()
        self.followers[client] = follower
        return follower

    async def settle(self) -> None:
        """Every follower has heard what there is, and holds what the database says."""
        truth = [await self.world.truth(restaurant) for restaurant in BOTH]
        for client, follower in [*self.followers.items()]:
            await self._agree(client, follower, truth[follower.restaurant])
        self.world.require_silence(
            (follower.subject, text)
            for follower in self.followers.values()
            for text in follower.line.take_texts()
        )

    async def _agree(self, client: int, follower: Follower, truth: Copy) -> None:
        await self._until_settled(follower)
        self.seen[f"{'stranger ' if self._is_stranger(follower) else ''}{follower.ended}"] += 1
        if follower.ended == "CLOSED":
            return
        if self._is_stranger(follower):
            assert follower.ended in REFUSED, follower.ended
        elif follower.ended in REFUSED:
            # Was refused while a stranger and has a role by now: it may begin again.
            await follower.leave()
            del self.followers[client]
        elif follower.ended:
            assert follower.ended in READ_AGAIN
            who = follower.subject, self.random.choice(BOTH)
            renewed = await self.follow_from_now(client, who, follower.restaurant)
            await self._agree(client, renewed, truth)
        else:
            assert follower.copy == truth

    async def _until_settled(self, follower: Follower) -> None:
        def is_settled() -> bool:
            if (failure := follower.failure()) is not None:
                raise failure
            newest = self.world.revisions[follower.restaurant]
            epoch = None if follower.copy is None else follower.copy.epoch
            is_of_now = epoch in {None, self.world.epochs[follower.restaurant]}
            has_all = follower.is_caught_up and follower.last == newest and is_of_now
            return bool(follower.ended) or (has_all and not self._is_stranger(follower))

        await until(is_settled)

    def _is_stranger(self, follower: Follower) -> bool:
        return follower.subject not in self.world.roles[follower.restaurant]


STEPS = {
    "hire": 2,
    "hire_through_both_servers_at_once": 3,
    "rename": 3,
    "set_cells": 5,
    "edit_backup": 3,
    "grant": 6,
    "revoke": 4,
    "guess_ids": 1,
    "prune": 2,
    "begin_epoch": 1,
    "begin": 6,
    "cut": 2,
    "resume": 4,
    "resume_from_nowhere": 2,
}
"""How often each of them is done, relative to the others."""
