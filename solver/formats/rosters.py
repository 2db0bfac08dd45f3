"""Rosters of public instances: who has which shift on which day, and what that is worth."""

from dataclasses import dataclass

Roster = dict[str, dict[int, str | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The objective of the format, and the hard rules that are broken, in words."""

    objective: int
    broken: tuple[str, ...]
