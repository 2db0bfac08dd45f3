"""What a step says to a manager."""

import pytest

from domain.runs import ImprovementStep, TierName
from domain.step_words import WHAT, in_words


def step(cells: int, covers: int) -> ImprovementStep:
    return ImprovementStep(
        cells_changed=cells,
        covers_changed=covers,
        tier=TierName.REQUIRED_GAPS,
        before=110,
        after=10,
        elapsed_seconds=0.05,
    )


@pytest.mark.parametrize(
    ("cells", "covers", "begins"),
    [
        (1, 0, "1 cell changes; "),
        (0, 1, "0 cells and 1 cover change; "),
        (2, 1, "2 cells and 1 cover change; "),
        (1, 2, "1 cell and 2 covers change; "),
    ],
)
def test_a_step_says_how_much_changes_and_by_how_much_it_is_better(cells, covers, begins):
    better = "the weight of gaps of required groups falls by 100, from 110 to 10."
    assert in_words(step(cells, covers)) == begins + better


def test_every_aim_has_words():
    assert WHAT.keys() == set(TierName)
