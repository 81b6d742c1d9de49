"""The people who work on the rehearsed day; each has an account and a password like anybody."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from station.bootstrap import StationServices
from station.domain.sample import Finger
from station.domain.staff import Actor, Role
from station.rehearse.bench_control import BenchControl


@dataclass(frozen=True, slots=True)
class Crew:
    """Who is on duty."""

    administrator: Actor
    operator: Actor
    supervisor: Actor
    print_operator: Actor
    division_head: Actor
    custodian: Actor


async def hire(services: StationServices, hands: BenchControl) -> Crew:
    """Set up the administrator at first start, add the others, and let each sign in with their own password.

    The print operator's finger is enrolled too, and laid on the scanner at sign-in: a password starts no card.
    """
    passwords = {role: secrets.token_urlsafe(12) for role in Role}
    staff = services.staff
    staff.create_administrator("Admin Contoh", "admin", passwords[Role.ADMINISTRATOR])
    administrator = staff.sign_in("admin", passwords[Role.ADMINISTRATOR])
    accounts = {
        Role.FIELD_OPERATOR: ("Operator Contoh", "operator", frozenset({Role.FIELD_OPERATOR, Role.VERIFIER})),
        Role.SUPERVISOR: ("Penyelia Contoh", "penyelia", frozenset({Role.SUPERVISOR})),
        Role.PRINT_OPERATOR: ("Pencetak Contoh", "pencetak", frozenset({Role.PRINT_OPERATOR})),
        Role.DIVISION_HEAD: ("Kabid Contoh", "kabid", frozenset({Role.DIVISION_HEAD})),
        Role.CUSTODIAN: ("Pengelola Contoh", "pengelola", frozenset({Role.CUSTODIAN})),
    }
    for role, (name, login, roles) in accounts.items():
        staff.add(administrator, name, login, passwords[role], roles)
    signed_in = {role: staff.sign_in(login, passwords[role]) for role, (_name, login, _roles) in accounts.items()}
    printer = signed_in[Role.PRINT_OPERATOR]
    hands.ask("staff", who="pencetak")
    await services.finger_sign_in.enrol(administrator, printer.staff_id, Finger.RIGHT_INDEX)
    signed_in[Role.PRINT_OPERATOR] = await services.finger_sign_in.check(printer)
    return Crew(
        administrator,
        signed_in[Role.FIELD_OPERATOR],
        signed_in[Role.SUPERVISOR],
        signed_in[Role.PRINT_OPERATOR],
        signed_in[Role.DIVISION_HEAD],
        signed_in[Role.CUSTODIAN],
    )
