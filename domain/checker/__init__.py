"""A second opinion: facts, rules, gaps and tiers counted again, apart from every judgement.

Nothing here asks the modules that judge elsewhere, so that one mistake is not made twice.
"""

from domain.checker.lending import broken_covers
from domain.checker.limits import limit_breaches
from domain.checker.needs import gap_cost, gaps_of, load_cost, priority_cost
from domain.checker.promises import broken_cells
from domain.checker.reading import Reading, read
from domain.checker.report import Breach, Finding, Report
from domain.checker.rules import rule_breaches
from domain.rules import Level
from domain.runs import GenerationMode, TierName
from domain.schedules import Board
from domain.staff import CoverageMode

__all__ = ["Finding", "Report", "check"]


def check(before: Board, after: Board, mode: GenerationMode) -> Report:
    """Count everything about `after`, the board a run made of `before`."""
    stood, stands = read(before), read(after)
    gaps = gaps_of(stands)
    breaches = limit_breaches(stands) + rule_breaches(stands)
    return Report(
        tiers={
            TierName.HARD_RULES: _cost(breaches, Level.HARD),
            TierName.REQUIRED_GAPS: gap_cost(stands, gaps, CoverageMode.REQUIRED),
            TierName.DESIRED_GAPS: gap_cost(stands, gaps, CoverageMode.DESIRED),
            TierName.PRIORITY_ORDER: priority_cost(stands),
            TierName.SOFT_RULES: _cost(breaches, Level.SOFT),
            TierName.BACKUP_LOAD: load_cost(stands),
            TierName.REST_BALANCE: _rest_spread(stands),
            TierName.CHANGES: _changes(stood, stands),
            TierName.CANONICAL: 0,
        },
        gaps=gaps,
        violations=frozenset(b.finding for b in breaches),
        broken_facts=(
            *broken_cells(stood, stands, mode),
            *broken_covers(stood, stands, mode),
        ),
    )


def _cost(breaches: list[Breach], level: Level) -> int:
    """Half-days outside; only soft ones are weighed."""
    return sum(
        b.finding.half_days * (b.weight if level is Level.SOFT else 1)
        for b in breaches
        if b.level is level
    )


def _rest_spread(reading: Reading) -> int:
    days = reading.open_days
    rests: dict[str, list[int]] = {}
    for member in reading.board.staff:
        if any((member.id, day) not in reading.employed for day in days):
            continue
        types = [reading.type_of(member.id, day) for day in days]
        total = sum(t.rest_half_days for t in types if t is not None)
        rests.setdefault(member.employment_type, []).append(total)
    return sum(max(totals) - min(totals) for totals in rests.values())


def _changes(before: Reading, after: Reading) -> int:
    cells = sum(after.cells.get(key) != code for key, code in before.cells.items())
    held = {(c.date, c.group_id, c.staff_id) for c in before.board.covers}
    holds = {(c.date, c.group_id, c.staff_id) for c in after.board.covers}
    return cells + len(held - holds)
