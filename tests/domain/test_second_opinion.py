"""What judges a schedule and the checker, which shares nothing with it, agree to the unit."""

from itertools import product

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.checker import Finding, check
from domain.checker.lending import facts_against as checked_facts_against
from domain.checker.promises import decided
from domain.checker.promises import kept_covers as checked_kept_covers
from domain.checker.reading import read
from domain.coverage import gaps
from domain.eligibility import facts_against
from domain.facts import fact_for, kept_covers
from domain.rules import Level
from domain.runs import GenerationMode, TierName
from domain.schedules import Board
from domain.tiers import tier_values
from domain.violations import violations
from tests.random_boards import boards, refilled

RULES = {
    "WORK_LIMIT", "PRIORITY_RULE", "SUCCESSION", "GROUP_ABSENT_TOGETHER", "SHIFT_NOT_ASKED",
}  # fmt: skip
MODES = st.sampled_from(GenerationMode)
many = settings(
    max_examples=100, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip


@many
@given(before=boards(), mode=MODES, data=st.data())
def test_tier_values_agree(before: Board, mode: GenerationMode, data: st.DataObject):
    after = refilled(data.draw, before)
    assert check(before, after, mode).tiers == tier_values(before, after, mode)


@many
@given(board=boards())
def test_gaps_agree(board: Board):
    found = {(g.group_id, g.date): (g.needed, g.covered) for g in gaps(board)}
    assert check(board, board, GenerationMode.FILL).gaps == found


@many
@given(board=boards())
def test_violations_agree(board: Board):
    found = {
        Finding(
            code=v.code,
            staff_id=v.staff_id,
            group_id=v.group_id,
            dates=v.dates,
            half_days=v.half_days,
        )
        for v in violations(board)
        if v.code in RULES
    }
    assert check(board, board, GenerationMode.FILL).violations == found


@many
@given(board=boards())
def test_violations_of_each_level_weigh_what_their_tiers_say(board: Board):
    tiers = check(board, board, GenerationMode.FILL).tiers
    broken = [v for v in violations(board) if v.code in RULES]
    hard = sum(v.half_days for v in broken if v.level is Level.HARD)
    soft = sum(v.half_days * v.weight for v in broken if v.level is Level.SOFT)
    assert (tiers[TierName.HARD_RULES], tiers[TierName.SOFT_RULES]) == (hard, soft)


@many
@given(board=boards(), mode=MODES)
def test_facts_agree(board: Board, mode: GenerationMode):
    reading = read(board)
    for staff_id, day in sorted(reading.employed):
        mine = decided(reading, mode, staff_id, day)
        theirs = fact_for(board, staff_id, day, mode)
        assert (mine is None) == (theirs is None)
        if mine is not None and theirs is not None:
            assert (mine.promise.name, mine.code) == (theirs.kind.name, theirs.shift_type)


@many
@given(board=boards())
def test_kept_covers_agree(board: Board):
    assert set(checked_kept_covers(board)) == set(kept_covers(board))


@many
@given(board=boards(), mode=MODES)
def test_facts_against_a_cover_agree(board: Board, mode: GenerationMode):
    """Of somebody not employed only the first reason is compared."""
    reading = read(board)
    for day, group, someone in product(board.days, board.groups, board.staff):
        mine = list(checked_facts_against(reading, mode, someone.id, group.id, day))
        theirs = [r.code for r in facts_against(board, someone.id, group.id, day, mode)]
        if not someone.is_employed_on(day):
            mine, theirs = mine[:1], theirs[:1]
        assert mine == theirs
