"""The independent checker's word on a result, before anybody relies on it."""

from dataclasses import dataclass

from domain import checker, coverage, violations
from domain.runs import TierName, Violation
from domain.schedules import Board
from solver.problem import Problem
from solver.solution import Solution, board_after

RULES = frozenset(
    {"WORK_LIMIT", "PRIORITY_RULE", "SUCCESSION", "GROUP_ABSENT_TOGETHER", "SHIFT_NOT_ASKED"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """`disagreements` is empty for a result that may be used."""

    violations: tuple[Violation, ...]
    disagreements: tuple[str, ...]


def judge(problem: Problem, solution: Solution) -> Verdict:
    """Count everything again, and compare both ways: a fault in either count shows."""
    after = board_after(problem, solution)
    report = checker.check(problem.board, after, problem.request.mode)
    found = violations.violations(after)
    disagreements = (
        *(f"fact given up: {fact}" for fact in report.broken_facts),
        *_tiers(report, solution),
        *_findings(report, found),
        *_gaps(report, after),
    )
    return Verdict(violations=found, disagreements=disagreements)


def _tiers(report: checker.Report, solution: Solution) -> list[str]:
    return [
        f"tier {tier.name.value} is {report.tiers.get(tier.name)}, not {tier.value}"
        for tier in solution.tiers
        if tier.name is not TierName.CANONICAL and report.tiers.get(tier.name) != tier.value
    ]


def _findings(report: checker.Report, found: tuple[Violation, ...]) -> list[str]:
    listed = {
        checker.Finding(
            code=v.code,
            staff_id=v.staff_id,
            group_id=v.group_id,
            dates=v.dates,
            half_days=v.half_days,
        )
        for v in found
        if v.code in RULES
    }
    return [
        *(f"not listed: {finding}" for finding in report.violations - listed),
        *(f"not found again: {finding}" for finding in listed - report.violations),
    ]


def _gaps(report: checker.Report, after: Board) -> list[str]:
    counted = {(g.group_id, g.date): (g.needed, g.covered) for g in coverage.gaps(after)}
    if counted == report.gaps:
        return []
    differing = {k for k in counted.keys() | report.gaps if counted.get(k) != report.gaps.get(k)}
    return [f"gap of group {group} on {day}" for group, day in sorted(differing)]
