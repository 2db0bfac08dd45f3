"""Lines priced and chosen by columns, against trying every one."""

import math
import random
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.columns.dives import dive
from solver.columns.generation import Generation, Pool
from solver.columns.lines import (
    FORBIDDEN,
    Extra,
    Habit,
    Line,
    Marked,
    Pair,
    Row,
    RunRule,
    RunStart,
    Segment,
    Tally,
    Task,
    Total,
)
from solver.columns.pricing import Crew
from solver.columns.search import search
from solver.columns.slim import slim

DAYS, OPTIONS = 5, 3
WORK, REST = frozenset({1, 2}), frozenset({0})


def cost_of(line: Line, options: tuple[int, ...]) -> float:
    """What a line costs, rule by rule in plain loops; FORBIDDEN if it may not be."""
    habit = line.habit
    cost = sum(float(line.costs[day, option]) for day, option in enumerate(options))
    for number, rule in enumerate(habit.runs):
        start = line.runs[number] if line.runs else RunStart()
        cost += run_cost(rule, start, [option in rule.listed for option in options])
    before = [line.before, *options]
    for pair in habit.pairs:
        for day, (first, second) in enumerate(zip(before, options, strict=False)):
            is_meant = pair.days is None or day in pair.days
            if is_meant and first in pair.first and second in pair.second:
                cost += pair.cost
    for number, tally in enumerate(habit.tallies):
        known = line.tallied[number] if line.tallied else 0
        for place, segment in enumerate(tally.segments):
            inside = options[segment.first : segment.last + 1]
            total = sum(tally.amounts[o] for o in inside) + (known if place == 0 else 0)
            cost += at(segment.costs, total)
    counted = line.counted or (0,) * (len(habit.totals) + len(habit.marked))
    for number, total_rule in enumerate(habit.totals):
        total = counted[number] + sum(total_rule.amounts[o] for o in options)
        cost += at(total_rule.costs, total)
    for number, marked in enumerate(habit.marked):
        hit = sum(any(o in marked.listed for o in options[a : b + 1]) for a, b in marked.segments)
        cost += at(marked.costs, counted[len(habit.totals) + number] + hit)
    return cost


def at(costs: tuple[float, ...], place: int) -> float:
    return costs[place] if place < len(costs) else FORBIDDEN


def run_cost(rule: RunRule, start: RunStart, marks: list[bool]) -> float:
    cost, length, is_open = 0.0, start.length, start.is_open
    for mark in marks:
        if mark:
            cost += rule.steps[min(length, len(rule.steps) - 1)] if rule.steps else 0.0
            length += 1
            continue
        if length and not is_open:
            cost += at((*rule.breaks, *(0.0,) * 99), length - 1)
        length, is_open = 0, False
    return cost


prices = st.sampled_from((0.0, 1.0, 2.0, 5.0, FORBIDDEN))
soft = st.sampled_from((0.0, 1.0, 3.0))


def _outside(bounds: tuple[int, int, float, float, int]) -> tuple[float, ...]:
    """A price for each count below a range, another for each above, as limits have them."""
    least, more, fall, rise, size = bounds
    return tuple(fall * max(0, least - n) + rise * max(0, n - least - more) for n in range(size))


@st.composite
def habits(draw) -> Habit:
    listed = st.sampled_from((WORK, REST, frozenset({1})))
    runs = st.builds(
        RunRule,
        listed,
        st.lists(prices, min_size=1, max_size=3).map(tuple),
        st.lists(prices, max_size=2).map(tuple),
    )
    pairs = st.builds(
        Pair, listed, listed, prices, st.sampled_from((None, frozenset({2, 3}), frozenset({0})))
    )
    week = st.lists(prices, min_size=2, max_size=4).map(tuple)
    tallies = st.builds(
        lambda amounts, one, other: Tally(amounts, (Segment(0, 1, one), Segment(3, 4, other))),
        st.sampled_from(((2, 0, 1), (0, 1, 1))),
        week,
        week,
    )
    ranges = st.tuples(st.integers(0, 5), st.integers(0, 4), soft, soft, st.integers(3, 12))
    totals = st.builds(
        Total,
        st.sampled_from(((0, 1, 1), (2, 0, 1))),
        st.lists(prices, min_size=3, max_size=7).map(tuple) | ranges.map(_outside),
    )
    marked = st.builds(
        Marked,
        listed,
        st.sampled_from((((0, 1), (3, 4)), ((1, 2),))),
        st.lists(soft, min_size=2, max_size=3).map(tuple) | ranges.map(_outside),
    )
    return Habit(
        days=DAYS,
        options=OPTIONS,
        runs=tuple(draw(st.lists(runs, max_size=2))),
        pairs=tuple(draw(st.lists(pairs, max_size=2))),
        tallies=tuple(draw(st.lists(tallies, max_size=1))),
        totals=tuple(draw(st.lists(totals, max_size=1))),
        marked=tuple(draw(st.lists(marked, max_size=1))),
    )


