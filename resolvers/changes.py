"""Following a restaurant: replayed from the change log, then live. The log is the truth."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.access import Caller
from domain.changes import ChangeSet
from domain.ids import RestaurantId
from domain.refusals import ForbiddenRefusal, UnavailableRefusal, not_found
from feed.channels import restaurant_channel
from feed.doorbell import Doorbell, Watch
from resolvers.change_tail import ChangeTail, Look


class SnapshotReason(StrEnum):
    TOO_OLD = "TOO_OLD"
    AHEAD_OF_SERVER = "AHEAD_OF_SERVER"
    OTHER_EPOCH = "OTHER_EPOCH"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaughtUp:
    """Everything up to `revision` has been told; what comes now is live."""

    epoch: str
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotRequired:
    """The log cannot lead from where the follower stands; the last item."""

    reason: SnapshotReason
    epoch: str
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """Nothing has happened since `revision`, and the line stands."""

    revision: int
    at: datetime


FeedItem = ChangeSet | CaughtUp | SnapshotRequired | Heartbeat


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a follower wants to begin: after a revision of an epoch; None is from now.

    `was_admitted`: it has been told of the restaurant, which may be closed to it meanwhile.
    """

    restaurant_id: RestaurantId
    after: int | None = None
    epoch: str | None = None
    was_admitted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """What following needs. The log is looked at every `poll_seconds` even if nobody rings."""

    tail: ChangeTail
    doorbell: Doorbell
    clock: Callable[[], datetime]
    poll_seconds: float = 5.0
    heartbeat_seconds: float = 15.0


async def follow(feed: Feed, caller: Caller, place: Place) -> AsyncGenerator[FeedItem]:
    """Yield each change set after the place once and in order, then whatever comes.

    Raises NotFoundRefusal before the first item when there is no such restaurant for the caller,
    and ForbiddenRefusal as soon as it is seen that the membership has ended. A slow follower
    costs one integer: what it has not taken stays in the log.
    """
    channel = restaurant_channel(place.restaurant_id)
    async with feed.doorbell.watch(channel) as watch:
        follower = _Follower(feed, caller, place, watch)
        async with aclosing(follower.items()) as items:
            async for item in items:
                yield item
                # A reader that is always ready must not keep the loop from everybody else.
                await asyncio.sleep(0)


class _Follower:
    """One follower's walk along the log; all it keeps is how far it has come."""

    def __init__(self, feed: Feed, caller: Caller, place: Place, watch: Watch) -> None:
        self._feed = feed
        self._caller = caller
        self._place = place
        self._watch = watch
        self._last = 0
        self._epoch = ""
        self._beat_at = 0.0

    async def items(self) -> AsyncGenerator[FeedItem]:
        look = await self._arrive()
        refused = self._refused_place(look)
        is_caught_up = False
        while refused is None:
            for change_set in look.change_sets:
                self._last = change_set.revision
                yield change_set
                self._put_off_heartbeat()
            if self._last == look.revision:
                if not is_caught_up:
                    is_caught_up = True
                    yield CaughtUp(epoch=self._epoch, revision=self._last)
                    self._put_off_heartbeat()
                if await self._rest():
                    yield Heartbeat(revision=self._last, at=self._feed.clock())
                    self._put_off_heartbeat()
            look = await self._look()
            refused = self._lost(look)
        yield refused

    async def _arrive(self) -> Look:
        tail, place = self._feed.tail, self._place
        look = await tail.look(place.restaurant_id, place.after)
        if look is not None and not self._may_read(look):
            # Somebody may have become a member since that was read for another follower.
            look = await tail.look_anew(place.restaurant_id, place.after)
        if look is None or not self._may_read(look):
            raise _ended() if place.was_admitted else not_found("restaurant", ("restaurantId",))
        self._epoch = look.epoch
        self._last = look.revision if self._place.after is None else self._place.after
        return look

    def _refused_place(self, look: Look) -> SnapshotRequired | None:
        if self._place.epoch is not None and self._place.epoch != look.epoch:
            return _snapshot(SnapshotReason.OTHER_EPOCH, look)
        return self._lost(look)

    def _lost(self, look: Look) -> SnapshotRequired | None:
        """Why the log cannot go on from where the follower is, or None when it can."""
        if look.epoch != self._epoch:
            return _snapshot(SnapshotReason.OTHER_EPOCH, look)
        if self._last > look.revision:
            return _snapshot(SnapshotReason.AHEAD_OF_SERVER, look)
        if self._last < look.revision and not _leads_on(look, self._last):
            return _snapshot(SnapshotReason.TOO_OLD, look)
        return None

    async def _rest(self) -> bool:
        """Wait for a ring or for the time to look anyway; whether a heartbeat is due."""
        until_beat = self._beat_at - asyncio.get_running_loop().time()
        is_rung = await self._watch.wait(max(0.0, min(self._feed.poll_seconds, until_beat)))
        return not is_rung and asyncio.get_running_loop().time() >= self._beat_at

    def _put_off_heartbeat(self) -> None:
        self._beat_at = asyncio.get_running_loop().time() + self._feed.heartbeat_seconds

    async def _look(self) -> Look:
        # A read that is shared may have begun before what this follower has been told already.
        place, newest = self._place.restaurant_id, max(self._watch.newest, self._last)
        while True:
            try:
                look = await self._feed.tail.look(place, self._last, at_least=newest)
            except UnavailableRefusal:
                # The database is away for a moment; nothing is lost by asking again.
                await asyncio.sleep(self._feed.poll_seconds)
                continue
            if look is None or not self._may_read(look):
                raise _ended()
            return look

    def _may_read(self, look: Look) -> bool:
        return self._caller.owns_everything or self._caller.subject in look.subjects


def _ended() -> ForbiddenRefusal:
    return ForbiddenRefusal(
        message="You are no longer a member of this restaurant.", path=("restaurantId",)
    )


def _leads_on(look: Look, last: int) -> bool:
    return bool(look.change_sets) and look.change_sets[0].revision == last + 1


def _snapshot(reason: SnapshotReason, look: Look) -> SnapshotRequired:
    return SnapshotRequired(reason=reason, epoch=look.epoch, revision=look.revision)
