"""Rounds: everybody in turn, again and again, so that a slow moment of the machine hits all."""

import time
from collections.abc import Callable, Iterable, Iterator
from statistics import median
from typing import TypeVar

from benchmarks.harness.servers import Contestant

ROUNDS = 3
FEWEST = 5
T = TypeVar("T")


def interleaved(
    contestants: Iterable[Contestant], measure: Callable[[Contestant], T]
) -> dict[str, list[T]]:
    """What was measured of each, one figure a round."""
    everybody = list(contestants)
    found: dict[str, list[T]] = {contestant.name: [] for contestant in everybody}
    for _ in range(ROUNDS):
        for contestant in everybody:
            found[contestant.name].append(measure(contestant))
    return found


def medians(found: dict[str, list[float]]) -> dict[str, float]:
    return {name: median(figures) for name, figures in found.items()}


def pooled(found: dict[str, list[list[float]]]) -> dict[str, list[float]]:
    """The samples of all rounds together."""
    return {name: [one for some in rounds for one in some] for name, rounds in found.items()}


def turns(seconds: float) -> Iterator[int]:
    """Numbers until the time is over, a few at least."""
    end = time.perf_counter() + seconds
    number = 0
    while number < FEWEST or time.perf_counter() < end:
        yield number
        number += 1


def p99(samples: list[float]) -> float:
    return sorted(samples)[min(len(samples) - 1, int(0.99 * len(samples)))]
