"""What a board says about coverage; counted beside the event loop, which has others to serve."""

import asyncio
from dataclasses import dataclass
from datetime import date

from domain import conflicts, explanations, figures, suggestions, timelines
from domain.explanations import CoverExplanation
from domain.figures import CoverageFigures
from domain.findings import Conflict
from domain.ids import GroupId, RestaurantId
from domain.schedules import Board
from domain.staff import StaffGroup
from domain.suggestions import BackupSuggestion
from domain.timelines import BackupTimeline
from store import boards
from store.engine import ReadConnection


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundConflicts:
    """What was found, and the restaurant's revision that was read."""

    conflicts: tuple[Conflict, ...]
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundTimeline:
    timeline: BackupTimeline
    revision: int


async def figures_of(board: Board) -> CoverageFigures:
    return await asyncio.to_thread(figures.figures, board)


async def explain(board: Board, group_id: GroupId, day: date) -> CoverExplanation:
    return await asyncio.to_thread(explanations.explain, board, group_id, day)


async def suggest(
    board: Board, group_id: GroupId | None, first: int
) -> tuple[BackupSuggestion, ...]:
    return await asyncio.to_thread(suggestions.suggest, board, group_id, first)


async def conflicts_in(
    connection: ReadConnection,
    restaurant_id: RestaurantId,
    dates: tuple[date, date],
    today: date,
) -> FoundConflicts:
    """The findings of a period, whichever schedules hold its dates."""
    board = await boards.load_period(connection, restaurant_id, *dates, today)
    found = await asyncio.to_thread(conflicts.conflicts, board)
    return FoundConflicts(conflicts=found, revision=board.restaurant.revision)


async def timeline_of(
    connection: ReadConnection, group: StaffGroup, dates: tuple[date, date], today: date
) -> FoundTimeline | None:
    """Who backs a group when; None for a group that the configuration in force does not have."""
    board = await boards.load_period(connection, group.restaurant_id, *dates, today)
    if group.id not in board.group_by_id:
        return None
    found = await asyncio.to_thread(timelines.timeline, board, group.id)
    return FoundTimeline(timeline=found, revision=board.restaurant.revision)
