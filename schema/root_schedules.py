"""The table of contents, second page: schedules, coverage, generation, following."""

import strawberry

from schema import changes as feed
from schema import conflicts as findings
from schema import coverage as figures
from schema import generation, generation_mutations, schedule_mutations
from schema import schedules as boards
from schema.changes import LogConnection
from schema.conflicts import Conflict, ConflictComparison
from schema.coverage import BackupSuggestion, Coverage, CoverExplanation
from schema.generation import GenerationRun
from schema.schedules import Schedule
from schema.timelines import BackupTimeline, backup_timeline
from schema.trends import CoverageTrend, coverage_trend
from schema.what_if import WhatIfResult, what_if


@strawberry.type(description="Reading schedules.")
class ScheduleQueries:
    schedule: Schedule | None = strawberry.field(
        resolver=boards.schedule,
        description="One schedule with all that stands on it; null if you may not see it.",
    )
    coverage: Coverage | None = strawberry.field(
        resolver=figures.coverage,
        description="How well a schedule is covered; null if you may not see it.",
    )
    explain_cover: CoverExplanation | None = strawberry.field(
        resolver=figures.explain_cover,
        description=(
            "Who covers a group on a date, who does not, and why; null for a schedule or group "
            "that you may not see and for a date outside the schedule."
        ),
    )
    conflicts: list[Conflict] | None = strawberry.field(
        resolver=findings.conflicts,
        description=(
            "Findings about the settings and dates of 366 days at most; null if you may not see "
            "the restaurant."
        ),
    )
    conflict_comparison: ConflictComparison | None = strawberry.field(
        resolver=findings.conflict_comparison,
        description=(
            "Which findings of an earlier list are fixed, which are new and which are still there; "
            "null if you may not see the restaurant."
        ),
    )
    backup_timeline: BackupTimeline | None = strawberry.field(
        resolver=backup_timeline,
        description=(
            "Who backs a group from when until when, who ends next, and which days lose their last "
            "backup; null for a group that you may not see or that is not in force."
        ),
    )
    coverage_trend: CoverageTrend | None = strawberry.field(
        resolver=coverage_trend,
        description=(
            "How coverage goes from schedule to schedule; null for a restaurant that you may not "
            "see or a group that it does not have in force."
        ),
    )
    suggest_backups: list[BackupSuggestion] | None = strawberry.field(
        resolver=figures.suggest_backups,
        description="Assignments that would close gaps, best first; [] if none would.",
    )
    what_if: WhatIfResult = strawberry.field(
        resolver=what_if,
        description=(
            "What would be if somebody were absent, asked for a day off, backed another group: "
            "covers, gaps and the difference to now. It writes nothing and tells nobody."
        ),
    )
    generation_run: GenerationRun | None = strawberry.field(
        resolver=generation.generation_run,
        description="One generation run; null if you may not see it.",
    )
    change_log: LogConnection | None = strawberry.field(
        resolver=feed.change_log_page,
        description="What was done, newest first; null if you may not see the restaurant.",
    )


@strawberry.type(description="Writing schedules.")
class ScheduleMutations:
    create_schedule = strawberry.mutation(
        resolver=schedule_mutations.create_schedule,
        description="Make an empty draft of 1 to 366 days. Drafts may overlap.",
    )
    delete_schedule = strawberry.mutation(
        resolver=schedule_mutations.delete_schedule,
        description="Take a draft out of every list. Its row and its log stay.",
    )
    set_shifts = strawberry.mutation(
        resolver=schedule_mutations.set_shifts,
        description=(
            "Set and clear cells by hand, all or nothing. A rule that breaks is shown and not "
            "refused; covers that lose their cell or their need are released."
        ),
    )
    set_covers = strawberry.mutation(
        resolver=schedule_mutations.set_covers,
        description="Name people who cover; their cells become working ones where they are not.",
    )
    release_cover = strawberry.mutation(
        resolver=schedule_mutations.release_cover,
        description="Take a cover back, a pinned one too. The cell stays.",
    )
    publish_schedule = strawberry.mutation(
        resolver=schedule_mutations.publish_schedule,
        description="Let people rely on a draft. It can still be edited; every edit is logged.",
    )
    generate_schedule = strawberry.mutation(
        resolver=generation_mutations.generate_schedule,
        description="Queue a search for the best schedule. It publishes nothing.",
    )
    cancel_generation = strawberry.mutation(
        resolver=generation_mutations.cancel_generation,
        description="Stop a search. What people did meanwhile stays.",
    )
    apply_run = strawberry.mutation(
        resolver=generation_mutations.apply_run,
        description="Write a kept result into its schedule; newer edits by people win over it.",
    )


@strawberry.type(description="Following.")
class Subscription:
    changes = strawberry.subscription(
        resolver=feed.changes,
        description=(
            "Each committed mutation of a restaurant, whole, once and in order of revision: first "
            "what came after `after`, then CaughtUp, then what happens. To follow without a hole, "
            "read a snapshot and pass its revision as `after`."
        ),
    )
    generation_progress = strawberry.subscription(
        resolver=generation.generation_progress,
        description=(
            "A run as it stands, then each time it has news; the last event is its final state."
        ),
    )
