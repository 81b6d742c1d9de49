"""Who may do what: roles asked for at the door of every mutating step, and the second person."""

from __future__ import annotations

from station.domain.errors import NotAllowed
from station.domain.staff import Actor, Role

RECORDERS = (Role.FIELD_OPERATOR, Role.VERIFIER, Role.SUPERVISOR, Role.ADMINISTRATOR)
CONFIRMERS = (Role.VERIFIER, Role.SUPERVISOR, Role.ADMINISTRATOR)
REVIEWERS = (Role.SUPERVISOR, Role.ADMINISTRATOR)
VOUCHERS = (Role.VERIFIER, Role.SUPERVISOR, Role.DIVISION_HEAD, Role.ADMINISTRATOR)


def require(actor: Actor, *roles: Role) -> None:
    """Raise NotAllowed unless the actor holds one of the roles."""
    if not actor.roles.intersection(roles):
        raise NotAllowed("staff-role-missing", roles=roles)


def require_second(actor: Actor, second: Actor, *roles: Role) -> None:
    """Raise NotAllowed unless `second` is somebody else and holds one of the roles."""
    if second.staff_id == actor.staff_id:
        raise NotAllowed("staff-second-person-needed")
    require(second, *roles)
