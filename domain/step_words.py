"""A step of a run in words: how much changes, and what gets better by how much."""

from domain.runs import ImprovementStep, TierName

WHAT = {
    TierName.HARD_RULES: "half-days outside hard rules",
    TierName.REQUIRED_GAPS: "the weight of gaps of required groups",
    TierName.DESIRED_GAPS: "the weight of gaps of desired groups",
    TierName.PRIORITY_ORDER: "steps down the priority order",
    TierName.SOFT_RULES: "what soft rules cost",
    TierName.BACKUP_LOAD: "the unevenness of the backups' load",
    TierName.REST_BALANCE: "the difference in rest",
    TierName.CHANGES: "the number of changes",
    TierName.CANONICAL: "the order among equals",
}


def in_words(step: ImprovementStep) -> str:
    """A sentence for a manager."""
    cells, covers = _counted(step.cells_changed, "cell"), _counted(step.covers_changed, "cover")
    verb = "changes" if (step.cells_changed, step.covers_changed) == (1, 0) else "change"
    changed = f"{cells} and {covers}" if step.covers_changed else cells
    gain = step.before - step.after
    return (
        f"{changed} {verb}; {WHAT[step.tier]} falls by {gain}, from {step.before} to {step.after}."
    )


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
