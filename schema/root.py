"""The table of contents: every query, mutation and subscription, and the one schema."""

import strawberry
from strawberry.schema.config import StrawberryConfig

from schema import (
    backup_assignment_mutations,
    calendar_rule_mutations,
    configuration_mutations,
    group_mutations,
    priority_rule_mutations,
    request_mutations,
    restaurant_mutations,
    staff_mutations,
    standing_rule_mutations,
    succession_rule_mutations,
    work_limit_mutations,
)
from schema import enums as _enums  # noqa: F401 - the enums get their descriptions there
from schema.change_types import CHANGE_TYPES
from schema.guards import EXTENSIONS, QuietSchema
from schema.nodes import Node
from schema.problems import EXCEPTION_HANDLERS
from schema.restaurants import Restaurant, node, restaurant, restaurants
from schema.root_schedules import ScheduleMutations, ScheduleQueries, Subscription
from schema.scalars import SCALARS


@strawberry.type(description="Reading. Everything that one query asks for is of one revision.")
class Query(ScheduleQueries):
    node: Node | None = strawberry.field(
        resolver=node,
        description="Anything with an id; null for whatever you may not see or does not exist.",
    )
    restaurants: list[Restaurant] = strawberry.field(
        resolver=restaurants, description="The restaurants that you may see, oldest first."
    )
    restaurant: Restaurant | None = strawberry.field(
        resolver=restaurant,
        description="One restaurant with all its settings; null if you may not see it.",
    )


@strawberry.type(
    description=(
        "Writing. Each answers a payload or a problem; a problem means that nothing was written."
    )
)
class Mutation(ScheduleMutations):
    create_restaurant = strawberry.mutation(
        resolver=restaurant_mutations.create_restaurant,
        description="Found a restaurant of your own, with shift types and rules to begin with.",
    )
    update_restaurant = strawberry.mutation(
        resolver=restaurant_mutations.update_restaurant,
        description="Change a restaurant's own settings.",
    )
    update_shift_type = strawberry.mutation(
        resolver=restaurant_mutations.update_shift_type,
        description="Change a shift type. Cells that hold it stay.",
    )
    grant_membership = strawberry.mutation(
        resolver=restaurant_mutations.grant_membership,
        description="Give somebody a role. Owners only.",
    )
    revoke_membership = strawberry.mutation(
        resolver=restaurant_mutations.revoke_membership,
        description="Take somebody's role away. Owners only.",
    )
    create_staff_member = strawberry.mutation(
        resolver=staff_mutations.create_staff_member, description="Add a person."
    )
    update_staff_member = strawberry.mutation(
        resolver=staff_mutations.update_staff_member,
        description="Change a person. Cells outside new dates of employment stay as history.",
    )
    delete_staff_member = strawberry.mutation(
        resolver=staff_mutations.delete_staff_member,
        description="Deactivate a person from today on. Their past stays.",
    )
    create_staff_group = strawberry.mutation(
        resolver=group_mutations.create_staff_group, description="Add a group."
    )
    update_staff_group = strawberry.mutation(
        resolver=group_mutations.update_staff_group,
        description="Change a group, or who belongs to it from a day on.",
    )
    delete_staff_group = strawberry.mutation(
        resolver=group_mutations.delete_staff_group,
        description="Take a group out of force, and with it who backs it up. Covers stay.",
    )
    create_backup_assignment = strawberry.mutation(
        resolver=backup_assignment_mutations.create_backup_assignment,
        description="Say that somebody may cover a group. By itself it changes no schedule.",
    )
    update_backup_assignment = strawberry.mutation(
        resolver=backup_assignment_mutations.update_backup_assignment,
        description="Change an assignment. Covers recorded under it stay.",
    )
    delete_backup_assignment = strawberry.mutation(
        resolver=backup_assignment_mutations.delete_backup_assignment,
        description="Take an assignment out of force. Covers recorded under it stay.",
    )
    reorder_backup_assignments = strawberry.mutation(
        resolver=backup_assignment_mutations.reorder_backup_assignments,
        description="Say in which order a group's backups are asked.",
    )
    create_work_limit = strawberry.mutation(
        resolver=work_limit_mutations.create_work_limit, description="Add a work limit."
    )
    update_work_limit = strawberry.mutation(
        resolver=work_limit_mutations.update_work_limit, description="Change a work limit."
    )
    delete_work_limit = strawberry.mutation(
        resolver=work_limit_mutations.delete_work_limit,
        description="Take a work limit out of force.",
    )
    create_priority_rule = strawberry.mutation(
        resolver=priority_rule_mutations.create_priority_rule, description="Add a priority rule."
    )
    update_priority_rule = strawberry.mutation(
        resolver=priority_rule_mutations.update_priority_rule, description="Change a priority rule."
    )
    delete_priority_rule = strawberry.mutation(
        resolver=priority_rule_mutations.delete_priority_rule,
        description="Take a priority rule out of force.",
    )
    create_succession_rule = strawberry.mutation(
        resolver=succession_rule_mutations.create_succession_rule,
        description="Add a succession rule.",
    )
    update_succession_rule = strawberry.mutation(
        resolver=succession_rule_mutations.update_succession_rule,
        description="Change a succession rule.",
    )
    delete_succession_rule = strawberry.mutation(
        resolver=succession_rule_mutations.delete_succession_rule,
        description="Take a succession rule out of force.",
    )
    create_standing_rule = strawberry.mutation(
        resolver=standing_rule_mutations.create_standing_rule,
        description="Put a standing rule in force that has been deleted.",
    )
    update_standing_rule = strawberry.mutation(
        resolver=standing_rule_mutations.update_standing_rule,
        description="Give a standing rule another weight.",
    )
    delete_standing_rule = strawberry.mutation(
        resolver=standing_rule_mutations.delete_standing_rule,
        description="Take a standing rule out of force.",
    )
    create_calendar_rule = strawberry.mutation(
        resolver=calendar_rule_mutations.create_calendar_rule,
        description="Say what a date asks of everybody.",
    )
    update_calendar_rule = strawberry.mutation(
        resolver=calendar_rule_mutations.update_calendar_rule,
        description="Change what a date asks.",
    )
    delete_calendar_rule = strawberry.mutation(
        resolver=calendar_rule_mutations.delete_calendar_rule,
        description="Take a calendar rule out of force.",
    )
    request_day_off = strawberry.mutation(
        resolver=request_mutations.request_day_off,
        description="Ask for a day off. Cells and covers already there are left alone.",
    )
    decide_day_off_request = strawberry.mutation(
        resolver=request_mutations.decide_day_off_request,
        description="Approve or decline a request. Cells are left alone.",
    )
    withdraw_day_off_request = strawberry.mutation(
        resolver=request_mutations.withdraw_day_off_request,
        description="Take a request back. Cells are left alone.",
    )
    create_configuration_version = strawberry.mutation(
        resolver=configuration_mutations.create_configuration_version,
        description="Copy a version into a new draft, which nothing uses yet.",
    )
    activate_configuration_version = strawberry.mutation(
        resolver=configuration_mutations.activate_configuration_version,
        description="Put a version in use and archive the one before.",
    )
    lock_configuration_version = strawberry.mutation(
        resolver=configuration_mutations.lock_configuration_version,
        description="Lock a version against every edit, or unlock it.",
    )


schema = QuietSchema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    types=CHANGE_TYPES,
    config=StrawberryConfig(scalar_map=SCALARS),
    extensions=EXTENSIONS,
    exception_handlers=EXCEPTION_HANDLERS,
)
