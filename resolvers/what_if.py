"""What would be: judged and searched like a schedule, and written nowhere."""

import asyncio
from enum import StrEnum

from domain.refusals import ValidationRefusal
from domain.runs import GenerationMode, GenerationRequest
from domain.schedules import Board
from domain.supposing import Supposed, supposed
from domain.what_if import Changes, overlay, touched_days
from resolvers.searching import search
from solver.problem import NonsenseProblem, Problem
from solver.rematching import rematched
from solver.solution import board_after

SHORTEST_SECONDS = 0.1
LONGEST_SECONDS = 20.0


class WhatIfMode(StrEnum):
    AS_IT_STANDS = "AS_IT_STANDS"
    REPLANNED = "REPLANNED"


async def what_if(board: Board, changes: Changes, mode: WhatIfMode, seconds: float) -> Supposed:
    """The board with the changes laid over it, answered as it stands or planned anew."""
    if not SHORTEST_SECONDS <= seconds <= LONGEST_SECONDS:
        raise ValidationRefusal(
            code="TIME_LIMIT_OUT_OF_RANGE",
            message=f"timeLimitSeconds must be from {SHORTEST_SECONDS} to {LONGEST_SECONDS:g}.",
        )
    if mode is WhatIfMode.AS_IT_STANDS:
        return await asyncio.to_thread(_as_it_stands, board, changes)
    return await _replanned(board, changes, seconds)


def _as_it_stands(board: Board, changes: Changes) -> Supposed:
    laid = overlay(board, changes)
    after = rematched(laid, touched_days(board, changes))
    return supposed(board, after, GenerationMode.FILL)


async def _replanned(board: Board, changes: Changes, seconds: float) -> Supposed:
    request = GenerationRequest(mode=GenerationMode.REPLAN, time_limit_seconds=seconds)
    laid = await asyncio.to_thread(overlay, board, changes)
    try:
        problem = Problem(board=laid, request=request)
    except NonsenseProblem as nonsense:
        raise ValidationRefusal(code="CANNOT_BE_PLANNED", message=str(nonsense)) from nonsense
    solution = await search(problem)
    after = board_after(problem, solution)
    return await asyncio.to_thread(supposed, board, after, GenerationMode.REPLAN, solution.outcome)
