"""Prices of covers: asked for one need at a time, each in solver children beside the loop."""

import asyncio
from dataclasses import dataclass, field
from datetime import date

from domain.explanations import ExplainedCandidate
from domain.ids import GroupId
from domain.prices import Price
from domain.schedules import Board
from resolvers.searching import search
from solver import pricing
from solver.solution import Solution


@dataclass(kw_only=True)
class Pricer:
    """The prices of one need: what the schedule is worth without them is searched once."""

    board: Board
    group_id: GroupId
    day: date
    _free: "asyncio.Task[Solution] | None" = None
    _one_by_one: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def price(self, candidate: ExplainedCandidate) -> Price | None:
        """None for whoever covers already and for whom no run could record the cover."""
        if candidate.chosen:
            return None
        key = (candidate.staff_id, self.group_id, self.day)
        asked = await asyncio.to_thread(pricing.pricing, self.board, key)
        if asked is None:
            return None
        async with self._one_by_one:
            if self._free is None:
                self._free = asyncio.create_task(search(asked.free))
            free, forced = await asyncio.gather(self._free, search(asked.forced))
        return await asyncio.to_thread(pricing.price, asked, free, forced)
