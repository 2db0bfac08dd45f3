"""How fast coverage is judged: `make bench ARGS="coverage [--write]"`.

A month of 100 people in 20 groups with random shifts, which leaves many gaps: heavier than any
sound schedule. Each figure is the best of several, and is compared with a full recount by
`domain/checker` in the same run, which a busy or slow machine slows as much.
"""

import asyncio
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, timedelta

from benchmarks.report import Asked, Rows, run
from benchmarks.solve import START, board
from domain.checker import check
from domain.conflicts import conflicts
from domain.coverage import gaps
from domain.edits import ShiftDraft, apply_shifts
from domain.explanations import ExplainedCandidate, explain
from domain.figures import day_figures, figures
from domain.ids import GroupId, ShiftCode
from domain.need import needs
from domain.runs import GenerationMode
from domain.schedules import Board
from domain.shifts import ShiftAssignment, ShiftSource
from domain.suggestions import suggest
from domain.violations import violations
from domain.what_if import Changes
from resolvers.pricing import Pricer
from resolvers.what_if import WhatIfMode, what_if
from solver.matching import match, match_day
from solver.pricing import pricing

SIZE = (100, 31, 20)
CODES = ("normal",) * 5 + ("early", "late", "off", "off")
YARDSTICK = "full recount by domain/checker"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """Best time in milliseconds, what it may take, and how it compares with the yardstick."""

    name: str
    milliseconds: float
    allowed: float | None
    ratio: float


def heavy_board() -> Board:
    """Everybody works, rests or covers at random, matched as well as it goes."""
    dice = random.Random(1)
    empty = board(*SIZE)
    cells = tuple(
        ShiftAssignment(
            staff_id=person.id,
            date=day,
            shift_type=ShiftCode(dice.choice(CODES)),
            source=ShiftSource.GENERATED,
        )
        for person in empty.staff
        for day in empty.days
    )
    full = replace(empty, shifts=cells)
    return replace(full, covers=match(full))


def anew(known: Board) -> Board:
    """The same board, with nothing counted yet."""
    return Board(**{field.name: getattr(known, field.name) for field in fields(known)})


def edits(known: Board) -> list[ShiftDraft]:
    """A rest for a backup, for a member, and a day that turns back into work."""
    people = (known.staff[80].id, known.staff[3].id, known.staff[90].id)
    return [
        ShiftDraft(staff_id=who, date=START + timedelta(days=9 + n), shift_type=ShiftCode(code))
        for n, (who, code) in enumerate(zip(people, ("off", "off", "normal"), strict=True))
    ]


def judge(known: Board) -> None:
    gaps(known)
    violations(known)


def best(work: Callable[[], object], times: int) -> float:
    """Milliseconds of the fastest of several."""
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return 1000 * min(taken)


def worst_edit(known: Board) -> float:
    """The slowest of the edits, from the edit to new gaps and violations."""
    judge(known)
    return max(
        best(lambda draft=draft: judge(apply_shifts(known, [draft]).after), 7)
        for draft in edits(known)
    )


def measured(known: Board) -> list[tuple[str, float, float | None]]:
    """Name, milliseconds and what is allowed; all but the edit begin with nothing counted."""
    gap = gaps(known)[0]
    fresh = [anew(known) for _ in range(5)]
    return [
        ("one edit to gaps and violations", worst_edit(known), 20),
        ("gaps and violations, all anew", best(lambda: judge(anew(known)), 3), None),
        ("N-1 of every day, all anew", best(lambda: day_figures(anew(known)), 3), 1000),
        ("all figures, all anew", best(lambda: figures(anew(known)), 3), None),
        ("explain one need, all anew", _explain(fresh, gap.group_id, gap.date), 100),
        ("explain one need with a price", _priced(known, 1), 1000),
        ("explain one need with two prices", _priced(known, 2), None),
        ("what if one is ill a day", best(lambda: _absent(anew(known), known.days[:1]), 3), None),
        ("what if one is ill all month", best(lambda: _absent(anew(known), known.days), 3), None),
        ("the same, replanned for 2 s", best(lambda: _replanned(anew(known)), 1), None),
        ("findings of the month, all anew", best(lambda: conflicts(anew(known)), 3), None),
        ("suggest over all pairs, all anew", best(lambda: suggest(anew(known), None, 20), 2), 2000),
        ("match one day", best(lambda: match_day(known, gap.date), 5), None),
        ("match the month, all anew", best(lambda: match(anew(known)), 3), None),
    ]


def _explain(fresh: list[Board], *need: object) -> float:
    waiting = iter(fresh)
    return best(lambda: explain(next(waiting), *need), len(fresh))


def _priced(known: Board, prices: int) -> float:
    """A need explained with so many passed over whom a run could ask, by children that are warm."""
    asked = next(need for need in needs(known) if len(_passed_over(known, *need)) == prices)
    asyncio.run(_explain_with_prices(known, *asked))
    return best(lambda: asyncio.run(_explain_with_prices(anew(known), *asked)), 3)


def _passed_over(known: Board, group_id: GroupId, day: date) -> list[ExplainedCandidate]:
    found = explain(known, group_id, day).candidates
    return [c for c in found if pricing(known, (c.staff_id, group_id, day)) is not None]


async def _explain_with_prices(known: Board, group_id: GroupId, day: date) -> None:
    pricer = Pricer(board=known, group_id=group_id, day=day)
    found = explain(known, group_id, day).candidates
    prices = await asyncio.gather(*(pricer.price(candidate) for candidate in found))
    if not any(prices):
        raise ValueError("no candidate has a price to be measured")


def _absent(known: Board, days: Sequence[date]) -> None:
    """Somebody who covers is ill on these days, and the covers are matched anew."""
    asyncio.run(what_if(known, _ill(known, days), WhatIfMode.AS_IT_STANDS, 1.0))


def _replanned(known: Board) -> None:
    asyncio.run(what_if(known, _ill(known, known.days), WhatIfMode.REPLANNED, 2.0))


def _ill(known: Board, days: Sequence[date]) -> Changes:
    return Changes(absences=tuple((known.covers[0].staff_id, day) for day in days))


def report(known: Board) -> list[Figure]:
    yardstick = best(lambda: check(known, known, GenerationMode.FILL), 5)
    found = [Figure(name=YARDSTICK, milliseconds=round(yardstick, 1), allowed=None, ratio=1.0)]
    for name, taken, allowed in measured(known):
        ratio = round(taken / yardstick, 3)
        found.append(Figure(name=name, milliseconds=round(taken, 1), allowed=allowed, ratio=ratio))
    return found


def figures_of_coverage(_asked: Asked) -> Rows:
    known = heavy_board()
    staff, days, groups = SIZE
    print(
        f"  {staff} staff × {days} days × {groups} groups, {len(gaps(known))} gaps, "
        f"{len(known.covers)} covers, {len(violations(known))} violations"
    )
    found = report(known)
    for figure in found:
        allowed = "" if figure.allowed is None else f"of {figure.allowed:g} ms"
        print(
            f"  {figure.name:34} {figure.milliseconds:8.1f} ms {allowed:11} "
            f"{figure.ratio:7.3f} × recount"
        )
    return [asdict(figure) for figure in found]


if __name__ == "__main__":
    run({"coverage": figures_of_coverage}, "coverage")
