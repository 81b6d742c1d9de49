"""Who may book what, and what comes next on a custody day. Pure: roles, balances and counts in, answers out.

The book refuses by this table and the screens ask it before they open a form, so that
nobody fills in a form in vain.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from station.domain.staff import Actor, Role
from station.ledger.accounts import DIVISION, STORE

_CUSTODIAN = (Role.CUSTODIAN,)
_HEAD = (Role.DIVISION_HEAD,)
_PRINTER = (Role.PRINT_OPERATOR,)
_HEAD_OR_PRINTER = (Role.DIVISION_HEAD, Role.PRINT_OPERATOR)


class Duty(Enum):
    """One kind of booking; the value is who may begin it."""

    OPEN_BOOK = ("open_book", _CUSTODIAN)
    RECEIVE = ("receive", _CUSTODIAN)
    ISSUE_DIVISION = ("issue_division", _CUSTODIAN)
    ISSUE_ROOM = ("issue_room", _HEAD)
    ISSUE_POINT = ("issue_point", _CUSTODIAN)
    RETURN_ROOM = ("return_room", _PRINTER)
    RETURN_DIVISION = ("return_division", _HEAD)
    RETURN_POINT = ("return_point", _HEAD_OR_PRINTER)
    SET_ASIDE = ("set_aside", _CUSTODIAN)
    LEND = ("lend", _CUSTODIAN)
    BORROW = ("borrow", _CUSTODIAN)
    DESTROY = ("destroy", _CUSTODIAN)
    SUKET = ("suket", _HEAD_OR_PRINTER)
    COUNT = ("count", (Role.CUSTODIAN, Role.DIVISION_HEAD, Role.PRINT_OPERATOR))
    EXPLAIN = ("explain", (Role.CUSTODIAN, Role.DIVISION_HEAD))
    SETTLE = ("settle", _CUSTODIAN)
    SHORTAGE = ("shortage", _CUSTODIAN)
    LOCK = ("lock", _CUSTODIAN)
    CONFIRM_DAY = ("confirm_day", (Role.CUSTODIAN, Role.DIVISION_HEAD))

    @property
    def roles(self) -> tuple[Role, ...]:
        """Return who may begin it."""
        roles: tuple[Role, ...] = self.value[1]
        return roles

    def is_of(self, actor: Actor) -> bool:
        """Tell whether this person may begin it."""
        return any(actor.has(role) for role in self.roles)


class Step(Enum):
    """What the custody day waits for; the value forms the message identifier."""

    CONFIRM_DAY = "confirm-day"
    FILL = "fill"
    EXPLAIN = "explain"
    ISSUE = "issue"
    ISSUE_ROOM = "issue-room"
    PRINT = "print"
    RETURN_STORE = "return-store"
    COUNT = "count"
    LOCK = "lock"
    DONE = "done"


_STEP_ROLES: dict[Step, tuple[Role, ...]] = {
    Step.CONFIRM_DAY: Duty.CONFIRM_DAY.roles,
    Step.FILL: _CUSTODIAN,
    Step.EXPLAIN: Duty.EXPLAIN.roles,
    Step.ISSUE: _CUSTODIAN,
    Step.ISSUE_ROOM: _HEAD,
    Step.PRINT: _PRINTER,
    Step.RETURN_STORE: _HEAD,
    Step.COUNT: _CUSTODIAN,
    Step.LOCK: _CUSTODIAN,
    Step.DONE: (),
}


@dataclass(frozen=True, slots=True)
class DayState:
    """What decides the next step: balances, today's issues and returns, counts and locks."""

    balances: Mapping[str, int]
    far_ahead: bool
    unexplained: bool
    locked: bool
    moved_today: bool
    back_from_room_today: bool
    store_counted: bool


@dataclass(frozen=True, slots=True)
class NextStep:
    """The step and the roles that may take it; no roles means that nothing is left to do."""

    step: Step
    roles: tuple[Role, ...]


def next_step(state: DayState) -> NextStep:
    """Return the one step that the custody day waits for."""
    step = _step(state)
    return NextStep(step, _STEP_ROLES[step])


def _step(state: DayState) -> Step:
    in_rooms = any(quantity for name, quantity in state.balances.items() if name.startswith(("room:", "spoiled:room:")))
    at_division = any(state.balances.get(name, 0) for name in (DIVISION, f"spoiled:{DIVISION}"))
    rules = (
        (state.locked, Step.DONE),
        (state.far_ahead, Step.CONFIRM_DAY),
        (state.unexplained, Step.EXPLAIN),
        (in_rooms, Step.PRINT),
        (at_division and state.back_from_room_today, Step.RETURN_STORE),
        (at_division, Step.ISSUE_ROOM),
        (state.moved_today, Step.LOCK if state.store_counted else Step.COUNT),
        (state.balances.get(STORE, 0) <= 0, Step.FILL),
    )
    return next((step for holds, step in rules if holds), Step.ISSUE)
