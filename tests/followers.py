"""Clients that hold a copy of a restaurant: one snapshot, and every change set since."""

import asyncio
from dataclasses import dataclass, field
from typing import Any, Self

from websockets.exceptions import ConnectionClosed

from tests.lines import Line

SNAPSHOT = """
query ($id: ID!) { restaurant(id: $id) {
  id name revision epoch
  staff { id name }
  activeConfiguration { backupAssignments { id priorityOrder notes } }
  schedules(first: 3) { edges { node {
    id
    shifts { id date pinned staff { id } shiftType { code } }
    gaps { date missing group { id } } } } } } }
"""
FOLLOW = """
subscription ($restaurantId: ID!, $after: Int, $epoch: ID) {
  changes(restaurantId: $restaurantId, after: $after, epoch: $epoch) {
    __typename
    ... on ChangeSet { revision previousRevision changes {
      __typename entityId
      ... on RestaurantChanged { restaurant { name } }
      ... on StaffMemberChanged { staffMember { id name } }
      ... on BackupAssignmentChanged {
        backupAssignment { id priorityOrder notes isActive staff { id } group { id name } } }
      ... on ShiftChanged { shift { id date pinned staff { id } shiftType { code } } }
      ... on CoverageGapChanged { date schedule { id } group { id } gap { missing } }
      ... on EntityDeleted { entityType } } }
    ... on CaughtUp { epoch revision }
    ... on SnapshotRequired { reason epoch revision }
    ... on Heartbeat { revision } } }
"""
Key = tuple[str, ...]


@dataclass(kw_only=True)
class Copy:
    """All that a client knows, by kind and id."""

    revision: int
    epoch: str
    rows: dict[Key, tuple[Any, ...]]

    @classmethod
    def of(cls, restaurant: dict[str, Any]) -> Self:
        """What one answer to SNAPSHOT says."""
        rows: dict[Key, tuple[Any, ...]] = {("restaurant",): (restaurant["name"],)}
        rows |= {("staff", person["id"]): (person["name"],) for person in restaurant["staff"]}
        for backup in restaurant["activeConfiguration"]["backupAssignments"]:
            rows["backup", backup["id"]] = _backup(backup)
        for edge in restaurant["schedules"]["edges"]:
            schedule = edge["node"]
            rows |= {("cell", shift["id"]): _cell(shift) for shift in schedule["shifts"]}
            for gap in schedule["gaps"]:
                rows["gap", schedule["id"], gap["group"]["id"], gap["date"]] = (gap["missing"],)
        return cls(revision=restaurant["revision"], epoch=restaurant["epoch"], rows=rows)

    def take(self, change_set: dict[str, Any]) -> None:
        """Go on by one revision; what is known already has no effect."""
        if change_set["revision"] <= self.revision:
            return
        assert change_set["previousRevision"] == self.revision, "a gap"
        self.revision = change_set["revision"]
        for change in change_set["changes"]:
            self._change(change)

    def _change(self, change: dict[str, Any]) -> None:
        match change:
            case {"restaurant": restaurant}:
                self.rows["restaurant",] = (restaurant["name"],)
            case {"staffMember": person}:
                self.rows["staff", person["id"]] = (person["name"],)
            case {"backupAssignment": backup}:
                self._put(("backup", backup["id"]), _backup(backup) if backup["isActive"] else None)
            case {"shift": shift}:
                self.rows["cell", shift["id"]] = _cell(shift)
            case {"gap": gap, "schedule": schedule, "group": group, "date": day}:
                told = None if gap is None else (gap["missing"],)
                self._put(("gap", schedule["id"], group["id"], day), told)
            case {"entityType": "SHIFT_ASSIGNMENT"}:
                self._put(("cell", change["entityId"]), None)

    def _put(self, key: Key, row: tuple[Any, ...] | None) -> None:
        if row is None:
            self.rows.pop(key, None)
        else:
            self.rows[key] = row


def _backup(backup: dict[str, Any]) -> tuple[Any, ...]:
    return backup["priorityOrder"], backup["notes"]


def _cell(shift: dict[str, Any]) -> tuple[Any, ...]:
    return shift["staff"]["id"], shift["date"], shift["shiftType"]["code"], shift["pinned"]


@dataclass(kw_only=True)
class Follower:
    """One client on one line, told up to `last`; `ended` says how the line has ended."""

    subject: str
    restaurant: int
    line: Line
    copy: Copy | None
    last: int | None
    is_caught_up: bool = False
    ended: str = ""
    held: list[dict[str, Any]] = field(default_factory=list)
    listening: asyncio.Task[None] | None = None

    def listen(self) -> None:
        self.listening = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        while not self.ended:
            try:
                message = await self.line.hear()
            except ConnectionClosed:
                self.ended = "CLOSED"
                return
            if message["type"] == "error":
                self.ended = message["payload"][0]["extensions"]["code"]
            elif message["type"] == "next" and "errors" in message["payload"]:
                self.ended = message["payload"]["errors"][0]["extensions"]["code"]
            elif message["type"] == "next":
                self._take(message["payload"]["data"]["changes"])

    def _take(self, event: dict[str, Any]) -> None:
        match event["__typename"]:
            case "ChangeSet":
                self._take_change_set(event)
            case "CaughtUp":
                assert not self.is_caught_up
                assert self.last in {None, event["revision"]}
                self.is_caught_up = True
                self.last = event["revision"]
                if self.copy is not None and self.copy.epoch != event["epoch"]:
                    self.ended = "OTHER_EPOCH"
            case "Heartbeat":
                assert event["revision"] == self.last
            case "SnapshotRequired":
                self.ended = event["reason"]

    def _take_change_set(self, event: dict[str, Any]) -> None:
        assert self.last is not None
        assert event["revision"] == self.last + 1, "left out, told twice, or not in order"
        self.last = event["revision"]
        if self.copy is None:
            self.held.append(event)
        else:
            self.copy.take(event)

    def begin_with(self, copy: Copy) -> None:
        """Lay what was told before the snapshot was read over it."""
        self.copy = copy
        for change_set in self.held:
            copy.take(change_set)
        self.held.clear()

    def failure(self) -> BaseException | None:
        """What this client found wrong in what it was told."""
        if self.listening is None or not self.listening.done() or self.listening.cancelled():
            return None
        return self.listening.exception()

    async def leave(self) -> None:
        """Break the line without a word."""
        self.line.cut()
        if self.listening is not None:
            self.listening.cancel()
            await asyncio.wait({self.listening})
        self.ended = self.ended or "CLOSED"
