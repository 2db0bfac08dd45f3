"""A later list of findings beside an earlier one."""

from hypothesis import given
from hypothesis import strategies as st

from domain.findings import About, Severity, compared, finding
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
