"""The table of removals takes out every fact, policy, test, tier, finding and rule there is."""

import tomllib
from pathlib import Path

from domain.facts import FactKind
from domain.rules import Direction, LimitWindow, StandingRuleKind
from domain.runs import TierName
from domain.staff import NeedPolicy
from solver.rules import RULES

HOUSE = Path(__file__).parent.parent.parent
TABLE = tomllib.loads((HOUSE / "scripts" / "removals.toml").read_text(encoding="utf-8"))
PAGE = (HOUSE / "docs" / "rules.md").read_text(encoding="utf-8")


def removed(about: str) -> set[str]:
    """The names of all removals of one part, word by word."""
    rows = [row for part in TABLE["part"] if part["about"] == about for row in part["rules"]]
    names = [row["rule"].replace("{}", name) for row in rows for name in row.get("each", [""])]
    return {word for name in names for word in name.split()}


def first_cells(title: str) -> list[str]:
    section = PAGE.split(f"## {title}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")][1:]
    return [line.split("|")[1].replace("`", "").strip() for line in lines]


def test_every_fact_line_is_removed_once():
    numbers = {str(n) for n in range(1, 9)}
    assert numbers <= removed("Fact")
    part = next(p for p in TABLE["part"] if p["about"] == "Fact")
    assert len(part["rules"]) > len(FactKind)


def test_every_policy_of_need_and_window_of_limits_is_removed():
    assert {policy.value for policy in NeedPolicy} <= removed("Need")
    assert {window.value for window in LimitWindow} <= removed("Work limit")


def test_every_test_of_eligibility_is_removed():
    assert {f"E{n}" for n in range(1, 13)} <= removed("Eligible")
    assert {cell.split()[1] for cell in first_cells("Eligibility")} <= removed("Eligible")


def test_every_tier_is_removed_from_the_count_and_from_the_search():
    tiers = {tier.value for tier in TierName}
    assert tiers - removed("Solver") == set()
    assert tiers - removed("Tier") == {"REQUIRED_GAPS", "DESIRED_GAPS"}
    assert {"REQUIRED", "DESIRED"} <= removed("Tier")


def test_every_rule_of_people_groups_and_solver_is_removed():
    kinds = {kind.value for kind in (*Direction, *StandingRuleKind)}
    assert kinds | {"succession"} <= removed("Rule")
    assert RULES.keys() <= removed("Solver")


def test_every_finding_of_the_page_is_removed():
    assert set(first_cells("Findings")) - removed("Finding") - removed("Violation") == set()


def test_every_reason_is_removed():
    assert set(first_cells("Reasons that are not tests")) - removed("Reason") == set()


def test_every_refusal_is_removed():
    taken_out = removed("Refusal") | removed("Assignment") | removed("Edit")
    assert set(first_cells("Refusals")) - taken_out == set()
