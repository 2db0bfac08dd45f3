"""How the targets of limits are read from inputs."""

from collections.abc import Sequence
from typing import Any

from domain.ids import GroupId, StaffId
from domain.refusals import ValidationRefusal
from domain.rules import LimitScope
from domain.staff import EmploymentType
from schema.nodes import decode

BOTH = "`targets` is read together with `scope`."


def targets_of(scope: LimitScope, targets: Sequence[str]) -> dict[str, Any]:
    """The three target fields of a limit: the one that the scope names is filled."""
    found: dict[str, Any] = {
        "scope": scope,
        "target_employment_types": (),
        "target_group_ids": (),
        "target_staff_ids": (),
    }
    named = tuple(dict.fromkeys(targets))
    path = ("targets",)
    if scope is LimitScope.EMPLOYMENT_TYPE:
        found["target_employment_types"] = tuple(_employment_type(name) for name in named)
    elif scope is LimitScope.GROUP:
        found["target_group_ids"] = tuple(
            GroupId(decode("StaffGroup", name, path)) for name in named
        )
    elif scope is LimitScope.STAFF:
        found["target_staff_ids"] = tuple(
            StaffId(decode("StaffMember", name, path)) for name in named
        )
    elif named:
        raise ValidationRefusal(
            code="TARGETS_NOT_ALLOWED", message="The scope ALL has no targets.", path=path
        )
    return found


def limit_changes(changes: dict[str, Any]) -> dict[str, Any]:
    """The changes of a limit in the fields of the domain, bounds as they are given."""
    moved = dict(changes)
    scope, targets = moved.pop("scope", None), moved.pop("targets", None)
    if scope is not None:
        moved |= targets_of(scope, targets or ())
    elif targets is not None:
        raise ValidationRefusal(code="SCOPE_NEEDED", message=f"{BOTH} Give both.", path=("scope",))
    return moved


def _employment_type(name: str) -> EmploymentType:
    if name in EmploymentType.__members__:
        return EmploymentType[name]
    raise ValidationRefusal(
        code="UNKNOWN_EMPLOYMENT_TYPE",
        message=f"targets names employment types here: {', '.join(EmploymentType)}.",
        path=("targets",),
    )
