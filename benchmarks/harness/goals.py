"""The table of figures to reach: each row's contestants, compared and printed."""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from benchmarks.harness.servers import BARE, COMPILED, OURS, YOGA

Figures = Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """What our figure is held against: a limit, or a multiple of a peer's figure."""

    name: str
    holds: Callable[[float, float], bool]
    limit: float
    peer: str | None = None

    def judged(self, figures: Figures, unit: str) -> dict[str, Any]:
        ours = figures[OURS] / (1.0 if self.peer is None else figures[self.peer])
        sign = "≤" if self.holds is operator.le else "≥"
        of = unit if self.peer is None else f"× {self.peer}"
        wanted = f"{sign} {self.limit:g} {of}"
        reached = self.holds(ours, self.limit)
        return {"goal": self.name, "wanted": wanted, "is": _short(ours), "reached": reached}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table."""

    name: str
    unit: str
    goals: tuple[Goal, ...]

    def told(self, figures: Figures, **more: Any) -> dict[str, Any]:
        """Print the row and return it as data; `more` says how often was measured, for example."""
        known = {name: _short(value) for name, value in figures.items()}
        goals = [
            goal.judged(figures, self.unit) for goal in self.goals if _can_judge(goal, figures)
        ]
        print(f"\n  {self.name}, {self.unit}", *(f"({k}: {v})" for k, v in more.items()))
        for name, value in known.items():
            ratio = (
                "" if name == OURS else f"   ours is {_short(figures[OURS] / figures[name]):g} ×"
            )
            print(f"    {name:26} {value:>12,}{ratio}", flush=True)
        for goal in goals:
            verdict = "reached" if goal["reached"] else "not reached"
            print(
                f"    {goal['goal']:9} {goal['wanted']:28} is {goal['is']:<10g} {verdict}",
                flush=True,
            )
        row = {"name": self.name, "unit": self.unit, **more}
        return {**row, "figures": known, "goals": goals}


def _can_judge(goal: Goal, figures: Figures) -> bool:
    return goal.peer is None or goal.peer in figures


def _short(value: float) -> float:
    """Three digits that count, or the whole number."""
    return float(f"{value:.3g}") if abs(value) < 1000 else round(value)


def at_least(limit: float, peer: str) -> Goal:
    return Goal(name="at least", holds=operator.ge, limit=limit, peer=peer)


def go_for_more(limit: float, peer: str) -> Goal:
    return Goal(name="go for", holds=operator.ge, limit=limit, peer=peer)


def within(limit: float, peer: str | None = None) -> Goal:
    return Goal(name="at least", holds=operator.le, limit=limit, peer=peer)


def go_for_less(limit: float, peer: str | None = None) -> Goal:
    return Goal(name="go for", holds=operator.le, limit=limit, peer=peer)


BOARD = Row(
    name="ScheduleBoard of 100 × 31, warm",
    unit="requests/s",
    goals=(at_least(10, YOGA), go_for_more(100, YOGA)),
)
AFTER_A_WRITE = Row(
    name="the same, first read after a write",
    unit="ms",
    goals=(within(0.3, YOGA), go_for_less(1, COMPILED)),
)
UNSEEN = Row(
    name="the same, a document never seen",
    unit="ms",
    goals=(within(1, YOGA), go_for_less(0.5, YOGA)),
)
SMALL = Row(
    name="small query by id",
    unit="requests/s",
    goals=(at_least(1, YOGA), go_for_more(3, YOGA)),
)
WRITE = Row(
    name="SetShifts of one cell, committed, p50", unit="ms", goals=(within(8), go_for_less(3))
)
WRITE_TAIL = Row(name="the same, p99", unit="ms", goals=())
FAN_OUT = Row(
    name="mutation to the last of 500 subscribers in two processes, p50",
    unit="ms",
    goals=(within(50), go_for_less(15)),
)
FAN_OUT_TAIL = Row(name="the same, p99", unit="ms", goals=(within(100), go_for_less(40)))
EVENT = Row(
    name="CPU per event and client at 1,000 subscribers",
    unit="µs",
    goals=(within(0.4, YOGA), go_for_less(1.5, BARE)),
)
MEMORY = Row(name="memory per idle subscriber", unit="kB", goals=(within(60), go_for_less(20)))
