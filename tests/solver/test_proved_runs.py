"""What a run that is proved best leaves behind, told as it stands."""

from datetime import date, timedelta

from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from domain.coverage import gaps
from domain.explanations import explain
from domain.need import needs
from domain.rules import Direction, Level, LimitWindow
from domain.runs import Outcome
from domain.schedules import Board
from domain.staff import CoverageMode, NeedPolicy
from solver.search import solve
from solver.solution import board_after
from tests.builders import (
    WORKING,
    backup,
    limit,
    person,
    priority_rule,
    request,
    restaurant,
    restaurant_board,
    staff_group,
)
from tests.searches import problem_of

DAYS = [date(2025, 1, 13) + timedelta(days=n) for n in range(3)]
GROUPS, PEOPLE = (1, 2, 3), range(1, 8)


@st.composite
def crowded_boards(draw: st.DrawFn) -> Board:
    """Many days off, few backups who may work few days, some of them members elsewhere."""
    pairs = [(p, g) for p in PEOPLE for g in GROUPS]
    members = {p: draw(st.sampled_from([*GROUPS, None])) for p in PEOPLE}
    asked = draw(st.lists(st.sampled_from(pairs), min_size=4, max_size=8, unique=True))
    off = st.lists(st.tuples(st.sampled_from(PEOPLE), st.sampled_from(DAYS)), unique=True)
    most = st.builds(
        lambda n, p, days: limit(
            n,
            LimitWindow.PERIOD,
            WORKING,
            maximum_half_days=2 * days,
            scope="STAFF",
            target_staff_ids=(p,),
        ),
        st.integers(1, 99),
        st.sampled_from(PEOPLE),
        st.integers(0, 2),
    )
    avoided = draw(st.lists(st.sampled_from(PEOPLE), max_size=2, unique=True))
    return restaurant_board(
        DAYS[0],
        DAYS[draw(st.integers(0, 2))],
        staff=[person(p, maximum_groups_per_day=draw(st.integers(1, 2))) for p in PEOPLE],
        groups=[
            staff_group(
                g,
                need_policy=draw(st.sampled_from([NeedPolicy.ANY_ABSENT, NeedPolicy.PER_ABSENCE])),
                coverage_mode=draw(st.sampled_from(CoverageMode)),
                criticality=draw(st.integers(1, 5)),
            )
            for g in GROUPS
        ],
        members={g: [p for p, home in members.items() if home == g] for g in GROUPS},
        backups=[
            backup(n, p, g, draw(st.integers(1, 3)))
            for n, (p, g) in enumerate(asked)
            if members[p] != g
        ],
        day_off_requests=[request(n, p, d) for n, (p, d) in enumerate(draw(off))],
        work_limits=draw(st.lists(most, max_size=3, unique_by=lambda found: found.id)),
        priority_rules=[
            priority_rule(
                p, p, "normal", direction=Direction.AVOID, level=draw(st.sampled_from(Level))
            )
            for p in avoided
        ],
        restaurant=restaurant(borrowing=draw(st.booleans())),
    )


@settings(max_examples=250, deadline=None, derandomize=True)
@given(board=crowded_boards())
def test_after_a_proof_nobody_is_available_at_a_gap_and_no_better_rank_was_passed_over(board):
    problem = problem_of(board)
    solution = solve(problem)
    assume(solution.outcome is Outcome.OPTIMAL)
    after = board_after(problem, solution)

    reasons = [reason for gap in gaps(after) for reason in gap.reasons]
    for code in {reason.code for reason in reasons}:
        event(code)
    assert [r.message for r in reasons if r.code == "AVAILABLE"] == []
    told = [
        reason.message
        for group_id, day in needs(after)
        for candidate in explain(after, group_id, day).candidates
        for reason in candidate.reasons
    ]
    assert [message for message in told if "earlier decision" in message] == []
