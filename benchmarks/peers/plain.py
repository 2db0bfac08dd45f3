"""Strawberry as its documentation shows it, on uvicorn, with the board in memory.

It is told a port and the file that the harness read from our own server. No cache, no mends.
"""

import asyncio
import json
import os
import sys
import threading
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import strawberry
import uvicorn
from strawberry.asgi import GraphQL

from benchmarks.peers import plain_types as types
from domain.covers import CoverSource
from domain.rules import Level
from domain.schedules import ScheduleStatus
from domain.shifts import ShiftSource

ID = strawberry.ID


class Restaurant:
    """Read once, changed by `set_shifts`, told to whoever listens."""

    def __init__(self, path: str) -> None:
        read = json.loads(Path(path).read_text(encoding="utf-8"))
        self.revision: int = read["board"]["revision"]
        self.event = read["event"]
        self.staff = {
            s["id"]: types.StaffMember(id=ID(s["id"]), name=s["name"]) for s in read["staff"]
        }
        self.shift_types = {
            t["code"]: types.ShiftType(code=t["code"], symbol=t["symbol"], works=t["works"])
            for t in read["shiftTypes"]
        }
        self.board = self._board(read["board"])
        self.cells = {(cell.staff.id, cell.date): cell for cell in self.board.shifts}
        self.listeners: set[asyncio.Queue[types.ChangeSet]] = set()

    def set_shifts(self, given: types.SetShiftsInput) -> types.SetShiftsPayload:
        self.revision += 1
        cells = [self._set(shift) for shift in given.shifts]
        self.board.revision = self.revision
        told = self._told(cells[0], given.client_mutation_id)
        for queue in self.listeners:
            queue.put_nowait(told)
        dates = {shift.date for shift in given.shifts}
        gaps = [gap for gap in self.board.gaps if gap.date in dates]
        return types.SetShiftsPayload(shifts=cells, gaps=gaps, revision=self.revision)

    def _set(self, shift: types.ShiftInput) -> types.ShiftAssignment:
        cell = self.cells[shift.staff_id, shift.date]
        cell.shift_type = self.shift_types[shift.shift_type]
        cell.pinned = bool(shift.pinned)
        cell.source = ShiftSource.MANUAL
        cell.revision = self.revision
        return cell

    def _told(self, cell: types.ShiftAssignment, mutation_id: ID | None) -> types.ChangeSet:
        changes = []
        for change in self.event["changes"]:
            kind = getattr(types, change["__typename"])
            stated = {"shift": cell} if kind is types.ShiftChanged else {}
            changes.append(kind(entity_id=ID(change["entityId"]), **stated))
        return types.ChangeSet(
            revision=self.revision,
            previous_revision=self.revision - 1,
            committed_at=datetime.now(UTC),
            client_mutation_id=mutation_id,
            changes=changes,
        )

    def _person(self, row: dict[str, Any] | None) -> types.StaffMember | None:
        return None if row is None else self.staff[row["id"]]

    def _board(self, row: dict[str, Any]) -> types.Schedule:
        return types.Schedule(
            id=ID(row["id"]),
            status=ScheduleStatus(row["status"]),
            start=date.fromisoformat(row["start"]),
            end=date.fromisoformat(row["end"]),
            revision=row["revision"],
            shifts=[self._cell(cell) for cell in row["shifts"]],
            covers=[self._cover(cover) for cover in row["covers"]],
            gaps=[self._gap(gap) for gap in row["gaps"]],
            violations=[self._violation(violation) for violation in row["violations"]],
        )

    def _cell(self, row: dict[str, Any]) -> types.ShiftAssignment:
        return types.ShiftAssignment(
            id=ID(f"{row['staff']['id']} {row['date']}"),
            staff=self.staff[row["staff"]["id"]],
            date=date.fromisoformat(row["date"]),
            shift_type=self.shift_types[row["shiftType"]["code"]],
            source=ShiftSource(row["source"]),
            pinned=row["pinned"],
            revision=row["revision"],
        )

    def _cover(self, row: dict[str, Any]) -> types.Cover:
        assignment = row["backupAssignment"]
        return types.Cover(
            date=date.fromisoformat(row["date"]),
            group=types.StaffGroup(id=ID(row["group"]["id"])),
            staff=self.staff[row["staff"]["id"]],
            backup_assignment=assignment and types.BackupAssignment(id=ID(assignment["id"])),
            priority_order=row["priorityOrder"],
            absent_members=[self.staff[member["id"]] for member in row["absentMembers"]],
            source=CoverSource(row["source"]),
            pinned=row["pinned"],
        )

    def _gap(self, row: dict[str, Any]) -> types.CoverageGap:
        reasons = [
            types.CoverReason(
                staff=self._person(reason["staff"]), code=reason["code"], message=reason["message"]
            )
            for reason in row["reasons"]
        ]
        return types.CoverageGap(
            date=date.fromisoformat(row["date"]),
            group=types.StaffGroup(id=ID(row["group"]["id"])),
            needed=row["needed"],
            covered=row["covered"],
            missing=row["missing"],
            reasons=reasons,
        )

    def _violation(self, row: dict[str, Any]) -> types.Violation:
        return types.Violation(
            code=row["code"],
            level=Level(row["level"]),
            message=row["message"],
            staff=self._person(row["staff"]),
            group=row["group"] and types.StaffGroup(id=ID(row["group"]["id"])),
            dates=[date.fromisoformat(day) for day in row["dates"]],
        )


@strawberry.type
class Query:
    @strawberry.field
    def schedule(self, id: strawberry.ID) -> types.Schedule | None:  # noqa: A002
        return restaurant.board if id == restaurant.board.id else None

    @strawberry.field
    def node(self, id: strawberry.ID) -> types.Node | None:  # noqa: A002
        return restaurant.staff.get(id)


@strawberry.type
class Mutation:
    @strawberry.mutation
    def set_shifts(self, input: types.SetShiftsInput) -> types.SetShiftsResult:  # noqa: A002
        return restaurant.set_shifts(input)


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def changes(
        self,
        restaurant_id: strawberry.ID,  # noqa: ARG002 - there is one
        after: int | None = None,  # noqa: ARG002 - nothing is kept
        epoch: strawberry.ID | None = None,  # noqa: ARG002
    ) -> AsyncIterator[types.ChangesEvent]:
        queue: asyncio.Queue[types.ChangeSet] = asyncio.Queue()
        restaurant.listeners.add(queue)
        try:
            while True:
                yield await queue.get()
        finally:
            restaurant.listeners.discard(queue)


def end_with_the_harness() -> None:
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    port, path = sys.argv[1:]
    restaurant = Restaurant(path)
    threading.Thread(target=end_with_the_harness, daemon=True).start()
    schema = strawberry.Schema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        types=[
            types.BackupAssignmentChanged,
            types.CoverChanged,
            types.EntityDeleted,
            types.ScheduleChanged,
            types.ShiftChanged,
        ],
    )
    uvicorn.run(
        GraphQL(schema, graphql_ide=None),
        host="127.0.0.1",
        port=int(port),
        loop="uvloop",
        http="httptools",
        log_level="warning",
        access_log=False,
    )
