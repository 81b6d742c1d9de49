"""The life of one blank in the print room: one enumeration, one table, one `advance`.

Every state ending in `_SENT` is durable before its command leaves the host, so a
RESERVED blank alone proves that no feed was sent.
"""

from __future__ import annotations

from enum import Enum

from station.domain.errors import Refused


class IntentState(Enum):
    """How far an intent to use one blank has come."""

    RESERVED = "reserved"
    FEED_SENT = "feed_sent"
    DOCKED = "docked"
    ENCODED = "encoded"
    PRINT_SENT = "print_sent"
    EJECTED = "ejected"
    UNRESOLVED = "unresolved"
    OK = "ok"
    SPOILED = "spoiled"
    NOT_CONSUMED = "not_consumed"


_S = IntentState
TRANSITIONS: dict[IntentState, frozenset[IntentState]] = {
    _S.RESERVED: frozenset({_S.FEED_SENT, _S.NOT_CONSUMED}),
    _S.FEED_SENT: frozenset({_S.DOCKED, _S.NOT_CONSUMED, _S.SPOILED, _S.UNRESOLVED}),
    _S.DOCKED: frozenset({_S.ENCODED, _S.NOT_CONSUMED, _S.SPOILED, _S.UNRESOLVED}),
    _S.ENCODED: frozenset({_S.PRINT_SENT, _S.SPOILED, _S.UNRESOLVED}),
    # back to ENCODED only when the printer itself said that it did not begin
    _S.PRINT_SENT: frozenset({_S.EJECTED, _S.ENCODED, _S.SPOILED, _S.UNRESOLVED}),
    _S.EJECTED: frozenset({_S.OK, _S.SPOILED, _S.UNRESOLVED}),
    _S.UNRESOLVED: frozenset({_S.DOCKED, _S.EJECTED, _S.SPOILED, _S.NOT_CONSUMED}),
    _S.OK: frozenset(),
    _S.SPOILED: frozenset(),
    _S.NOT_CONSUMED: frozenset(),
}
TERMINAL = frozenset(state for state, following in TRANSITIONS.items() if not following)
OPEN = frozenset(IntentState) - TERMINAL
OPEN_VALUES = tuple(sorted(state.value for state in OPEN))
CONSUMING = frozenset({_S.OK, _S.SPOILED, _S.UNRESOLVED})


def advance(present: IntentState, following: IntentState) -> IntentState:
    """Return `following`; raises Refused when the table does not allow the step."""
    if following not in TRANSITIONS[present]:
        raise Refused("print-step-impossible", present=present.value, following=following.value)
    return following
