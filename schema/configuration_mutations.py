"""Copying, activating and locking versions of the settings."""

from typing import Annotated

import strawberry

from domain.ids import ConfigurationId, RestaurantId
from resolvers import configurations
from schema.configurations import ConfigurationVersion
from schema.conflicts import PayloadWithFindings
from schema.context import Info
from schema.inputs import THE_INPUT, EditInput, MutationInput, asking, given
from schema.nodes import decode
from schema.payloads import Payload, result
from schema.problems import AnyProblem

TYPE = "ConfigurationVersion"


@strawberry.input(description="A new draft with a copy of what is in force.")
class CreateConfigurationVersionInput(MutationInput):
    restaurant_id: strawberry.ID = strawberry.field(description="Of which restaurant.")
    name: str = strawberry.field(description="1 to 200 characters; trimmed.")
    source_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="Which version to copy; left out: the active one."
    )


@strawberry.input(description="Put a version in use; the one before is archived in the same step.")
class ActivateConfigurationVersionInput(EditInput):
    id: strawberry.ID = strawberry.field(description="Which version.")


@strawberry.input(description="Lock a version against every edit, or unlock it.")
class LockConfigurationVersionInput(EditInput):
    id: strawberry.ID = strawberry.field(description="Which version.")
    is_locked: bool = strawberry.field(default=True, description="False unlocks it.")


@strawberry.type(description="The new draft.")
class CreateConfigurationVersionPayload(Payload):
    configuration_version: ConfigurationVersion = strawberry.field(description="As stored.")


@strawberry.type(description="The version that is in use now.")
class ActivateConfigurationVersionPayload(PayloadWithFindings):
    configuration_version: ConfigurationVersion = strawberry.field(description="As stored.")


@strawberry.type(description="The version after locking or unlocking.")
class LockConfigurationVersionPayload(Payload):
    configuration_version: ConfigurationVersion = strawberry.field(description="As stored.")


CreateResult = Annotated[
    CreateConfigurationVersionPayload | AnyProblem, result("CreateConfigurationVersionResult")
]
ActivateResult = Annotated[
    ActivateConfigurationVersionPayload | AnyProblem, result("ActivateConfigurationVersionResult")
]
LockResult = Annotated[
    LockConfigurationVersionPayload | AnyProblem, result("LockConfigurationVersionResult")
]


async def create_configuration_version(
    info: Info, input: Annotated[CreateConfigurationVersionInput, THE_INPUT]
) -> CreateResult:
    restaurant_id = decode("Restaurant", input.restaurant_id, ("restaurantId",))
    source = given(input.source_id, None)
    made = await configurations.create(
        *asking(info, "createConfigurationVersion", input),
        RestaurantId(restaurant_id),
        input.name,
        None if source is None else ConfigurationId(decode(TYPE, source, ("sourceId",))),
    )
    await info.context.release_reads()
    version = ConfigurationVersion.from_domain(made.value)
    return CreateConfigurationVersionPayload(configuration_version=version, revision=made.revision)


async def activate_configuration_version(
    info: Info, input: Annotated[ActivateConfigurationVersionInput, THE_INPUT]
) -> ActivateResult:
    key = ConfigurationId(decode(TYPE, input.id, ("id",)))
    asked = asking(info, "activateConfigurationVersion", input)
    made = await configurations.activate(*asked, key)
    await info.context.release_reads()
    version = ConfigurationVersion.from_domain(made.value)
    return ActivateConfigurationVersionPayload(
        configuration_version=version,
        restaurant_id=made.value.restaurant_id,
        revision=made.revision,
    )


async def lock_configuration_version(
    info: Info, input: Annotated[LockConfigurationVersionInput, THE_INPUT]
) -> LockResult:
    key = ConfigurationId(decode(TYPE, input.id, ("id",)))
    asked = asking(info, "lockConfigurationVersion", input)
    made = await configurations.lock(*asked, key, is_locked=input.is_locked)
    await info.context.release_reads()
    version = ConfigurationVersion.from_domain(made.value)
    return LockConfigurationVersionPayload(configuration_version=version, revision=made.revision)