@st.composite
def lines(draw, habit: Habit | None = None) -> Line:
    habit = habit or draw(habits())
    cells = draw(st.lists(prices, min_size=DAYS * OPTIONS, max_size=DAYS * OPTIONS))
    starts = st.builds(RunStart, st.integers(0, 4), st.booleans())
    axes = len(habit.totals) + len(habit.marked)
    return Line(
        habit=habit,
        costs=np.array(cells).reshape(DAYS, OPTIONS),
        before=draw(st.sampled_from((None, 0, 1, 2))),
        runs=tuple(draw(starts) for _ in habit.runs),
        tallied=tuple(draw(st.integers(0, 1)) for _ in habit.tallies),
        counted=tuple(draw(st.integers(0, 1)) for _ in range(axes)),
    )


EVERY = list(product(range(OPTIONS), repeat=DAYS))


@settings(max_examples=250, deadline=None)
@given(lines())
def test_the_cheapest_line_is_that_of_all_lines(line: Line) -> None:
    (found,) = Crew([0], [line]).cheapest(line.costs[np.newaxis], 1, [0])

    least = min(cost_of(line, options) for options in EVERY)
    assert bool(found) is (least < FORBIDDEN)
    for one in found:
        assert one.cost == pytest.approx(least)
        assert cost_of(line, one.options) == pytest.approx(least)


def test_counts_that_are_sure_to_end_outside_a_range_are_not_told_apart() -> None:
    costs = _outside((18, 2, 20.0, 20.0, 29))
    habit = Habit(days=28, options=2, totals=(Total((0, 1), costs),))
    graph = Crew([0], [Line(habit, np.zeros((28, 2)))]).graph

    assert max(graph.shape(day)[0] for day in range(29)) == 11
    assert graph.shape(28) == (3,)


def paid_for(row: Row, task: Task, options: tuple[int, ...]) -> float:
    """What a row of one person asks for that person's line."""
    held = sum(factor for _, day, option, factor in row.cells if options[day] == option)
    price = {factor: task.extras[place].cost for place, factor in row.extras}
    short, over = max(0.0, row.lower - held), max(0.0, held - row.upper)
    paid = [(short, price.get(1.0, FORBIDDEN)), (over, price.get(-1.0, FORBIDDEN))]
    return sum(amount * each for amount, each in paid if amount)


@settings(max_examples=150, deadline=None)
@given(lines())
def test_totals_cost_the_same_in_rows(line: Line) -> None:
    slimmed = slim(Task(lines=(line,), rows=(), extras=()), most_states=1)

    for options in EVERY[::7]:
        in_rows = sum(paid_for(row, slimmed, options) for row in slimmed.rows)
        whole = cost_of(slimmed.lines[0], options) + in_rows
        assert whole == pytest.approx(cost_of(line, options))


def test_maxima_go_into_rows_before_ranges_and_only_as_many_as_needed() -> None:
    month = _outside((18, 2, 20.0, 20.0, 29))
    most = Total((0, 1), (0.0,) * 10)
    habit = Habit(days=28, options=2, totals=(Total((0, 1), month), most))
    task = Task(lines=(Line(habit, np.zeros((28, 2))),), rows=(), extras=())

    assert slim(task) is task
    (line,) = slim(task, most_states=28 * 12).lines
    assert line.habit.totals == (Total((0, 1), month),)
    (line,) = slim(task, most_states=28).lines
    assert line.habit.totals == ()


@st.composite
def tasks(draw) -> Task:
    """Two or three people of two habits, rows that call for some of them, costs whole numbers."""
    kinds = [draw(habits()), draw(habits())]
    people = [draw(lines(kinds[n % 2])) for n in range(draw(st.integers(2, 3)))]
    extras: list[Extra] = []
    rows: list[Row] = []
    for day in range(draw(st.integers(1, 3))):
        option, need = draw(st.integers(0, 2)), draw(st.integers(0, 2))
        cells = tuple((p, day, option, 1.0) for p in range(len(people)))
        place = len(extras)
        extras += [Extra(draw(st.sampled_from((4.0, 9.0)))), Extra(1.0)]
        rows.append(Row(cells, ((place, 1.0), (place + 1, -1.0)), need, need))
    return Task(lines=tuple(people), rows=tuple(rows), extras=tuple(extras))


