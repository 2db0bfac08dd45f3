"""What would be: judged and searched like a schedule, and written nowhere."""

import asyncio
from enum import StrEnum

from domain.profiles import PROFILES, CoverageProfile, Profile, all_called, told_by, under
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


async def what_if(
    board: Board,
    changes: Changes,
    mode: WhatIfMode,
    seconds: float,
    profile: CoverageProfile = CoverageProfile.STANDARD,
) -> Supposed:
    """The board with the changes laid over it, answered as it stands or planned anew.

    Under a profile another set of rules decides what would be; both sides are then measured by the
    restaurant's own.
    """
    if not SHORTEST_SECONDS <= seconds <= LONGEST_SECONDS:
        raise ValidationRefusal(
            code="TIME_LIMIT_OUT_OF_RANGE",
            message=f"timeLimitSeconds must be from {SHORTEST_SECONDS} to {LONGEST_SECONDS:g}.",
        )
    if mode is WhatIfMode.AS_IT_STANDS:
        return await asyncio.to_thread(_as_it_stands, board, changes, PROFILES[profile])
    return await _replanned(board, changes, seconds, PROFILES[profile])


def _as_it_stands(board: Board, changes: Changes, profile: Profile) -> Supposed:
    laid = overlay(board, changes)
    judged = under(laid, profile)
    days = touched_days(board, changes) if judged is laid else board.days
    found = all_called(rematched(judged, days), profile)
    return supposed(board, told_by(laid, judged, found), GenerationMode.FILL)


async def _replanned(board: Board, changes: Changes, seconds: float, profile: Profile) -> Supposed:
    request = GenerationRequest(mode=GenerationMode.REPLAN, time_limit_seconds=seconds)
    laid = await asyncio.to_thread(overlay, board, changes)
    judged = await asyncio.to_thread(under, laid, profile)
    try:
        problem = Problem(board=judged, request=request)
    except NonsenseProblem as nonsense:
        raise ValidationRefusal(code="CANNOT_BE_PLANNED", message=str(nonsense)) from nonsense
    solution = await search(problem)

    def difference() -> Supposed:
        found = all_called(board_after(problem, solution), profile)
        after = told_by(laid, judged, found)
        return supposed(board, after, GenerationMode.REPLAN, solution.outcome)

    return await asyncio.to_thread(difference)
