"""Who may do what: every operation asks here."""

from dataclasses import dataclass
from enum import StrEnum

from domain.ids import RestaurantId, StaffId
from domain.refusals import ForbiddenRefusal


class Role(StrEnum):
    OWNER = "OWNER"
    MANAGER = "MANAGER"
    STAFF = "STAFF"
    VIEWER = "VIEWER"


class Right(StrEnum):
    READ = "READ"
    REQUEST_DAY_OFF = "REQUEST_DAY_OFF"
    EDIT = "EDIT"
    GRANT = "GRANT"


RIGHTS: dict[Role, frozenset[Right]] = {
    Role.OWNER: frozenset(Right),
    Role.MANAGER: frozenset({Right.READ, Right.REQUEST_DAY_OFF, Right.EDIT}),
    Role.STAFF: frozenset({Right.READ, Right.REQUEST_DAY_OFF}),
    Role.VIEWER: frozenset({Right.READ}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks. `owns_everything` is the development token; memberships are read per operation."""

    subject: str
    name: str
    owns_everything: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """A caller's place in one restaurant; `staff_id` says who of the staff they are, if anybody."""

    restaurant_id: RestaurantId
    subject: str
    role: Role
    staff_id: StaffId | None = None


def roles_with(right: Right) -> tuple[Role, ...]:
    return tuple(role for role, rights in RIGHTS.items() if right in rights)


def may(membership: Membership, right: Right) -> bool:
    return right in RIGHTS[membership.role]


def require(membership: Membership, right: Right) -> None:
    """Raise ForbiddenRefusal unless the role has the right."""
    if may(membership, right):
        return
    raise ForbiddenRefusal(
        message=f"The role {membership.role.value} may not do this; ask an owner or a manager.",
    )


def require_self(membership: Membership, staff_id: StaffId) -> None:
    """Somebody with the role STAFF speaks for themselves only."""
    if membership.role is not Role.STAFF or membership.staff_id == staff_id:
        return
    raise ForbiddenRefusal(
        message="Staff may ask for their own days off only; ask a manager for this one.",
        path=("staffId",),
    )
