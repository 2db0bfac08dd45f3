"""What a changed cell adds, counted in its own windows only, is what a full recount says."""

from dataclasses import replace

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from domain.figures import figures
from domain.hard_breaches import added_by
from domain.need import missing, needs
from domain.shifts import ShiftSource
from domain.tiers import hard_half_days
from tests.builders import cell
from tests.random_boards import boards

thorough = settings(
    max_examples=100,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@thorough
@given(board=boards(), data=st.data())
def test_added_breaches_are_the_difference_of_two_full_counts(board, data):
    employed = [(p.id, day) for p in board.staff for day in board.open_days_of[p.id]]
    assume(employed)
    staff_id, day = data.draw(st.sampled_from(employed))
    code = data.draw(st.sampled_from([t.code for t in board.shift_types]))
    new = cell(staff_id, day, code, source=ShiftSource.GENERATED)
    after = replace(board, shifts=tuple({**board.cells, (staff_id, day): new}.values()))

    added = sum(a.half_days for a in added_by(board, staff_id, {day: code}))

    assert added == hard_half_days(after) - hard_half_days(board)


@thorough
@given(board=boards())
def test_figures_agree_with_needs_and_gaps_to_the_unit(board):
    found = figures(board)
    lacking = sum(missing(board, *key) for key in needs(board))

    units = [(g.need_units, g.covered_units) for g in found.groups]
    assert sum(needed for needed, _ in units) == sum(needs(board).values())
    assert sum(needed - covered for needed, covered in units) == lacking
    assert sum(gap.missing for g in found.groups for gap in g.gaps) == lacking
    shares = [b.fair_share for b in found.backups if b.fair_share is not None]
    assert not shares or abs(sum(shares) - 1) < 1e-9
