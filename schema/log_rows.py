"""Rows of the change log as clients see them: names in camel case, keys as global ids."""

from typing import Any

import strawberry
from strawberry.utils.str_converters import to_camel_case

from domain.changes import EntityType
from schema.nodes import encode, encode_cursor

_REFERRED = {
    "restaurant_id": "Restaurant",
    "staff_id": "StaffMember",
    "group_id": "StaffGroup",
    "configuration_id": "ConfigurationVersion",
    "schedule_id": "Schedule",
    "backup_assignment_id": "BackupAssignment",
    "absent_member_ids": "StaffMember",
    "member_ids": "StaffMember",
    "target_staff_ids": "StaffMember",
    "target_group_ids": "StaffGroup",
}


def entity_id(entity_type: EntityType, key: str) -> strawberry.ID:
    """The global id of what a change is about; gaps and memberships have ids of their own form."""
    if key.isascii() and key.isdigit() and entity_type is not EntityType.MEMBERSHIP:
        return encode(entity_type.value, int(key))
    return strawberry.ID(encode_cursor(entity_type.value, key))


def as_json(entity_type: EntityType, row: dict[str, Any] | None) -> dict[str, Any] | None:
    """The whole row of an entity, for people and programs that read the log."""
    return None if row is None else _translated(row, {**_REFERRED, "id": entity_type.value})


def _translated(row: dict[str, Any], referred: dict[str, str]) -> dict[str, Any]:
    return {
        to_camel_case(name): _value(value, referred.get(name), referred)
        for name, value in row.items()
    }


def _value(value: Any, type_name: str | None, referred: dict[str, str]) -> Any:
    if isinstance(value, list):
        return [_value(part, type_name, referred) for part in value]
    if isinstance(value, dict):
        return _translated(value, referred)
    if type_name is not None and isinstance(value, int):
        return encode(type_name, value)
    return value
