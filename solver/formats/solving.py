"""A public instance solved: read, searched by columns, scored by the rules of its format."""

import json
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from domain.runs import Outcome
from solver.columns.generation import Choice
from solver.columns.lines import FORBIDDEN, Task
from solver.columns.search import News, search
from solver.formats import curtois, curtois_score, curtois_task, inrc2, inrc2_score, inrc2_task
from solver.formats.rosters import Roster, Score

ALMOST = 1e-6


class PublicFormat(StrEnum):
    CURTOIS = "curtois"
    INRC2 = "inrc2"


@dataclass(frozen=True, kw_only=True)
class PublicInstance:
    """What the search is asked, how its options are named, and what a roster is worth."""

    staff: tuple[str, ...]
    options: tuple[str | None, ...]
    task: Task
    score: Callable[[Roster], Score]


@dataclass(frozen=True, kw_only=True)
class PublicSolution:
    """`objective` is the score of the roster; `bound` None where nothing was proved.

    The status is OPTIMAL or FEASIBLE; UNKNOWN where the roster breaks hard rules of the format.
    """

    objective: int
    bound: int | None
    status: Outcome
    roster: Roster
    seconds: float
    broken: tuple[str, ...]

    @property
    def summary(self) -> str:
        bound = "nothing proved" if self.bound is None else f"at least {self.bound}"
        lines = [f"{self.status}: {self.objective}, {bound}, {self.seconds:.1f} s"]
        return "\n".join([*lines, *self.broken])

    def to_json(self) -> str:
        row: dict[str, Any] = {
            "objective": self.objective,
            "bound": self.bound,
            "status": self.status.value,
            "seconds": round(self.seconds, 3),
            "broken": list(self.broken),
            "roster": {
                name: {str(day): shift for day, shift in days.items()}
                for name, days in self.roster.items()
            },
        }
        return json.dumps(row, ensure_ascii=False)


def read(file: Path, form: PublicFormat) -> PublicInstance:
    """Raises BadInstance for what cannot be an instance."""
    if form is PublicFormat.CURTOIS:
        rosters = curtois.read(file)
        return PublicInstance(
            staff=tuple(person.id for person in rosters.staff),
            options=(None, *(shift.id for shift in rosters.shifts)),
            task=curtois_task.task(rosters),
            score=lambda roster: curtois_score.score(rosters, roster),
        )
    nurses = inrc2.read(file)
    return PublicInstance(
        staff=tuple(nurse.id for nurse in nurses.nurses),
        options=inrc2_task.options_of(nurses),
        task=inrc2_task.task(nurses),
        score=lambda roster: inrc2_score.score(nurses, roster),
    )


def solve(
    instance: PublicInstance,
    seconds: float,
    *,
    seed: int = 0,
    workers: int = 1,
    good_enough_percent: float = 0,
) -> PublicSolution:
    """The best roster that the time allows; a full one comes back however short it is.

    It ends sooner with one whose cost is proved to be at most so many percent above the best.
    """
    started = time.monotonic()
    news = News(bound=-FORBIDDEN, best=None)
    if instance.staff:
        end = started + seconds
        for told in search(
            instance.task, lambda: end - time.monotonic(), seed=seed, workers=workers
        ):
            news = told
            if _is_enough(news, good_enough_percent):
                break
    roster = _roster(instance, news.best)
    found = instance.score(roster)
    bound = None if news.bound == -FORBIDDEN else max(0, math.ceil(news.bound - ALMOST))
    return PublicSolution(
        objective=found.objective,
        bound=bound,
        status=_status(found, bound),
        roster=roster,
        seconds=time.monotonic() - started,
        broken=found.broken,
    )


def _is_enough(news: News, percent: float) -> bool:
    if news.best is None or news.best.missing > ALMOST or percent == 0:
        return False
    return 100 * (news.best.cost - news.bound) <= percent * news.best.cost


def _roster(instance: PublicInstance, best: Choice | None) -> Roster:
    """Everybody's days; nobody works where nothing was found."""
    days = instance.task.lines[0].habit.days if instance.task.lines else 0
    rest = (0,) * days
    lines = [rest for _ in instance.staff] if best is None else [c.options for c in best.columns]
    return {
        name: {day: instance.options[option] for day, option in enumerate(line)}
        for name, line in zip(instance.staff, lines, strict=True)
    }


def _status(found: Score, bound: int | None) -> Outcome:
    if found.broken:
        return Outcome.UNKNOWN
    is_proved = bound is not None and found.objective <= bound
    return Outcome.OPTIMAL if is_proved else Outcome.FEASIBLE
