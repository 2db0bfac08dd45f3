"""Refusals that few callers ever meet; each still says its code and where to look."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from domain.ids import ConfigurationId, GroupId, StaffId
from domain.refusals import ConflictRefusal, Refusal, ValidationRefusal
from domain.rules import LimitScope, LimitWindow
from domain.runs import GenerationRequest
from resolvers import covers, rules, runs
from schema import rule_inputs
from store import violated
from tests.builders import WORKING, built_in_types, limit, restaurant_board, staff_group

DAY = date(2025, 1, 15)


def refusal_of(work: Callable[[], object]) -> Refusal:
    with pytest.raises(ValidationRefusal) as caught:
        work()
    return caught.value


@pytest.mark.parametrize("seed", [-1, runs.LARGEST_SEED + 1])
def test_a_seed_outside_its_range_is_refused(seed):
    refusal = refusal_of(lambda: runs._require_bounds(GenerationRequest(seed=seed)))
    assert (refusal.code, refusal.path) == ("SEED_OUT_OF_RANGE", ("seed",))


@pytest.mark.parametrize("percent", [-1, 100.5, float("nan")])
def test_a_gap_outside_its_range_is_never_good_enough(percent):
    request = GenerationRequest(good_enough_percent=percent)
    refusal = refusal_of(lambda: runs._require_bounds(request))
    assert (refusal.code, refusal.path) == ("GOOD_ENOUGH_OUT_OF_RANGE", ("goodEnoughPercent",))


def test_new_targets_come_with_their_scope():
    refusal = refusal_of(lambda: rule_inputs.limit_changes({"targets": []}))
    assert (refusal.code, refusal.path) == ("SCOPE_NEEDED", ("scope",))


def test_nobody_covers_in_a_restaurant_without_a_covering_type():
    idle = built_in_types(changed={"normal": {"can_cover": False}})
    board = restaurant_board(DAY, DAY, staff=[1], groups={1: []}, shift_types=idle)
    draft = covers.CoverDraft(staff_id=StaffId(1), group_id=GroupId(1), date=DAY)
    refusal = refusal_of(lambda: covers._covering_cell(board, draft, ("covers", "0")))
    assert (refusal.code, refusal.path) == ("NO_COVERING_TYPE", ("covers", "0"))


async def test_a_limit_does_not_name_a_group_of_another_version(monkeypatch):
    foreign = replace(staff_group(1), configuration_id=ConfigurationId(2))

    async def rows(_tx, _read, keys, **_):
        return dict.fromkeys(keys, foreign)

    monkeypatch.setattr(rules, "own_rows", rows)
    of_group = limit(
        1,
        LimitWindow.WEEK,
        WORKING,
        scope=LimitScope.GROUP,
        target_group_ids=(GroupId(1),),
        maximum_half_days=2,
    )
    with pytest.raises(ValidationRefusal) as caught:
        await rules._check_targets(None, of_group)
    assert (caught.value.code, caught.value.path) == ("OTHER_CONFIGURATION", ("targets",))


def test_a_number_that_only_the_database_minds_is_refused_in_words():
    refusal = violated._out_of_bounds("weight_range")
    assert (refusal.code, "weight range" in refusal.message) == ("OUT_OF_BOUNDS", True)


def test_two_activations_at_once_are_a_conflict():
    refusal = violated._NAMED["configuration_versions_one_active"]()
    assert isinstance(refusal, ConflictRefusal)
    assert refusal.code == "CONFIGURATION_ACTIVATED"