def least_of(task: Task) -> float:
    """The least cost of all choices, each row met by its two extras."""
    allowed = [
        [(cost, options) for options in EVERY if (cost := cost_of(line, options)) < FORBIDDEN]
        for line in task.lines
    ]
    kept = [_best_by_cells(task, choices) for choices in allowed]
    best = FORBIDDEN
    for chosen in product(*kept):
        cost = sum(one for one, _ in chosen)
        for row in task.rows:
            _, day, option, _ = row.cells[0]
            there = sum(options[day] == option for _, options in chosen)
            (under, _), (over, _) = row.extras
            cost += task.extras[under].cost * max(0.0, row.lower - there)
            cost += task.extras[over].cost * max(0.0, there - row.lower)
        best = min(best, cost)
    return best


def _best_by_cells(task: Task, choices: list[tuple[float, tuple[int, ...]]]):
    """Of the lines that stand in the same rows, the cheapest."""
    best: dict[tuple[bool, ...], tuple[float, tuple[int, ...]]] = {}
    for cost, options in choices:
        key = tuple(options[row.cells[0][1]] == row.cells[0][2] for row in task.rows)
        if key not in best or cost < best[key][0]:
            best[key] = (cost, options)
    return list(best.values())


@settings(max_examples=80, deadline=None)
@given(tasks())
def test_no_choice_costs_less_than_the_bound_and_the_search_finds_the_least(task: Task) -> None:
    least = least_of(task)
    steps = iter(range(60, -1, -1))

    news = list(search(task, lambda: float(next(steps, 0))))

    best = news[-1].best
    if least == FORBIDDEN:
        assert best is None or best.missing > 0
        return
    assert news[-1].bound <= least + 1e-6
    assert best is not None
    assert best.missing == pytest.approx(0)
    assert best.cost >= least - 1e-6
    for column in best.columns:
        assert column.cost == pytest.approx(cost_of(task.lines[column.person], column.options))


@settings(max_examples=60, deadline=None)
@given(tasks())
def test_bound_is_reached_once_no_column_helps(task: Task) -> None:
    if least_of(task) == FORBIDDEN:
        return
    generation = Generation(Pool(task), lambda: math.inf)

    optimum = generation.converge()

    assert generation.bound == pytest.approx(optimum.value, abs=1e-4)
    assert generation.bound <= least_of(task) + 1e-6


def covering(people: int, seed: int) -> Task:
    """Everybody works three of five days; each day needs one in three, wishes break ties."""
    dice = random.Random(seed)
    habit = Habit(
        days=DAYS,
        options=2,
        runs=(RunRule(frozenset({1}), (0.0, 0.0, FORBIDDEN), ()),),
        totals=(Total((0, 1), (FORBIDDEN,) * 3 + (0.0,)),),
    )
    wishes = [[[0.0, float(dice.randrange(4))] for _ in range(DAYS)] for _ in range(people)]
    cells = [tuple((p, day, 1, 1.0) for p in range(people)) for day in range(DAYS)]
    return Task(
        lines=tuple(Line(habit, np.array(wish)) for wish in wishes),
        rows=tuple(
            Row(cells[day], ((day, 1.0),), people * 3 // 5, FORBIDDEN) for day in range(DAYS)
        ),
        extras=tuple(Extra(20.0) for _ in range(DAYS)),
    )


@pytest.mark.parametrize("seed", range(3))
def test_the_same_steps_lead_to_the_same_choice_whatever_the_number_of_threads(seed: int) -> None:
    def told(workers: int) -> list[float]:
        steps = iter(range(40, -1, -1))
        found = search(covering(9, seed), lambda: float(next(steps, 0)), seed=1, workers=workers)
        return [news.best.cost for news in found if news.best is not None]

    assert told(1) == told(2) == told(4)
    assert told(1)


def test_a_dive_without_time_ends_with_a_line_for_everybody() -> None:
    task = covering(9, 1)
    generation = Generation(Pool(task), lambda: math.inf)
    generation.converge()
    generation.seconds_left = lambda: 0.0

    choice = dive(generation)

    assert [column.person for column in choice.columns] == list(range(9))
    for column in choice.columns:
        assert column.cost == pytest.approx(cost_of(task.lines[column.person], column.options))
