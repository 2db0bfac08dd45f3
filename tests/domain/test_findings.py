"""A later list of findings beside an earlier one."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from domain.findings import About, Severity, changes_between, compared, finding
from domain.ids import GroupId

groups = st.lists(st.integers(1, 6), unique=True)


def about_group(number: int, severity: Severity = Severity.INFO):
    about = About(group_id=GroupId(number))
    return finding("GROUP_EMPTY", severity, about, "Nobody.", fix="Add somebody.")


@given(before=groups, after=groups)
def test_each_finding_is_fixed_new_or_still_there(before, after):
    known = [about_group(number).key for number in before]
    found = compared(known, [about_group(number) for number in after])
    assert set(found.fixed) == {about_group(n).key for n in set(before) - set(after)}
    assert {c.group_id for c in found.new} == set(after) - set(before)
    assert {c.group_id for c in found.still} == set(after) & set(before)


@given(before=groups, after=groups)
def test_each_side_of_a_comparison_keeps_its_order(before, after):
    known = [about_group(number).key for number in before]
    found = compared(known, [about_group(number) for number in after])
    assert list(found.fixed) == [key for key in known if key in found.fixed]
    assert [c.group_id for c in found.new] == [n for n in after if n not in before]
    assert [c.group_id for c in found.still] == [n for n in after if n in before]


def test_a_key_given_twice_is_fixed_once():
    key = about_group(1).key
    assert compared([key, key], []).fixed == (key,)


def test_a_finding_that_grew_worse_is_still_the_same_and_told_as_it_is_now():
    worse = about_group(1, Severity.ERROR)
    assert compared([about_group(1).key], [worse]).still == (worse,)


numbered = st.dictionaries(st.integers(1, 6), st.sampled_from(Severity))


@given(before=numbered, after=numbered)
def test_two_lists_side_by_side_lose_and_invent_nothing(before, after):
    earlier = [about_group(*item) for item in before.items()]
    later = [about_group(*item) for item in after.items()]
    found = changes_between(earlier, later)
    assert {*found.fixed, *(lasting.before for lasting in found.still)} == set(earlier)
    assert {*found.new, *(lasting.now for lasting in found.still)} == set(later)
    assert all(lasting.before.key == lasting.now.key for lasting in found.still)
    assert not {c.key for c in found.fixed} & {c.key for c in later}


@given(findings=numbered)
def test_nothing_is_fixed_new_or_changed_between_a_list_and_itself(findings):
    same = [about_group(*item) for item in findings.items()]
    found = changes_between(same, same)
    assert (found.fixed, found.new) == ((), ())
    assert [lasting.has_changed for lasting in found.still] == [False] * len(same)


def test_a_lasting_finding_says_when_its_severity_or_its_dates_have_changed():
    calm, worse = about_group(1), about_group(1, Severity.ERROR)
    later = replace(calm, dates=(date(2025, 1, 15),))
    for other in (worse, later):
        (lasting,) = changes_between([calm], [other]).still
        assert (lasting.before, lasting.now, lasting.has_changed) == (calm, other, True)
    (reworded,) = changes_between([calm], [replace(calm, message="Otherwise.")]).still
    assert not reworded.has_changed
