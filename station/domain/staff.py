"""Who works here: roles and the person who acts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Role(Enum):
    """What a member of staff may do; one person may hold several."""

    FIELD_OPERATOR = "operator_perekaman"
    VERIFIER = "verifikator"
    SUPERVISOR = "penyelia"
    PRINT_OPERATOR = "operator_pencetakan"
    CUSTODIAN = "pengelola_barang"
    DIVISION_HEAD = "kabid_dafduk"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class Actor:
    """A member of staff who has shown who they are; every durable step names one."""

    staff_id: str
    name: str
    roles: frozenset[Role]

    def has(self, role: Role) -> bool:
        """Tell whether the actor holds `role`."""
        return role in self.roles
