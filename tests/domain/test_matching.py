from datetime import date
from itertools import chain, combinations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.matching import DayMatching, meet
from domain.supply import DaySupply, short_set, slack

GROUPS, PEOPLE = (1, 2, 3), (1, 2, 3, 4)
days = st.builds(
    lambda eligible, capacity, needs: (eligible, capacity, needs),
    st.fixed_dictionaries({g: st.sets(st.sampled_from(PEOPLE)).map(sorted) for g in GROUPS}),
    st.fixed_dictionaries({p: st.integers(0, 2) for p in PEOPLE}),
    st.fixed_dictionaries({g: st.integers(0, 3) for g in GROUPS}),
)


def best_by_brute_force(eligible, capacity, needs):
    """The greatest weight of met units, group 1 outweighing 2, and 2 outweighing 3."""
    choices = [
        list(
            chain.from_iterable(
                combinations([g for g in GROUPS if p in eligible[g]], n)
                for n in range(capacity[p] + 1)
            )
        )
        for p in PEOPLE
    ]
    met = (
        tuple(min(needs[g], sum(g in taken for taken in plan)) for g in GROUPS)
        for plan in product(*choices)
    )
    return max(met, key=lambda m: 100 * m[0] + 10 * m[1] + m[2])


@settings(deadline=None)
@given(days)
def test_the_matching_has_the_greatest_weight(day):
    eligible, capacity, needs = day
    matching = DayMatching(eligible=eligible, capacity=dict(capacity))

    unmet = meet(matching, [(g, needs[g]) for g in GROUPS])

    met = tuple(needs[g] - unmet.get(g, 0) for g in GROUPS)
    assert met == best_by_brute_force(eligible, capacity, needs)


def supply_of(eligible, capacity, needs):
    matching = DayMatching(eligible=eligible, capacity=dict(capacity))
    unmet = meet(matching, [(g, needs[g]) for g in GROUPS])
    return DaySupply(day=date(2025, 1, 1), demands=needs, matching=matching, unmet=unmet)


def surplus(eligible, capacity, needs, chosen):
    able = sum(min(capacity[p], sum(p in eligible[g] for g in chosen)) for p in PEOPLE)
    return able - sum(needs[g] for g in chosen)


@settings(deadline=None, max_examples=500)
@given(days)
def test_the_smallest_set_of_groups_that_lacks_people_is_named(day):
    eligible, capacity, needs = day
    supply = supply_of(*day)
    for unmet in supply.unmet:
        rivals = [g for g in GROUPS if needs[g] and g != unmet]
        short = [
            {unmet, *some}
            for some in chain.from_iterable(combinations(rivals, n) for n in range(3))
            if surplus(*day, {unmet, *some}) < min(0, surplus(*day, some))
        ]

        groups, people = short_set(supply, unmet)

        assert set(groups) in short
        assert len(groups) == min(map(len, short))
        assert set(people) == {p for g in groups for p in eligible[g] if capacity[p]}


def test_a_group_that_lacks_people_by_itself_is_named_alone():
    needs = {1: 1, 2: 2, 3: 0}
    supply = supply_of({1: [1], 2: [1], 3: []}, dict.fromkeys(PEOPLE, 1), needs)

    assert supply.unmet == {2: 2}
    assert short_set(supply, 2) == ((2,), (1,))


@settings(deadline=None)
@given(days)
def test_slack_is_the_smallest_surplus_over_all_sets_of_needing_groups(day):
    supply, needs = supply_of(*day), day[2]
    needing = [g for g in GROUPS if needs[g]]
    surpluses = [
        surplus(*day, chosen)
        for n in range(1, len(needing) + 1)
        for chosen in combinations(needing, n)
    ]

    assert slack(supply, needing) == min(surpluses, default=None)
