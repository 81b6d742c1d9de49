"""Who works here: roles and the person who acts."""

from __future__ import annotations

from dataclasses import dataclass, field
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


class SignInProof(Enum):
    """How a member of staff has shown who they are, from least to most."""

    PASSWORD = "password"  # noqa: S105 - the name of a proof
    REASON = "reason"
    """Password, and a written reason why the scanner could not be used."""
    VOUCHED = "vouched"
    """Password, and a second person who knows them."""
    FINGER = "finger"


@dataclass(frozen=True, slots=True)
class Actor:
    """A member of staff who has shown who they are; every durable step names one."""

    staff_id: str
    name: str
    roles: frozenset[Role]
    proof: SignInProof = field(default=SignInProof.PASSWORD, compare=False)

    def has(self, role: Role) -> bool:
        """Tell whether the actor holds `role`."""
        return role in self.roles
