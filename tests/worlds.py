"""Two restaurants behind two servers, with people whose rights are known, and all they heard."""

import json
from base64 import b64decode
from collections.abc import Iterable
from itertools import count
from typing import Any

import httpx

from tests.contract.test_rights import token_of
from tests.followers import SNAPSHOT, Copy
from tests.system import Server

BOTH = (0, 1)
OWNERS = ("aoi", "beni")
EDITORS = ("OWNER", "MANAGER")
DAYS = ("2025-01-14", "2025-01-15", "2025-01-16")
Who = tuple[str, int]
"""Somebody, and the server that they speak to."""


class World:
    """Two restaurants behind two servers, who may do what in them, and all that was heard."""

    def __init__(self, servers: tuple[Server, Server]) -> None:
        self.servers = servers
        self.http = httpx.AsyncClient(timeout=40)
        self.numbers = count(1)
        self.ids = ["", ""]
        self.keys = [0, 0]
        self.revisions = [1, 1]
        self.epochs = ["", ""]
        self.roles: list[dict[str, str]] = [{}, {}]
        self.staff: list[list[str]] = [[], []]
        self.backups: list[list[str]] = [[], []]
        self.groups, self.schedules = ["", ""], ["", ""]
        self.names: list[set[str]] = [set(), set()]
        self.secrets: list[set[str]] = [set(), set()]
        self.heard: list[tuple[str, str]] = []

    def name(self, restaurant: int) -> str:
        """A name that tells whose it is, wherever it appears."""
        made = f"{'QX'[restaurant]}z-{next(self.numbers)}-of-{'QX'[restaurant]}z"
        self.names[restaurant].add(made)
        return made

    async def ask(self, who: Who, document: str, /, **variables: Any) -> Any:
        """The data of a document, which must have no errors."""
        subject, server = who
        answer = await self.http.post(
            f"{self.servers[server].address}/graphql",
            headers={"Authorization": f"Bearer {token_of(subject)}"},
            json={"query": document, "variables": variables},
        )
        self.heard.append((subject, answer.text))
        body = answer.json()
        assert "errors" not in body, body
        return body["data"]

    async def write(
        self, who: Who, restaurant: int, name: str, selection: str, /, **given: Any
    ) -> dict[str, Any]:
        """Attempt a mutation as somebody on a server; it must succeed if, and only if, they may."""
        kind = name[0].upper() + name[1:]
        document = (
            f"mutation ($input: {kind}Input!) {{ {name}(input: $input) {{ __typename "
            f"... on {kind}Payload {{ revision {selection} }} ... on Problem {{ code }} }} }}"
        )
        answer = (await self.ask(who, document, input=given))[name]
        role = self.roles[restaurant].get(who[0])
        allowed = ("OWNER",) if "Membership" in name else EDITORS
        if role in allowed:
            self.revisions[restaurant] += 1
            assert answer.get("revision") == self.revisions[restaurant], answer
        else:
            assert answer["code"] == ("NOT_FOUND" if role is None else "FORBIDDEN")
        return answer

    async def snapshot(self, who: Who, restaurant: int) -> Copy | None:
        """Everything of a restaurant; None for those without a role in it."""
        found = (await self.ask(who, SNAPSHOT, id=self.ids[restaurant]))["restaurant"]
        return None if found is None else Copy.of(found)

    async def open(self) -> None:
        """Both restaurants with an owner each, a group with one backup, and a schedule."""
        made = "mutation ($input: CreateRestaurantInput!) { createRestaurant(input: $input) {"
        made += " ... on CreateRestaurantPayload { restaurant { id } } } }"
        for restaurant, owner in enumerate(OWNERS):
            given = {"name": self.name(restaurant), "timeZone": "Asia/Tokyo"}
            answer = await self.ask((owner, restaurant), made, input=given)
            self.ids[restaurant] = key = answer["createRestaurant"]["restaurant"]["id"]
            self.keys[restaurant] = number_of(key)
            self.roles[restaurant][owner] = "OWNER"
            who = (owner, restaurant)
            for _ in range(3):
                await self.hire(who, restaurant)
            group = await self.write(
                who,
                restaurant,
                "createStaffGroup",
                "group { id }",
                restaurantId=key,
                name=self.name(restaurant),
                memberIds=self.staff[restaurant][:2],
            )
            self.groups[restaurant] = group["group"]["id"]
            planned = await self.write(
                who,
                restaurant,
                "createSchedule",
                "schedule { id }",
                restaurantId=key,
                start=DAYS[0],
                end=DAYS[-1],
            )
            self.schedules[restaurant] = planned["schedule"]["id"]
            await self.back(who, restaurant, 2)

    async def hire(self, who: Who, restaurant: int) -> None:
        made = await self.write(
            who,
            restaurant,
            "createStaffMember",
            "staffMember { id }",
            restaurantId=self.ids[restaurant],
            name=self.name(restaurant),
            employmentType="REGULAR",
            employedFrom="2024-04-01",
        )
        if "staffMember" in made:
            self.staff[restaurant].append(made["staffMember"]["id"])

    async def back(self, who: Who, restaurant: int, person: int) -> None:
        made = await self.write(
            who,
            restaurant,
            "createBackupAssignment",
            "backupAssignment { id }",
            staffId=self.staff[restaurant][person],
            groupId=self.groups[restaurant],
            notes=self.name(restaurant),
        )
        if "backupAssignment" in made:
            self.backups[restaurant].append(made["backupAssignment"]["id"])

    async def truth(self, restaurant: int) -> Copy:
        """What the owner reads now, on the server that they did not write to."""
        copy = await self.snapshot((OWNERS[restaurant], 1 - restaurant), restaurant)
        assert copy is not None
        assert copy.revision == self.revisions[restaurant]
        self.secrets[restaurant] |= {key[-1] for key in copy.rows if key[0] not in {"gap", "name"}}
        self.secrets[restaurant] |= {self.ids[restaurant], copy.epoch}
        self.epochs[restaurant] = copy.epoch
        return copy

    def require_silence(self, heard: Iterable[tuple[str, str]]) -> None:
        """Nobody without a role in a restaurant has heard of it, in these texts and in answers.

        Judged by the roles after a step: what was theirs before it was heard before it.
        """
        for subject, text in (*heard, *self.heard):
            for restaurant in BOTH:
                if subject in self.roles[restaurant]:
                    continue
                assert not words_in(json.loads(text)) & self.secrets[restaurant], text
                assert not any(name in text for name in self.names[restaurant]), text
        self.heard.clear()


def number_of(key: str) -> int:
    """The row's number within a global id."""
    return int(b64decode(key + "=" * (-len(key) % 4), altchars=b"-_").decode().split(":")[1])


def words_in(value: Any) -> set[str]:
    """Every text within an answer, the names of its fields aside."""
    if isinstance(value, dict):
        return set().union(*map(words_in, value.values()))
    if isinstance(value, list):
        return set().union(*map(words_in, value))
    return {value} if isinstance(value, str) else set()
